package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// An Outbox holds what is still to be published.
type Outbox interface {
	// Pending are the oldest transitions; those of one case in the order of its versions.
	Pending(ctx context.Context, limit int) ([]ledger.Outgoing, error)
	// MarkSent says that the transitions were published.
	MarkSent(ctx context.Context, at time.Time, seqs ...int64) error
	// Lease gives holder the right to do what name says until the time.
	Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
}

// A Relay publishes case changes from the outbox. Of several processes one
// publishes at a time. After a crash a change may be published again under the
// same id; readers drop it by the case's version.
type Relay struct {
	Outbox Outbox
	Conn   *bus.Conn
	Policy *policy.Policy
	Log    *slog.Logger
	// Holder names this process among others.
	Holder string

	nudge chan struct{}
	// until is how long the right to publish is known to last.
	until time.Time
}

const (
	// look is how often the relay looks without being told.
	look = 500 * time.Millisecond
	// hold is how long the right to publish lasts when its holder dies.
	hold = 5 * time.Second
	// atOnce is how many changes are read from the outbox together.
	atOnce = 200
)

// NewRelay returns a relay; Run does the work.
func NewRelay(o Outbox, conn *bus.Conn, p *policy.Policy, log *slog.Logger) *Relay {
	return &Relay{Outbox: o, Conn: conn, Policy: p, Log: log, Holder: bus.ID(fmt.Sprint(time.Now().UnixNano())), nudge: make(chan struct{}, 1)}
}

// Nudge tells the relay that there is something to publish.
func (r *Relay) Nudge() {
	select {
	case r.nudge <- struct{}{}:
	default:
	}
}

// Run publishes until the context ends. What can not be published now stays in
// the outbox.
func (r *Relay) Run(ctx context.Context) error {
	t := time.NewTicker(look)
	defer t.Stop()
	for {
		if err := r.turn(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("case changes wait in the outbox", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.nudge:
		case <-t.C:
		}
	}
}

// turn publishes all that waits, if it is this process's turn.
func (r *Relay) turn(ctx context.Context) error {
	for {
		mine, err := r.mine(ctx, time.Now())
		if err != nil || !mine {
			return err
		}
		waiting, err := r.Outbox.Pending(ctx, atOnce)
		if err != nil || len(waiting) == 0 {
			return err
		}
		if err := r.publish(ctx, waiting); err != nil {
			return err
		}
		if len(waiting) < atOnce {
			return nil
		}
	}
}

// mine says whether this process has the right to publish. It is renewed when
// half of it has passed and not at every turn, which would cost a change the
// disk's time for one more write.
func (r *Relay) mine(ctx context.Context, now time.Time) (bool, error) {
	if r.until.Sub(now) > hold/2 {
		return true, nil
	}
	mine, err := r.Outbox.Lease(ctx, "relay", r.Holder, now, now.Add(hold))
	if err == nil && mine {
		r.until = now.Add(hold)
	}
	return mine, err
}

// publish publishes changes of many cases at once, those of one case each after
// the one before it, and marks those that were. What fails keeps back what comes
// after it of its case, and nothing else.
func (r *Relay) publish(ctx context.Context, waiting []ledger.Outgoing) (err error) {
	var sent []int64
	for len(waiting) > 0 && err == nil { // once, but for cases that changed several times
		var events []bus.Event
		var now, next []ledger.Outgoing
		under := map[string]bool{}
		for _, o := range waiting {
			if under[o.Case.ID] {
				next = append(next, o)
				continue
			}
			under[o.Case.ID] = true
			now, events = append(now, o), append(events, r.event(o))
		}
		for i, failed := range r.Conn.PublishAll(ctx, events) {
			if failed != nil {
				err = failed
			} else {
				sent = append(sent, now[i].Seq)
			}
		}
		waiting = next
	}
	if len(sent) > 0 {
		err = errors.Join(err, r.Outbox.MarkSent(ctx, time.Now(), sent...))
	}
	return err
}

func (r *Relay) event(o ledger.Outgoing) bus.Event {
	return bus.Event{
		Subject: topology.CaseSubject(o.Case.Tenant, o.Case.ID), ID: o.Event.ID, Time: o.Event.At,
		Payload: &reviewv1.CaseChanged{Case: Case(r.Policy, o.Case), Transition: Transition(o.Event)},
	}
}
