package cli

import (
	"fmt"
	"time"

	"tocsin/services/monitoring"

	"tocsin/pkg/run"
)

type replayCmd struct {
	policyFlag
	natsFlag
	Until      string `help:"Let time pass to here after the last event (RFC 3339)."`
	AsLive     bool   `help:"Keep the input's order and apply the lateness, as a live run would."`
	FromStream bool   `help:"Read the signals that the bus still holds instead of stdin."`
}

func (replayCmd) Help() string {
	return `Examples:
  tocsin replay < signals.jsonl
  tocsin replay --until 2026-11-21T00:00:00Z < signals.jsonl | jq -c '[.at,.change,.reason,.scope,.value]'
  tocsin replay --policy stricter.yaml < signals.jsonl | jq -r 'select(.change=="raised").reason' | sort | uniq -c
  tocsin replay --from-stream --policy stricter.yaml
  tocsin replay --from-stream --as-live

A line is a signal or a ticket event. Nothing is printed before all lines were read, so
that a line which is neither leaves no half result: the first is named, the others are
counted. What does not fit into memory is sorted in a temporary file, in TMPDIR.

From the stream and as live, each shard reads in the order and with the clock of the bus:
under the policy that ran, the changes are those that were published, ids included.`
}

// Run is `tocsin replay`.
func (c *replayCmd) Run(s *streams) error {
	opts, err := c.options()
	if err != nil {
		return err
	}
	b := stages{s: s}
	opts.Progress = b.set
	sum, err := c.replay(s, opts)
	b.done()
	if err != nil {
		return err
	}
	fmt.Fprintln(s.err, account(&sum))
	return nil
}

func (c *replayCmd) replay(s *streams, opts monitoring.ReplayOptions) (monitoring.ReplaySummary, error) {
	if !c.FromStream {
		return monitoring.Replay(s.ctx, s.in, s.out, opts)
	}
	conn, err := c.connect(s.ctx)
	if err != nil {
		return monitoring.ReplaySummary{}, err
	}
	defer conn.Close()
	return monitoring.ReplayStream(s.ctx, conn, s.out, opts)
}

func (c *replayCmd) options() (monitoring.ReplayOptions, error) {
	p, err := run.Policy(c.Policy)
	if err != nil {
		return monitoring.ReplayOptions{}, err
	}
	opts := monitoring.ReplayOptions{Policy: p, AsLive: c.AsLive, Assess: assess(p)}
	if c.Until != "" {
		if opts.Until, err = time.Parse(time.RFC3339Nano, c.Until); err != nil {
			return opts, wrongUsage("--until %q is no RFC 3339 time, as 2026-11-21T00:00:00Z", c.Until)
		}
	}
	return opts, nil
}

// account says what became of the input, in one line.
func account(sum *monitoring.ReplaySummary) string {
	text := fmt.Sprintf("read %d, counted %d, duplicates %d, conflicting %d, late %d, ahead %d, invalid %d, read by no rule %d (%d ticket events)",
		sum.Read, sum.Counted, sum.Duplicates, sum.Conflicting, sum.Late, sum.Ahead, sum.Invalid, sum.Ignored, sum.TicketEvents)
	if !sum.First.IsZero() {
		text += fmt.Sprintf(", event time from %s to %s", sum.First.Format(time.RFC3339Nano), sum.Last.Format(time.RFC3339Nano))
	}
	if sum.Unreadable > 0 {
		text += fmt.Sprintf(", %d messages could not be read", sum.Unreadable)
	}
	return fmt.Sprintf("%s: %d changes", text, sum.Changes)
}

// stages shows a bar for each stage of a replay, one after the other.
type stages struct {
	s     *streams
	stage string
	bar   *bar
}

func (st *stages) set(p monitoring.Progress) {
	if st.stage != p.Stage {
		st.done()
		st.stage, st.bar = p.Stage, newBar(st.s.err, p.Stage)
	}
	st.bar.of = p.Total
	st.bar.set(p.Done)
}

func (st *stages) done() {
	if st.bar != nil {
		st.bar.done()
	}
}

// clear takes the bar away: what follows is the answer.
func (st *stages) clear() {
	if st.bar != nil {
		st.bar.clear()
	}
}
