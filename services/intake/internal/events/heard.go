package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	// between is how long one source is not said to be heard again.
	between = 10 * time.Second
	// mostSources is how many sources are kept count of: a producer that makes up
	// a source for each event fills no memory.
	mostSources = 4096
)

// Sources say on the bus which sources are heard, and when. A nil one says nothing.
type Sources struct {
	conn *bus.Conn
	log  *slog.Logger

	mu     sync.Mutex
	heard  map[string]*hearing
	nudged chan struct{}
}

// hearing is what was heard of one.
type hearing struct {
	kind           string
	count          uint64
	occurred, last time.Time
	// fresh says that it was heard since it was said; saidAt is when it was.
	fresh  bool
	saidAt time.Time
}

// NewSources returns who takes note; Run says it.
func NewSources(conn *bus.Conn, log *slog.Logger) *Sources {
	return &Sources{conn: conn, log: log, heard: map[string]*hearing{}, nudged: make(chan struct{}, 1)}
}

// Signals takes note of signals that are on disk.
func (s *Sources) Signals(signals []*ingressv1.Signal) {
	if s == nil {
		return
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for from := 0; from < len(signals); { // of a run of one source, one note
		name, newest := signals[from].GetSource(), signals[from].GetOccurredAt()
		to := from + 1
		for ; to < len(signals) && signals[to].GetSource() == name; to++ {
			if at := signals[to].GetOccurredAt(); at.GetSeconds() > newest.GetSeconds() {
				newest = at
			}
		}
		s.note(name, hearing{kind: "signal", count: uint64(to - from), occurred: newest.AsTime(), last: now}) //nolint:gosec // not negative
		from = to
	}
}

// Ticket takes note of a ticket event that is on disk.
func (s *Sources) Ticket(ev *ingressv1.TicketEvent) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(ev.GetSource(), hearing{kind: "ticket", count: 1, occurred: ev.GetOccurredAt().AsTime(), last: time.Now()})
}

// note is under the lock.
func (s *Sources) note(name string, one hearing) {
	h := s.heard[name]
	if h == nil {
		if len(s.heard) >= mostSources {
			return
		}
		h = &hearing{}
		s.heard[name] = h
	}
	if one.occurred.After(h.occurred) {
		h.occurred = one.occurred
	}
	h.last, h.kind, h.count = one.last, one.kind, h.count+one.count
	if h.fresh {
		return
	}
	h.fresh = true
	select {
	case s.nudged <- struct{}{}:
	default:
	}
}

// Run says what is heard until the context ends. What the bus does not take now
// is said later.
func (s *Sources) Run(ctx context.Context) error {
	for {
		wait := s.say(ctx, time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-s.nudged:
		case <-time.After(wait):
		}
	}
}

// say says what is due, and how long it is until something else may be.
func (s *Sources) say(ctx context.Context, now time.Time) time.Duration {
	due, wait := s.due(now)
	if len(due) == 0 {
		return wait
	}
	if err := errors.Join(s.conn.PublishAll(ctx, due)...); err != nil && ctx.Err() == nil {
		s.log.Warn("which sources are heard is said later", "error", err)
	}
	return wait
}

func (s *Sources) due(now time.Time) (due []bus.Event, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait = between
	for name, h := range s.heard {
		if !h.fresh {
			continue
		}
		if left := h.saidAt.Add(between).Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		h.fresh, h.saidAt = false, now
		m := &intakev1.SourceHeard{
			Source: name, Kind: h.kind, Count: h.count,
			OccurredAt: timestamppb.New(h.occurred), ReceivedAt: timestamppb.New(h.last),
		}
		due = append(due, bus.Event{
			Subject: topology.HeardSubject(name), ID: bus.ID("heard", name, h.last.String(), fmt.Sprint(h.count)), Time: h.last, Payload: m,
		})
	}
	return due, wait
}
