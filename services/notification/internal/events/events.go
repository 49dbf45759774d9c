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
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// patience is how long changes may take to be told before they are tried anew.
const patience = 20 * time.Second

const (
	// maxBatch is how many messages are stored at once.
	maxBatch = 1000
	// few is up to how many are stored each by itself: a batch costs the server
	// as much as a dozen single messages, however small it is.
	few = 8
)

// Telling tells changes of cases.
type Telling struct {
	Conn    *bus.Conn
	Teller  deliver.Teller
	Records *Recorder
}

// OnCaseChanged publishes what people are told of the changes; the rest is to record
// it. The changes stand in the order of their stream: where one is not told for now,
// none behind it is said to be told. One that makes no sense holds up no other.
func (t *Telling) OnCaseChanged(ctx context.Context, got []bus.Got[*reviewv1.CaseChanged]) ([]error, bus.Rest) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	errs := make([]error, len(got))
	lists := make([][]*notificationv1.Notification, len(got))
	for i, g := range got {
		lists[i], errs[i] = t.tell(g.Payload)
	}
	err := t.publish(ctx, slices.Concat(lists...))
	if err != nil {
		err = t.oneByOne(ctx, lists, errs)
	}
	for i := range got {
		if errs[i] == nil && err != nil {
			errs[i] = fmt.Errorf("tell of case %s version %d: %w", got[i].Payload.GetCase().GetId(), got[i].Payload.GetCase().GetVersion(), err)
		}
	}
	if err != nil {
		lists = nil // it is recorded when all of it is told
	}
	return errs, func(ctx context.Context) error { return t.Records.Put(ctx, onStream(slices.Concat(lists...))...) }
}

// tell is what people are told of one change. Its error is permanent.
func (t *Telling) tell(c *reviewv1.CaseChanged) ([]*notificationv1.Notification, error) {
	if c.GetCase().GetId() == "" || c.GetCase().GetVersion() == 0 || c.GetTransition() == nil {
		return nil, bus.Permanent(errors.New("read a change of a case: it lacks the case's id, its version or the transition"))
	}
	told, err := t.Teller.Tell(changeOf(c))
	if err != nil {
		return nil, bus.Permanent(err)
	}
	list := make([]*notificationv1.Notification, 0, len(told))
	for _, n := range told {
		if one := notificationOf(n); !t.Records.gone(one) {
			list = append(list, one)
		}
	}
	return list, nil
}

// oneByOne publishes what together could not be stored. What no retry mends is one
// change's own, and leaves nothing of it to be recorded; any other error is of all.
func (t *Telling) oneByOne(ctx context.Context, lists [][]*notificationv1.Notification, errs []error) error {
	for i, list := range lists {
		err := t.publish(ctx, list)
		switch {
		case bus.IsPermanent(err):
			errs[i], lists[i] = err, nil
		case err != nil:
			return err
		}
	}
	return nil
}

// publish stores what is not stored yet.
func (t *Telling) publish(ctx context.Context, list []*notificationv1.Notification) error {
	for some := range slices.Chunk(list, maxBatch) {
		for {
			events, err := t.newer(ctx, some)
			if err != nil {
				return err
			}
			// Whoever was first, somebody else or we ourselves: it is read again.
			if err = t.store(ctx, events); err == nil {
				break
			}
			if !errors.Is(err, bus.ErrConflict) || ctx.Err() != nil {
				return fmt.Errorf("publish %d notifications: %w; trying again helps", len(events), err)
			}
		}
	}
	return nil
}

// store stores a few events each by itself, and more as one batch. Either way
// what a crash leaves out is found by reading the last of each subject.
func (t *Telling) store(ctx context.Context, events []bus.Event) error {
	behind := slices.ContainsFunc(events, func(e bus.Event) bool { return e.ExpectLast == nil })
	if behind || len(events) > few {
		_, err := t.Conn.PublishBatch(ctx, events)
		return err
	}
	return errors.Join(t.Conn.PublishAll(ctx, events)...)
}

// newer are the events that come after the last one of their subject. The first
// of each subject expects that one to be the last still.
func (t *Telling) newer(ctx context.Context, list []*notificationv1.Notification) ([]bus.Event, error) {
	subjects := make([]string, len(list))
	for i, n := range list {
		subjects[i] = subjectOf(n)
	}
	each := slices.Clone(subjects)
	slices.Sort(each)
	raws, err := t.Conn.Lasts(ctx, topology.Notifications, slices.Compact(each))
	if err != nil {
		return nil, err
	}
	last := make(map[string]*notificationv1.Notification, len(list))
	for subject, raw := range raws {
		last[subject] = &notificationv1.Notification{}
		if err := bus.Decode(raw, last[subject]); err != nil {
			return nil, err
		}
	}
	expected := make(map[string]bool, len(list))
	events := make([]bus.Event, 0, len(list))
	for i, n := range list {
		subject := subjects[i]
		if place(last[subject], n) >= 0 {
			continue
		}
		last[subject] = n
		e := bus.Event{Subject: subject, ID: n.GetId(), Time: timeOf(n.GetAt()), Payload: n}
		if !expected[subject] {
			expected[subject], e.ExpectLast = true, bus.Sequence(raws[subject].Sequence)
		}
		events = append(events, e)
	}
	return events, nil
}

// place compares two notifications of one subject: the version, then the index.
func place(a, b *notificationv1.Notification) int {
	return cmp.Or(cmp.Compare(a.GetCaseVersion(), b.GetCaseVersion()), cmp.Compare(a.GetIndex(), b.GetIndex()))
}

// subjectOf is where a notification stands: what is of no case has a subject of
// its own, or that of who is silent.
func subjectOf(n *notificationv1.Notification) string {
	switch deliver.Kind(n.GetKind()) {
	case deliver.SourceSilent, deliver.SourceHeard:
		return topology.SilenceSubject("source", n.GetSource())
	case deliver.DestinationSilent, deliver.DestinationHeard:
		return topology.SilenceSubject("destination", n.GetDestination())
	}
	return topology.NotificationSubject(n.GetAudience(), n.GetTenant(), cmp.Or(n.GetCase(), n.GetId()))
}

// onStream are the records that notifications stand on the stream.
func onStream(list []*notificationv1.Notification) []*notificationv1.DeliveryRecorded {
	records := make([]*notificationv1.DeliveryRecorded, len(list))
	for i, n := range list {
		r := record(n, "stream", subjectOf(n))
		r.Id, r.Attempt = bus.ID("delivery", n.GetId(), r.GetDestination(), "1"), 1
		r.Outcome, r.At = "sent", timestamppb.Now()
		records[i] = r
	}
	return records
}

// record names the notification and the destination.
func record(n *notificationv1.Notification, channel, destination string) *notificationv1.DeliveryRecorded {
	return &notificationv1.DeliveryRecorded{
		Notification: n.GetId(), Channel: channel, Destination: destination, Audience: n.GetAudience(),
		Tenant: n.GetTenant(), Case: n.GetCase(), Kind: n.GetKind(), Recipient: n.GetRecipient(),
	}
}
