package receive

import (
	"fmt"
	"time"
)

// CheckSignalHead is CheckSignal for a signal whose kind a schema has checked
// already: it holds only the identity, the tenant and the time against the rules.
// What a schema can not say of a kind, [CheckDay] and [CheckPeople] do.
func CheckSignalHead(s Signal, now time.Time) []Problem {
	var p problems
	p.identity("id", s.ID, maxID)
	p.identity("source", s.Source, maxSource)
	p.tenant(s.Tenant)
	p.occurred(s.OccurredAt, now)
	return p
}

// CheckDay names what is wrong with a time that may lie ahead: a year that is a slip.
func CheckDay(field string, at time.Time) []Problem {
	var p problems
	p.day(field, at)
	return p
}

// CheckPeople names each of the people who has no id or one that is too long.
func CheckPeople(field string, people []string) []Problem {
	var p problems
	for i, u := range people {
		if u == "" || len(u) > maxID {
			p.id(fmt.Sprintf("%s[%d]", field, i), u, maxID)
		}
	}
	return p
}
