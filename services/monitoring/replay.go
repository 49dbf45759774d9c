package monitoring

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/forms"
	"tocsin/pkg/policy"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// ReplayOptions say how Replay runs.
type ReplayOptions struct {
	Policy *policy.Policy
	// Until lets time pass to here after the last event; zero: not at all.
	Until time.Time
	// AsLive keeps the input's order and applies the lateness.
	AsLive bool
	// Progress, if not nil, hears the number of lines read, from time to time.
	Progress func(lines int)
}

// ReplaySummary counts what became of the lines read.
type ReplaySummary struct {
	detect.Summary
	// TicketEvents are lines that no rule reads yet; they only let time pass.
	TicketEvents int
	Changes      int
}

// maxLine is the longest line that Replay reads.
const maxLine = 4 << 20

// Replay reads signals and ticket events, one JSON object a line, runs the rules
// over them, and writes every condition change as one JSON object a line. It
// needs no server. A line that is no event ends it with an error that names the line.
func Replay(ctx context.Context, in io.Reader, out io.Writer, opts ReplayOptions) (ReplaySummary, error) {
	var sum ReplaySummary
	signals, err := readSignals(ctx, in, &sum, opts)
	if err != nil {
		return sum, err
	}
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var werr error
	sum.Summary = detect.Replay(opts.Policy.Rules, detect.ReplayOptions{
		Policy: opts.Policy.Version, Until: opts.Until, AsLive: opts.AsLive,
	}, signals, func(c detect.Change) {
		sum.Changes++
		werr = errors.Join(werr, enc.Encode(events.ChangeLine(c, opts.Policy.Version)))
	})
	if err := errors.Join(werr, w.Flush()); err != nil {
		return sum, fmt.Errorf("write the changes: %w", err)
	}
	return sum, nil
}

func readSignals(ctx context.Context, in io.Reader, sum *ReplaySummary, opts ReplayOptions) ([]detect.Signal, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	var signals []detect.Signal
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		sig, isTicket, err := readLine(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if isTicket {
			sum.TicketEvents++
		}
		signals = append(signals, sig)
		if n%10000 == 0 {
			if opts.Progress != nil {
				opts.Progress(n)
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return signals, nil
}

// ticketSource keeps ticket events apart from signals with the same source and id.
const ticketSource = "ticket events\x00"

// readLine reads one signal; a ticket event becomes a signal of no kind, which
// lets time pass and is counted as ignored.
func readLine(line []byte) (detect.Signal, bool, error) {
	if forms.IsTicketEvent(line) {
		var ev ingressv1.TicketEvent
		if err := forms.JSON(line, &ev); err != nil {
			return detect.Signal{}, true, err
		}
		return detect.Signal{Source: ticketSource + ev.GetSource(), ID: ev.GetId(), Tenant: ev.GetTenant(), At: ev.GetOccurredAt().AsTime()}, true, nil
	}
	var s ingressv1.Signal
	if err := forms.JSON(line, &s); err != nil {
		return detect.Signal{}, false, err
	}
	return events.Signal(&s), false, nil
}
