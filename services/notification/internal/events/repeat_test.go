package events

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/channel"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// desk is a destination that keeps what it took, and can be looked through.
type desk struct {
	took []string
	// blind is why it can not be looked through; nil where it can.
	blind error
	// dies is called when it has taken something, before its answer is heard.
	dies func()
}

func (*desk) Name() string        { return "zendesk" }
func (*desk) Destination() string { return "https://acme.zendesk.example" }
func (*desk) Once() bool          { return false }

func (d *desk) Deliver(_ context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	d.took = append(d.took, n.GetId())
	if d.dies != nil {
		d.dies()
	}
	return channel.Answer{Text: "200 OK", ID: "42"}, nil
}

func (d *desk) Find(_ context.Context, n *notificationv1.Notification) (channel.Answer, bool, error) {
	if d.blind != nil {
		return channel.Answer{}, false, d.blind
	}
	for _, id := range d.took {
		if id == n.GetId() {
			return channel.Answer{Text: "stands there already", ID: "42"}, true, nil
		}
	}
	return channel.Answer{}, false, nil
}

// lastRecord is the newest record of a channel.
func lastRecord(t *testing.T, conn *bus.Conn, name string) *notificationv1.DeliveryRecorded {
	t.Helper()
	raw, err := conn.Last(t.Context(), topology.Deliveries, topology.DeliverySubject(name))
	if err != nil {
		t.Fatal(err)
	}
	r := &notificationv1.DeliveryRecorded{}
	if err := bus.Decode(raw, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatArrivedBeforeACrashIsNotWrittenAgain(t *testing.T) {
	conn, to := natstest.Connect(t), &desk{}
	n := &notificationv1.Notification{Id: "n-1", Audience: "requester", Tenant: "acme", Case: "c-1", Ticket: "T-1"}
	// The bus is gone when the record is to be stored: the program ends with the note written.
	gone := natstest.Connect(t)
	to.dies = gone.JS().Conn().Close
	first := &Delivering{Records: Recording(gone), Channel: to}
	if err := first.OnNotification(t.Context(), bus.Meta{Sequence: 7, Attempt: 1, StoredAt: time.Now()}, n); err == nil || bus.IsPermanent(err) {
		t.Fatalf("without a record: %v", err)
	}
	to.dies = nil
	second := &Delivering{Records: Recording(conn), Channel: to}
	if err := second.OnNotification(t.Context(), bus.Meta{Sequence: 7, Attempt: 2, StoredAt: time.Now()}, n); err != nil {
		t.Fatal(err)
	}
	r := lastRecord(t, conn, "zendesk")
	if len(to.took) != 1 || r.GetOutcome() != "sent" || r.GetVendorId() != "42" || r.GetAnswer() != "stands there already" || r.GetAttempt() != 2 {
		t.Errorf("written %d times, recorded %v", len(to.took), r)
	}
}

func TestADeadLetterThatComesBackIsLookedForFirst(t *testing.T) {
	conn, to := natstest.Connect(t), &desk{took: []string{"n-1"}}
	d := &Delivering{Records: Recording(conn), Channel: to}
	for _, id := range []string{"n-1", "n-2"} { // one that stands there, and one that does not
		n := &notificationv1.Notification{Id: id, Audience: "requester", Tenant: "acme", Case: "c-1", Ticket: "T-1"}
		m := bus.Meta{Sequence: 9, Attempt: 1, StoredAt: time.Now(), Returned: true}
		if err := d.OnNotification(t.Context(), m, n); err != nil {
			t.Fatal(err)
		}
		if r := lastRecord(t, conn, "zendesk"); r.GetNotification() != id || strings.Contains(r.GetAnswer(), "twice") {
			t.Errorf("recorded %v", r)
		}
	}
	if !slices.Equal(to.took, []string{"n-1", "n-2"}) {
		t.Errorf("on the ticket stand %q", to.took)
	}
}

func TestWhereItCanNotBeLookedNothingIsWritten(t *testing.T) {
	conn, to := natstest.Connect(t), &desk{blind: errors.New("503 Service Unavailable")}
	d := &Delivering{Records: Recording(conn), Channel: to}
	n := &notificationv1.Notification{Id: "n-1", Audience: "requester", Tenant: "acme", Case: "c-1", Ticket: "T-1"}
	if err := d.OnNotification(t.Context(), bus.Meta{Sequence: 7, Attempt: 2, StoredAt: time.Now()}, n); err == nil || bus.IsPermanent(err) {
		t.Errorf("an attempt that may be made again: %v", err)
	}
	if r := lastRecord(t, conn, "zendesk"); len(to.took) != 0 || r.GetOutcome() != "failed" || r.GetAnswer() != "503 Service Unavailable" {
		t.Errorf("written %d times, recorded %v", len(to.took), r)
	}
	to.blind = &channel.Refused{Err: errors.New("404 Not Found")}
	if err := d.OnNotification(t.Context(), bus.Meta{Sequence: 7, Attempt: 3, StoredAt: time.Now()}, n); !bus.IsPermanent(err) {
		t.Errorf("a ticket that is gone: %v", err)
	}
}

func TestAnAttemptAfterADeadLetterIsRecordedThoughBothStreamsCountAlike(t *testing.T) {
	conn, to := natstest.Connect(t), &desk{}
	d := &Delivering{Records: Recording(conn), Channel: to}
	n := &notificationv1.Notification{Id: "n-1", Audience: "requester", Tenant: "acme", Case: "c-1", Ticket: "T-1"}
	for _, returned := range []bool{false, true} {
		if err := d.OnNotification(t.Context(), bus.Meta{Sequence: 3, Attempt: 1, StoredAt: time.Now(), Returned: returned}, n); err != nil {
			t.Fatal(err)
		}
	}
	if n := stored(t, conn, topology.Deliveries); n != 2 {
		t.Errorf("%d records of two attempts", n)
	}
}

// mailbox is a destination that can neither tell repeats nor be looked through.
type mailbox struct{ *desk }

func (mailbox) Find() {} // hides the desk's

func TestARepeatThatTheBusHasNotCountedIsKnownAsOne(t *testing.T) {
	conn, to := natstest.Connect(t), &desk{}
	n := &notificationv1.Notification{Id: "n-1", Audience: "requester", Tenant: "acme", Case: "c-1", Ticket: "T-1"}
	for i, ch := range []channel.Channel{to, mailbox{&desk{}}} {
		d := &Delivering{Records: Recording(conn), Channel: ch}
		for _, uncounted := range []bool{false, true} {
			if err := d.OnNotification(t.Context(), bus.Meta{Sequence: uint64(7 + i), Attempt: 1, StoredAt: time.Now(), Uncounted: uncounted}, n); err != nil {
				t.Fatal(err)
			}
		}
		r := lastRecord(t, conn, "zendesk")
		if twice := strings.Contains(r.GetAnswer(), "may stand there twice"); r.GetOutcome() != "sent" || twice != (i == 1) {
			t.Errorf("recorded %v", r)
		}
	}
	if n := stored(t, conn, topology.Deliveries); n != 4 || len(to.took) != 1 {
		t.Errorf("%d records of four attempts, and %d notes on the ticket", n, len(to.took))
	}
}
