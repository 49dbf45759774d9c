package monitoring

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"
	"tocsin/services/monitoring/internal/history"
	"tocsin/services/monitoring/internal/lines"

	"tocsin/pkg/policy"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// ReplayOptions say how Replay runs.
type ReplayOptions struct {
	Policy *policy.Policy
	// Until lets time pass to here after the last event; zero: not at all.
	Until time.Time
	// AsLive keeps the input's order and applies the lateness.
	AsLive bool
	// Memory is how many bytes of the input may be held before it is sorted in a
	// temporary file; zero: 192 MiB.
	Memory int
	// Assess, if not nil, says what a ticket comes to with one more event, nil if
	// that changes nothing. It hears them in the order of the replay. Without it
	// ticket events let time pass and that is all.
	Assess func(*ingressv1.TicketEvent) (*classificationv1.TicketAssessed, error)
	// Progress, if not nil, hears from time to time how far a stage is.
	Progress func(Progress)
}

// Progress is how far a replay is.
type Progress struct {
	// Stage says what Done counts: lines or messages read, then parts sorted, then
	// signals replayed.
	Stage string
	Done  int
	Total int // 0: not known
}

// The stages of a replay.
const (
	stageRead     = "lines read"
	stageMessages = "messages read"
	stageSort     = "parts sorted"
	stageReplay   = "signals replayed"
)

// ReplaySummary counts what became of the events read.
type ReplaySummary struct {
	detect.Summary
	// TicketEvents is how many of those read were of tickets.
	TicketEvents int
	Changes      int
	// Unreadable are messages of the bus that could not be decoded; monitoring skips them.
	Unreadable int
	// First and Last are the lowest and the highest event time; zero if nothing was read.
	First, Last time.Time
}

// Replay reads signals and ticket events, one JSON object a line, runs the rules
// over them, and writes every condition change as one JSON object a line. It
// needs no server, and no more memory for a large input than for a small one:
// what does not fit is sorted in a temporary file. It writes nothing before the
// input was read whole; lines that are no events end it with an error that names
// the first and counts the others.
func Replay(ctx context.Context, in io.Reader, out io.Writer, opts ReplayOptions) (ReplaySummary, error) {
	r := &replaying{opts: opts}
	defer r.close()
	if err := r.read(ctx, in); err != nil {
		return r.sum, err
	}
	return r.run(ctx, out)
}

// read reads all lines into the history.
func (r *replaying) read(ctx context.Context, in io.Reader) error {
	r.history = history.New(history.Options{Memory: r.opts.Memory, AsGiven: r.opts.AsLive})
	sink := lines.Sink[*batch]{Batch: r.batch, Put: (*batch).put, Take: r.take}
	return lines.Read(ctx, in, sink, func(n int) { r.progress(stageRead, n, 0) })
}

// close lets go of the history. What it kept is of no use any more.
func (r *replaying) close() {
	if r.history != nil {
		_ = r.history.Close()
	}
}

// A batch is a part of the input, read.
type batch struct {
	*history.Batch
	tickets int
}

func (b *batch) put(s *detect.Signal, ticket []byte) {
	b.Add(s, ticket)
	if len(ticket) > 0 {
		b.tickets++
	}
}

func (r *replaying) batch() *batch { return &batch{Batch: r.history.Batch()} }

func (r *replaying) take(b *batch) error {
	r.sum.TicketEvents += b.tickets
	b.tickets = 0
	return r.history.Add(b.Batch)
}

// replaying is one replay under way.
type replaying struct {
	opts    ReplayOptions
	history *history.History
	sum     ReplaySummary
}

// run replays what the history holds.
func (r *replaying) run(ctx context.Context, out io.Writer) (ReplaySummary, error) {
	if err := r.history.Seal(r.stage(ctx, stageSort)); err != nil {
		return r.sum, err
	}
	w := newWriter(out, r.opts.Policy.Version)
	err := r.feed(ctx, nil, w)
	if err == nil {
		err = w.end()
	}
	r.sum.Changes = w.n
	repeats := r.history.Counts()
	r.sum.Read = r.history.Len()
	r.sum.Duplicates += repeats.Duplicates
	r.sum.Conflicting += repeats.Conflicting
	return r.sum, err
}

// A stepper hears what the engine makes of each signal.
type stepper func(e *detect.Engine, s *detect.Signal, clock time.Time, changes []detect.Change)

// feed gives an engine what the history holds; its changes go to w.
func (r *replaying) feed(ctx context.Context, hear stepper, w *writer) error {
	engine := detect.NewReplayer(r.opts.Policy.Rules, detect.ReplayOptions{
		Policy: r.opts.Policy.Version, Until: r.opts.Until, AsLive: r.opts.AsLive, Distinct: true, Step: hear,
	}, w.write)
	step, n := r.stage(ctx, stageReplay), 0
	err := r.history.Each(func(s *detect.Signal, ticket []byte) error {
		n++
		if err := errors.Join(step(n, r.history.Len()), w.err); err != nil {
			return err
		}
		if err := r.ticket(s, ticket); err != nil {
			return err
		}
		r.span(s.At)
		engine.Read(*s)
		return nil
	})
	if err == nil {
		r.sum.Summary = engine.Finish()
	}
	return err
}

// ticket puts in the place of a ticket event what the rules read of it.
func (r *replaying) ticket(s *detect.Signal, wire []byte) error {
	if len(wire) == 0 || r.opts.Assess == nil {
		return nil
	}
	var ev ingressv1.TicketEvent
	if err := proto.Unmarshal(wire, &ev); err != nil {
		return fmt.Errorf("read a ticket event of %s again: %w", s.At, err)
	}
	assessed, err := r.opts.Assess(&ev)
	if err != nil {
		return fmt.Errorf("ticket event %s/%s: %w", ev.GetSource(), ev.GetId(), err)
	}
	if assessed == nil {
		return nil
	}
	at := s.At
	if *s = events.Ticket(assessed); s.At.Before(at) { // our own notes move no ticket, but time passes
		s.At = at
	}
	return nil
}

func (r *replaying) span(at time.Time) {
	if r.sum.First.IsZero() || at.Before(r.sum.First) {
		r.sum.First = at
	}
	if r.sum.Last.IsZero() || at.After(r.sum.Last) {
		r.sum.Last = at
	}
}

// often is after how many signals a replay looks whether it is to go on.
const often = 4096

// stage reports the progress of one stage, and ends it with the context.
func (r *replaying) stage(ctx context.Context, name string) func(done, total int) error {
	return func(done, total int) error {
		if total >= often && done%often != 0 {
			return nil
		}
		r.progress(name, done, total)
		return ctx.Err()
	}
}

func (r *replaying) progress(stage string, done, total int) {
	if r.opts.Progress != nil {
		r.opts.Progress(Progress{stage, done, total})
	}
}

// A writer writes changes as lines. After an error it writes no more.
type writer struct {
	policy string
	buf    *bufio.Writer
	enc    *json.Encoder
	n      int
	err    error
}

func newWriter(out io.Writer, policy string) *writer {
	w := &writer{policy: policy, buf: bufio.NewWriter(out)}
	w.enc = json.NewEncoder(w.buf)
	w.enc.SetEscapeHTML(false)
	return w
}

func (w *writer) write(c detect.Change) {
	w.n++
	if w.err == nil {
		w.err = wrote(w.enc.Encode(events.ChangeLine(c, w.policy)))
	}
}

func (w *writer) end() error {
	if w.err == nil {
		w.err = wrote(w.buf.Flush())
	}
	return w.err
}

func wrote(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write the changes: %w", err)
}
