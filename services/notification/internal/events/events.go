// Package events translates between the bus and what this service does: changes
// of cases come in, notifications and the record of their delivery go out.
//
// A notification is published once, whatever comes again: only what is newer
// than the last one of its subject is published, and that one has to be the last
// still. That holds for redeliveries after any time, between two processes, and
// for a crash amid the notifications of one change: the rest is told then.
//
//	read the last of each subject ──→ nothing newer ──→ record
//	        ▲                    └──→ publish what is newer ──→ record
//	        └────── somebody else was first ──┘
//
// A change that comes after a newer one of the same case is told only to the
// audiences that have heard nothing newer.
package events

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// patience is how long one change may take to be told; it is below the time in
// which the bus hands it to somebody else.
const patience = 20 * time.Second

const (
	// maxBatch is how many notifications are stored at once.
	maxBatch = 500
	// few is up to how many are published one by one: a batch costs the server
	// as much as a dozen single messages, however small it is.
	few = 8
)

// Telling tells changes of cases.
type Telling struct {
	Conn   *bus.Conn
	Teller deliver.Teller
}

// OnCaseChanged publishes what people are told of the change, and records it.
func (t *Telling) OnCaseChanged(ctx context.Context, _ bus.Meta, c *reviewv1.CaseChanged) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if c.GetCase().GetId() == "" || c.GetCase().GetVersion() == 0 || c.GetTransition() == nil {
		return bus.Permanent(errors.New("read a change of a case: it lacks the case's id, its version or the transition"))
	}
	told, err := t.Teller.Tell(changeOf(c))
	if err != nil {
		return bus.Permanent(err)
	}
	list := make([]*notificationv1.Notification, len(told))
	for i, n := range told {
		list[i] = notificationOf(n)
	}
	if err := t.publish(ctx, list); err != nil {
		return fmt.Errorf("tell of case %s version %d: %w", c.GetCase().GetId(), c.GetCase().GetVersion(), err)
	}
	return t.onStream(ctx, list)
}

// publish stores what is not stored yet.
func (t *Telling) publish(ctx context.Context, list []*notificationv1.Notification) error {
	for {
		events, err := t.newer(ctx, list)
		if err != nil || len(events) == 0 {
			return err
		}
		events = events[:min(len(events), maxBatch)]
		switch err := t.store(ctx, events); {
		case errors.Is(err, bus.ErrConflict): // read again: somebody else, or we ourselves, were first
		case err != nil:
			return err
		case len(events) < maxBatch:
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("publish %d notifications: %w; trying again helps", len(events), ctx.Err())
		}
	}
}

// store publishes a few events one by one, and more as one batch. Either way
// what a crash leaves out is found by reading the last of each subject.
func (t *Telling) store(ctx context.Context, events []bus.Event) error {
	if len(events) > few {
		_, err := t.Conn.PublishBatch(ctx, events)
		return err
	}
	last := map[string]uint64{}
	for _, e := range events {
		if sequence, ours := last[e.Subject]; ours {
			e.ExpectLast = &sequence
		}
		sequence, err := t.Conn.Publish(ctx, e)
		if err != nil {
			return err
		}
		last[e.Subject] = sequence
	}
	return nil
}

// newer are the events that come after the last one of their subject. The first
// of each subject expects that one to be the last still.
func (t *Telling) newer(ctx context.Context, list []*notificationv1.Notification) ([]bus.Event, error) {
	type tail struct {
		last     *notificationv1.Notification
		sequence *uint64 // nil once an event expects it
	}
	tails := map[string]tail{}
	var events []bus.Event
	for _, n := range list {
		subject := subjectOf(n)
		end, read := tails[subject]
		if !read {
			raw, err := t.Conn.Last(ctx, topology.Notifications, subject)
			if err != nil {
				return nil, err
			}
			end = tail{&notificationv1.Notification{}, &raw.Sequence}
			if err := bus.Decode(raw, end.last); err != nil {
				return nil, err
			}
		}
		if place(end.last, n) < 0 {
			events = append(events, bus.Event{Subject: subject, ID: n.GetId(), Time: timeOf(n.GetAt()), Payload: n, ExpectLast: end.sequence})
			end.sequence = nil
		}
		tails[subject] = end
	}
	return events, nil
}

// place compares two notifications of one subject: the version, then the index.
func place(a, b *notificationv1.Notification) int {
	return cmp.Or(cmp.Compare(a.GetCaseVersion(), b.GetCaseVersion()), cmp.Compare(a.GetIndex(), b.GetIndex()))
}

func subjectOf(n *notificationv1.Notification) string {
	return topology.NotificationSubject(n.GetAudience(), n.GetTenant(), n.GetCase())
}

// onStream records that each notification stands on the stream.
func (t *Telling) onStream(ctx context.Context, list []*notificationv1.Notification) error {
	for _, n := range list {
		r := record(n, "stream", subjectOf(n))
		r.Id, r.Attempt = bus.ID("delivery", n.GetId(), r.GetDestination(), "1"), 1
		r.Outcome, r.At = "sent", timestamppb.Now()
		if err := publishRecord(ctx, t.Conn, r); err != nil {
			return err
		}
	}
	return nil
}

// record names the notification and the destination.
func record(n *notificationv1.Notification, channel, destination string) *notificationv1.DeliveryRecorded {
	return &notificationv1.DeliveryRecorded{
		Notification: n.GetId(), Channel: channel, Destination: destination, Audience: n.GetAudience(),
		Tenant: n.GetTenant(), Case: n.GetCase(), Kind: n.GetKind(), Recipient: n.GetRecipient(),
	}
}

func publishRecord(ctx context.Context, conn *bus.Conn, r *notificationv1.DeliveryRecorded) error {
	if _, err := conn.Publish(ctx, recordEvent(r)); err != nil {
		return fmt.Errorf("record the delivery of %s: %w; trying again helps", r.GetNotification(), err)
	}
	return nil
}

func recordEvent(r *notificationv1.DeliveryRecorded) bus.Event {
	return bus.Event{Subject: topology.DeliverySubject(r.GetChannel()), ID: r.GetId(), Time: r.GetAt().AsTime(), Payload: r}
}
