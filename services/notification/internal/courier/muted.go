package courier

import (
	"context"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Mutes are what people do not want told for a while.
type Mutes interface {
	// Wait returns when they have been read, or with the context's error.
	Wait(ctx context.Context) error
	// Current are those that hold or lie ahead.
	Current() []route.Mute
}

// A Muted carries to a destination that stands in no file, but for what is muted.
type Muted struct {
	// Name is what a mute calls the destination.
	Name   string
	Mutes  Mutes
	Policy *policy.Policy
	Out    Out
}

// OnNotification makes one attempt, or records that none is made.
func (m *Muted) OnNotification(ctx context.Context, meta bus.Meta, n *notificationv1.Notification) error {
	if err := m.Mutes.Wait(ctx); err != nil {
		return err
	}
	w, now := route.World{Mutes: m.Mutes.Current()}, time.Now()
	if mute := w.Muting(m.Name, NewsOf(n, meta.StoredAt, m.Policy), now); mute != nil {
		return m.Out.Untold(ctx, []Untold{{n, "silenced", mute.String(), mute.ID}})
	}
	return m.Out.OnNotification(ctx, meta, n)
}
