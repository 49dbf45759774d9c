package cli

import (
	"fmt"
	"time"

	"tocsin/services/classification"
	"tocsin/services/monitoring"

	"tocsin/pkg/run"
)

// policyFlag replaces the built-in policy.
type policyFlag struct {
	Policy string `type:"existingfile" help:"Policy file; the built-in one by default."`
}

type classifyCmd struct{ policyFlag }

func (classifyCmd) Help() string {
	return `Examples:
  echo '{"id":"n1","text":"Nobody can log in via SSO since 9. Please escalate, our launch is at noon."}' | tocsin classify
  tocsin classify --policy my-policy.yaml < notes.jsonl > assessments.jsonl`
}

// Run is `tocsin classify`.
func (c *classifyCmd) Run(s *streams) error {
	p, err := run.Policy(c.Policy)
	if err != nil {
		return err
	}
	b := newBar(s.err, "notes")
	defer b.done()
	return classification.Classify(s.ctx, p, s.in, s.out, b.set)
}

type replayCmd struct {
	policyFlag
	Until  string `help:"Let time pass to here after the last event (RFC 3339)."`
	AsLive bool   `help:"Keep the input's order and apply the lateness, as a live run would."`
}

func (replayCmd) Help() string {
	return `Examples:
  tocsin replay < signals.jsonl
  tocsin replay --until 2026-11-21T00:00:00Z < signals.jsonl | jq -c '[.at,.change,.reason,.scope,.value]'`
}

// Run is `tocsin replay`.
func (c *replayCmd) Run(s *streams) error {
	p, err := run.Policy(c.Policy)
	if err != nil {
		return err
	}
	var until time.Time
	if c.Until != "" {
		if until, err = time.Parse(time.RFC3339Nano, c.Until); err != nil {
			return wrongUsage("--until %q is no RFC 3339 time, as 2026-11-21T00:00:00Z", c.Until)
		}
	}
	b := newBar(s.err, "lines")
	sum, err := monitoring.Replay(s.ctx, s.in, s.out, monitoring.ReplayOptions{Policy: p, Until: until, AsLive: c.AsLive, Progress: b.set})
	b.done()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "read %d, counted %d, duplicates %d, conflicting %d, late %d, ahead %d, invalid %d, read by no rule %d (%d ticket events): %d changes\n",
		sum.Read, sum.Counted, sum.Duplicates, sum.Conflicting, sum.Late, sum.Ahead, sum.Invalid, sum.Ignored, sum.TicketEvents, sum.Changes)
	return nil
}
