package deliver

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// mostListed is how many cases a message about several lists.
const mostListed = 20

// several is what the words of several read.
type several struct {
	News, Cases, More uint32
	Tenants           string
	Since             time.Time
	// Last is the last notification of each case, in the order in which each was first told of.
	Last []Notification
}

// Several makes one notification of those that somebody is told at once, oldest
// first; there is at least one. Audience and language are the first's. The
// caller sets its ID, and one that stands alone is that one.
func (t Teller) Several(list []Notification) (Notification, error) {
	if len(list) == 1 {
		return list[0], nil
	}
	first, last := list[0], list[len(list)-1]
	s := several{News: size(list), Since: first.At}
	at := map[string]int{}
	var tenants []string
	for _, n := range list {
		key := n.Case + "\x00" + n.Ticket
		if n.Case == "" { // each who is silent is a matter of its own, and so is what is of nobody
			key = cmp.Or(n.Source+n.Destination, n.ID) + "\x00" + n.Destination + "\x00"
		}
		i, told := at[key]
		if !told {
			i = len(s.Last)
			at[key], s.Last = i, append(s.Last, n)
		}
		s.Last[i] = n
		if !slices.Contains(tenants, n.Tenant) {
			tenants = append(tenants, n.Tenant)
		}
	}
	s.Cases, s.Tenants = size(s.Last), line(strings.Join(tenants, ", "))
	if len(s.Last) > mostListed {
		s.Last, s.More = s.Last[:mostListed], size(s.Last[mostListed:])
	}
	one := Notification{
		Audience: first.Audience, Tenant: first.Tenant, Case: first.Case, Version: last.Version, Kind: SeveralNews,
		Language: language(first.Language), Recipient: first.Recipient, Ticket: first.Ticket, Source: first.Source, At: last.At,
	}
	if len(at) == 1 {
		one.State, one.Reasons, one.Link = last.State, last.Reasons, last.Link
	}
	var err error
	one.Title, one.Body, err = t.words().render(place{language: one.Language, audience: "several"}, "several", s)
	return one, err
}

// Outdated is a notification that is no longer true when its turn comes, saying
// so. Now is the state of its case, or condition_ended where that is what changed.
func (t Teller) Outdated(n Notification, now string) (Notification, error) {
	read := struct {
		Notification
		Now string
	}{n, now}
	var err error
	n.Title, n.Body, err = t.words().render(place{language: language(n.Language), audience: "several"}, "outdated", read)
	return n, err
}

func size[T any](list []T) uint32 { return uint32(len(list)) } //nolint:gosec // far below
