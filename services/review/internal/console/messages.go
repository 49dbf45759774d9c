package console

import (
	"net/url"
	"time"

	"tocsin/services/review/internal/ledger"
)

// A message is one thing that somebody was told, and each way that it went.
type message struct {
	When                      *moment // the first attempt
	Audience, Recipient, What string
	Ways                      []way
}

// A way is the attempts to bring one message to one destination.
type way struct {
	Channel, Destination string
	// Tried are the last attempts, or why none was made, oldest first.
	Tried []told
	// Earlier is how many came before those, and leads to all; empty where none did.
	Earlier, All string
}

// triesShown is how many attempts of one way stand on the page of a case.
const triesShown = 3

// messagesOf orders attempts, oldest first, by what was told and where.
func messagesOf(l lang, list []ledger.Delivery, now time.Time) []message {
	var out []message
	at, counts := map[string]int{}, map[[2]string]int{}
	for i := range list {
		d := &list[i]
		n, known := at[d.Notification]
		if !known {
			n = len(out)
			at[d.Notification] = n
			out = append(out, message{When: l.moment(d.At, now), Audience: l.Word("audience", d.Audience), Recipient: d.Recipient, What: l.Word("event", d.Kind)})
		}
		w := out[n].way(d)
		if w.Tried = append(w.Tried, toldOf(l, d, now)); len(w.Tried) > triesShown {
			w.Tried = w.Tried[1:]
			key := [2]string{d.Notification, d.Destination}
			counts[key]++
			w.Earlier = l.Count("told.earlier", counts[key])
			w.All = "/deliveries?" + url.Values{"notification": {d.Notification}, "destination": {d.Destination}}.Encode()
		}
	}
	return out
}

// way is the one that a delivery went.
func (t *message) way(d *ledger.Delivery) *way {
	for i := range t.Ways {
		if w := &t.Ways[i]; w.Channel == d.Channel && w.Destination == d.Destination {
			return w
		}
	}
	t.Ways = append(t.Ways, way{Channel: d.Channel, Destination: d.Destination})
	return &t.Ways[len(t.Ways)-1]
}
