package pull

import (
	"cmp"
	"slices"
	"strings"
)

// Sum is what became of a helpdesk's tickets.
type Sum struct {
	// Tickets were asked for; Unchanged were not, since a run before had them as they are.
	Tickets, Unchanged int
	// Events were handed over: Accepted are news, Known were there.
	Events, Accepted, Known int
	// Ignored is what was left out, Refused what may not be taken in.
	Ignored, Refused Reasons
}

// Reasons are why, and how often; the zero value is ready.
type Reasons struct {
	times map[string]int
	first map[string]string
	all   int
}

// A Reason is one of them.
type Reason struct {
	Why   string `json:"why"`
	Times int    `json:"times"`
	// First is where it was met first.
	First string `json:"first"`
}

// distinct is how many reasons are told apart.
const distinct = 200

func (r *Reasons) add(why, where string) {
	if r.times == nil {
		r.times, r.first = map[string]int{}, map[string]string{}
	}
	r.all++
	if r.times[why] == 0 && len(r.times) == distinct {
		why = "other reasons"
	}
	if r.times[why]++; r.times[why] == 1 {
		r.first[why] = where
	}
}

// Count is how many there were.
func (r Reasons) Count() int { return r.all }

// List is each reason, the most frequent first.
func (r Reasons) List() []Reason {
	list := make([]Reason, 0, len(r.times))
	for why, times := range r.times {
		list = append(list, Reason{why, times, r.first[why]})
	}
	slices.SortFunc(list, func(a, b Reason) int { return cmp.Or(b.Times-a.Times, strings.Compare(a.Why, b.Why)) })
	return list
}

// reason is a reason without the ticket that it was given for, so that many are one.
func reason(why, ticket string) string { return strings.TrimPrefix(why, "ticket "+ticket+": ") }
