// Package deliveries says how the records of what was told stand on DELIVERIES: one
// by itself, and those of a burst together, of one channel and one tenant in a message.
// So a storm costs the disk, the server and the ledger a message for hundreds, and a
// tenant can be taken out without touching what others were told.
//
// It leaves to others who stores the messages and what is made of them.
package deliveries

import (
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// together is how many records stand in one message at most. One has less than a
// kilobyte: what was answered is shortened.
const together = 250

// Event is a record that stands by itself.
func Event(r *notificationv1.DeliveryRecorded) bus.Event {
	return bus.Event{Subject: topology.DeliverySubject(r.GetChannel()), ID: r.GetId(), Time: r.GetAt().AsTime(), Payload: r}
}

// Pack puts records that stand by themselves together, in order. The id of records
// that stand together is derived from all of theirs: those that are stored again in
// other company are stored, and their reader knows each by its own id.
func Pack(events []bus.Event) []bus.Event {
	type place struct{ channel, tenant string }
	open := map[place]*[]*notificationv1.DeliveryRecorded{}
	var groups []*[]*notificationv1.DeliveryRecorded
	for _, e := range events {
		r, _ := e.Payload.(*notificationv1.DeliveryRecorded)
		at := place{r.GetChannel(), r.GetTenant()}
		g := open[at]
		if g == nil || len(*g) == together {
			g = new([]*notificationv1.DeliveryRecorded)
			open[at], groups = g, append(groups, g)
		}
		*g = append(*g, r)
	}
	packed := make([]bus.Event, len(groups))
	for i, g := range groups {
		packed[i] = pack(*g)
	}
	return packed
}

// pack is one message of records of one channel and tenant.
func pack(list []*notificationv1.DeliveryRecorded) bus.Event {
	if len(list) == 1 {
		return Event(list[0])
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.GetId()
	}
	first := proto.CloneOf(list[0])
	first.With = list[1:]
	e := Event(first)
	e.ID = bus.ID(append([]string{"deliveries"}, ids...)...)
	return e
}

// All are the records that a message holds, the one that it begins with first.
func All(r *notificationv1.DeliveryRecorded) []*notificationv1.DeliveryRecorded {
	return append([]*notificationv1.DeliveryRecorded{r}, r.GetWith()...)
}

// Of reads the records that a message of DELIVERIES holds. The error is that it does
// not decode.
func Of(raw bus.Raw) ([]*notificationv1.DeliveryRecorded, error) {
	r := &notificationv1.DeliveryRecorded{}
	if err := bus.Decode(raw, r); err != nil {
		return nil, err
	}
	return All(r), nil
}
