package events

import (
	"context"
	"fmt"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/erasure"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Recorder stores the records of deliveries, of all destinations of a process.
type Recorder struct {
	Records bus.Gatherer
	// Erased knows which tenants were erased: what they were to be told before is told
	// and recorded no more. Nil knows of none.
	Erased *erasure.Book
}

// gone says that a notification is of a time that was erased with its tenant.
func (r *Recorder) gone(n *notificationv1.Notification) bool {
	return r != nil && r.Erased.Erased(n.GetTenant(), n.GetAt().AsTime())
}

// Recording is a recorder to the connection.
func Recording(conn *bus.Conn) *Recorder {
	return &Recorder{Records: bus.Gatherer{Conn: conn, Pack: deliveries.Pack}}
}

// Put returns when all the records are stored, or some could not be. A program that
// stops still records what it has done.
func (r *Recorder) Put(ctx context.Context, list ...*notificationv1.DeliveryRecorded) error {
	events := make([]bus.Event, len(list))
	for i, d := range list {
		events[i] = deliveries.Event(d)
	}
	if err := r.Records.Put(ctx, events...); err != nil {
		return fmt.Errorf("record %d deliveries, the first of %s: %w; trying again helps", len(list), list[0].GetNotification(), err)
	}
	return nil
}
