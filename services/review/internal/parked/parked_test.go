package parked_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// A yard is a bus on which letters are parked, and a ledger.
type yard struct {
	*testing.T
	parked.Desk
	conn *bus.Conn
	book *ledger.Ledger
}

func open(t *testing.T) *yard {
	t.Helper()
	y := &yard{T: t, conn: natstest.Connect(t), book: consoletest.New(t, nine).Ledger}
	y.Desk = parked.Desk{Box: events.Letters{Conn: y.conn}, Book: y.book, Now: func() time.Time { return nine }}
	return y
}

// as is the context of a person.
func (y *yard) as(id string, role decide.Role, tenants ...string) context.Context {
	return who.As(y.Context(), decide.Person{ID: id, Role: role, Tenants: tenants})
}

// refused has a reader of what is to be told at ops give a message up, and gives
// the letter's number.
func (y *yard) refused(c topology.Consumer, id string) uint64 {
	y.Helper()
	if err := c.Apply(y.Context(), y.conn.JS()); err != nil {
		y.Fatal(err)
	}
	n := &notificationv1.Notification{Id: id, Audience: "requester", Tenant: "acme", Case: "c-1", Kind: "approved", Recipient: "mia", Title: "hush", Body: "hush"}
	subject := topology.NotificationSubject("requester", "acme", "c-1")
	if c.Stream.Name == topology.Due.Name {
		subject = topology.DueSubject("ops")
	}
	if _, err := y.conn.Publish(y.Context(), bus.Event{Subject: subject, ID: id, Payload: n}); err != nil {
		y.Fatal(err)
	}
	y.handled(bus.Consumer(y.conn, c, func(context.Context, bus.Meta, *notificationv1.Notification) error {
		return bus.Permanent(errors.New("410 gone"))
	}))
	list, err := y.conn.DeadLetters(y.Context())
	if err != nil || len(list) == 0 {
		y.Fatal(list, err)
	}
	return list[len(list)-1].ID
}

// handled runs a reader until something more is parked.
func (y *yard) handled(task func(context.Context) error) {
	y.Helper()
	before, err := y.conn.LastSequence(y.Context(), topology.DeadLetter)
	if err != nil {
		y.Fatal(err)
	}
	ctx, stop := context.WithCancel(y.Context())
	done := make(chan error, 1)
	go func() { done <- task(ctx) }()
	err = y.conn.Follow(ctx, bus.Following{Stream: topology.DeadLetter, Filters: []string{topology.AllDeadLetters}}, func(_ context.Context, raw bus.Raw) error {
		if raw.Sequence > before {
			stop()
		}
		return nil
	})
	if err := errors.Join(err, <-done); err != nil {
		y.Fatal(err)
	}
}

func TestAHeldMessageIsNamedAfterItsDestination(t *testing.T) {
	y := open(t)
	y.refused(topology.DueAtDestination("ops"), "n-1")
	list, next, err := y.Letters(y.as("lena", decide.Leadership), parked.Query{Limit: 1})
	if err != nil || len(list) != 1 || next != 0 {
		t.Fatal(list, next, err)
	}
	l := list[0]
	if l.Destination != "ops" || l.Consumer != "notification-due-ops" || l.Reason != "410 gone" || !l.Heard || l.Bytes == 0 {
		t.Errorf("it is %+v", l)
	}
	if *l.Told != (parked.Told{ID: "n-1", Kind: "approved", Audience: "requester", Tenant: "acme", Case: "c-1", Recipient: "mia"}) {
		t.Errorf("it is about %+v", l.Told)
	}
}

func TestOnlyLeadershipThatSeesAllIsShownAny(t *testing.T) {
	y := open(t)
	id := y.refused(topology.DueAtDestination("ops"), "n-1")
	for _, ctx := range []context.Context{
		y.Context(), y.as("vera", decide.Viewer), y.as("ito", decide.Agent), y.as("cem", decide.CSM, "acme"), y.as("lou", decide.Leadership, "acme"),
	} {
		_, _, listed := y.Letters(ctx, parked.Query{Limit: 1})
		_, one := y.Letter(ctx, id)
		_, done := y.Done(ctx, 1)
		for _, err := range []error{listed, one, done, y.Settle(ctx, id, parked.Drop, "x"), y.Settle(ctx, id, parked.Retry, "x")} {
			if !errors.Is(err, decide.ErrNotLeader) {
				t.Errorf("%+v: %v", who.Of(ctx), err)
			}
		}
	}
	if list, _ := y.conn.DeadLetters(t.Context()); len(list) != 1 {
		t.Errorf("parked: %v", list)
	}
}

func TestALetterIsSentBackOnceAndKeptWho(t *testing.T) {
	y := open(t)
	ops := topology.ToDestination("ops", topology.AudienceFilter("requester"))
	id := y.refused(ops, "n-1")
	lena, mia := y.as("lena", decide.Leadership), y.as("mia", decide.Admin)
	for range 2 { // the same again is done already
		if err := y.Settle(lena, id, parked.Retry, " mended "); err != nil {
			t.Fatal(err)
		}
	}
	if err := y.Settle(mia, id, parked.Drop, "x"); !errors.Is(err, parked.ErrSettled) {
		t.Errorf("who comes second: %v", err)
	}
	if _, err := y.Letter(mia, id); !errors.Is(err, parked.ErrSettled) {
		t.Errorf("it is still there: %v", err)
	}
	done, err := y.Done(mia, 10)
	if err != nil || len(done) != 1 || done[0].By != "lena" || done[0].Note != "mended" || done[0].Case != "c-1" || done[0].Said != "410 gone" {
		t.Errorf("kept: %+v, %v", done, err)
	}
	// It came back, once, and was refused again.
	y.handled(bus.Consumer(y.conn, ops, func(context.Context, bus.Meta, *notificationv1.Notification) error {
		return bus.Permanent(errors.New("410 gone"))
	}))
	if list, _ := y.conn.DeadLetters(t.Context()); len(list) != 1 || list[0].ID <= id {
		t.Errorf("parked: %v", list)
	}
}

func TestWhatIsDroppedNeedsAReason(t *testing.T) {
	y := open(t)
	id := y.refused(topology.DueAtDestination("ops"), "n-1")
	lena := y.as("lena", decide.Leadership)
	if err := y.Settle(lena, id, parked.Drop, " "); !errors.Is(err, parked.ErrWhy) {
		t.Errorf("without a note: %v", err)
	}
	if err := y.Settle(lena, id, parked.Drop, "told by telephone"); err != nil {
		t.Fatal(err)
	}
	if list, _ := y.conn.DeadLetters(t.Context()); len(list) != 0 {
		t.Errorf("parked: %v", list)
	}
	if err := y.Settle(lena, 99, parked.Drop, "x"); !errors.Is(err, parked.ErrNone) {
		t.Errorf("one that never was: %v", err)
	}
}

func TestNothingIsSentToNobodyNorLostByAClick(t *testing.T) {
	y := open(t)
	due := topology.DueAtDestination("ops")
	gone := y.refused(due, "n-1")
	if err := due.Forget(t.Context(), y.conn.JS()); err != nil {
		t.Fatal(err)
	}
	lena := y.as("lena", decide.Leadership)
	if err := y.Settle(lena, gone, parked.Retry, ""); !errors.Is(err, parked.ErrUnheard) {
		t.Errorf("to a destination that is gone: %v", err)
	}
	e := bus.Event{Subject: topology.TicketSubject("acme", "T-1"), ID: "e-1", Payload: &intakev1.TicketChanged{}}
	if _, err := y.conn.Publish(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	y.handled(bus.Consumer(y.conn, topology.ClassificationOnTicketChanged, func(context.Context, bus.Meta, *intakev1.TicketChanged) error {
		return bus.Permanent(errors.New("makes no sense"))
	}))
	list, _, err := y.Letters(lena, parked.Query{After: gone, Limit: 5})
	if err != nil || len(list) != 1 || list[0].Destination != "" || list[0].Told != nil {
		t.Fatal(list, err)
	}
	if err := y.Settle(lena, list[0].ID, parked.Drop, "x"); !errors.Is(err, parked.ErrElsewhere) {
		t.Errorf("what came in: %v", err)
	}
	if done, _ := y.Done(lena, 10); len(done) != 0 {
		t.Errorf("kept: %+v", done)
	}
}
