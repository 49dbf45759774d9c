package deliver

import (
	"strings"
	"time"

	"tocsin/pkg/policy"
)

// An Ended is a mute that is over, and what it silenced.
type Ended struct {
	ID, By, Why string
	// From and Until are when it held; EndedBy is who ended it before its time.
	From, Until time.Time
	EndedBy     string
	// News is how many notifications it silenced, Cases how many cases they were of.
	News, Cases           uint32
	Tenants, Destinations []string
	// Last is the last notification of each of the first cases.
	Last []Notification
}

// ended is what the words of a mute read.
type ended struct {
	Ended
	Tenants, Destinations string
	More                  uint32
}

// MuteEnded tells leadership what a mute silenced, so that nothing is forgotten.
// It is of the tenant that all of it was of, or of the platform, of no case, and
// as severe as the cases that it lists.
func (t Teller) MuteEnded(e Ended) (Notification, error) {
	e.Why, e.By = line(e.Why), line(e.By)
	if t.Redact != nil {
		e.Why = t.redacted(e.Why)
	}
	n := Notification{
		ID: id("mute", e.ID, string(MuteEnded)), Audience: Leadership, Tenant: Platform, Version: 1, Kind: MuteEnded,
		Language: language(t.Language), At: e.Until,
	}
	if len(e.Tenants) == 1 {
		n.Tenant = e.Tenants[0]
	}
	if t.Console != "" {
		n.Link = strings.TrimRight(t.Console, "/") + "/mutes"
	}
	seen := map[policy.ReasonID]bool{}
	for _, last := range e.Last {
		for _, r := range last.Reasons {
			if !seen[r] {
				seen[r], n.Reasons = true, append(n.Reasons, r)
			}
		}
	}
	read := ended{Ended: e, Tenants: line(strings.Join(e.Tenants, ", ")), Destinations: line(strings.Join(e.Destinations, ", "))}
	if listed := size(e.Last); e.Cases > listed {
		read.More = e.Cases - listed
	}
	var err error
	n.Title, n.Body, err = t.words().render(place{language: n.Language, audience: "several"}, string(MuteEnded), read)
	return n, err
}
