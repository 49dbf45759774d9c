package events

import (
	"context"
	"fmt"
	"strings"

	"tocsin/pkg/bus"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/mutes"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// OnMuteEnded tells leadership what a mute silenced; of the same mute it tells once.
func (t *Telling) OnMuteEnded(ctx context.Context, s mutes.Sum) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	e := deliver.Ended{
		ID: s.GetId(), By: s.GetBy(), Why: s.GetWhy(), From: bus.Moment(s.GetFrom()), Until: s.Ended, EndedBy: s.GetEndedBy(),
		News: uint32(s.News), Cases: uint32(s.Cases), Tenants: s.Tenants, //nolint:gosec // far below
	}
	for _, to := range s.Destinations {
		name, _, _ := strings.Cut(to, ": ") // behind it is where the destination leads
		e.Destinations = append(e.Destinations, name)
	}
	for _, n := range s.Last {
		e.Last = append(e.Last, toldOf(n))
	}
	n, err := t.Teller.MuteEnded(e)
	if err != nil {
		return err
	}
	list := []*notificationv1.Notification{notificationOf(n)}
	if err := t.publish(ctx, list); err != nil {
		return fmt.Errorf("tell what mute %s silenced: %w", s.GetId(), err)
	}
	return t.Records.Put(ctx, onStream(list)...)
}
