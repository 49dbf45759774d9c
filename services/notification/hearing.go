package notification

import (
	"context"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/events"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// hearing answers who would hear what, at the destinations that there are: those of
// the file, and the webhook of the settings.
func hearing(at run.Place, words deliver.Teller, out *courier.Fleet, hook *courier.Muted) func(context.Context) error {
	h := events.Hearing{Conn: at.Conn, Teller: words, Policy: at.Policy, Routed: out != nil, Now: time.Now}
	if out != nil {
		h.Hearers = append(h.Hearers, out)
	}
	if hook != nil {
		h.Hearers = append(h.Hearers, hook)
	}
	question := func() *notificationv1.HearingAsked { return &notificationv1.HearingAsked{} }
	return bus.Answering(at.Conn, "notification", topology.HearingSubject(), question, h.OnAsked)
}
