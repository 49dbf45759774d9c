package notification

import (
	"tocsin/pkg/bus"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/events"
	"tocsin/services/notification/internal/mutes"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// settingsWebhook is what a mute calls the webhook of the settings.
const settingsWebhook = "webhook"

// quiet keeps what people do not want told, answers for it, and sums it.
func quiet(g *run.Group, at run.Place, book *mutes.Book, telling *events.Telling) {
	g.Go("mutes", book.Run)
	ask := func() *notificationv1.MuteAsked { return &notificationv1.MuteAsked{} }
	g.Go("mutes set", bus.Answering(at.Conn, "notification", topology.SetMuteSubject(), ask, book.OnSet))
	end := func() *notificationv1.MuteEndAsked { return &notificationv1.MuteEndAsked{} }
	g.Go("mutes ended", bus.Answering(at.Conn, "notification", topology.EndMuteSubject(), end, book.OnEnd))
	g.Go("mutes summed", mutes.Sums{Book: book, Tell: telling.OnMuteEnded, Log: at.Log}.Run)
}

// mutable is what a mute may name: what a file may, and the destinations that there are.
func mutable(at run.Place, hook bool, out *courier.Fleet) func() route.Known {
	return func() route.Known {
		k := known(at.Policy)
		if out != nil {
			k.Destinations = out.Destinations()
		}
		if hook {
			k.Destinations = append(k.Destinations[:len(k.Destinations):len(k.Destinations)], settingsWebhook)
		}
		return k
	}
}
