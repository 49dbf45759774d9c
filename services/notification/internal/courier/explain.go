package courier

import (
	"time"

	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// An Explained is what would become of a notification at one destination, which
// has a channel.
type Explained struct {
	route.Verdict
	Channel string
}

// Explain says of each destination of the file, in the order of their names, what
// becomes of a notification that is told at a time: as the file, the mutes and the
// open cases now are.
func (f *Fleet) Explain(n *notificationv1.Notification, at time.Time) []Explained {
	file, w := f.File(), f.world.Now()
	w.Mutes = f.Mutes.Current()
	var all []Explained
	for _, v := range file.Explain(NewsOf(n, at, f.Policy), at, w) {
		all = append(all, Explained{v, file.Destinations[v.Destination].Channel})
	}
	return all
}

// Explain says what becomes of a notification that is told at a time: leadership's
// are carried, unless they are muted.
func (m *Muted) Explain(n *notificationv1.Notification, at time.Time) []Explained {
	v := route.Verdict{Destination: m.Name, Fate: route.Send, Why: []string{"the webhook of the settings hears what leadership is told"}}
	w := route.World{Mutes: m.Mutes.Current()}
	if n.GetAudience() != deliver.Leadership {
		v.Fate, v.Why = route.Skip, []string{"the webhook of the settings hears leadership's only"}
	} else if mute := w.Muting(m.Name, NewsOf(n, at, m.Policy), at); mute != nil {
		v.Fate, v.Mute, v.Why = route.Silence, mute.ID, []string{mute.String()}
	}
	return []Explained{{v, "webhook"}}
}
