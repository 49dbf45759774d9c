package receive

import "time"

// CheckSignalHead is CheckSignal for a signal whose kind a schema has checked
// already: it holds only the identity, the tenant and the time against the rules.
func CheckSignalHead(tenant, source, id string, occurredAt, now time.Time) []Problem {
	var p problems
	p.id("id", id, maxID)
	p.id("source", source, maxSource)
	p.tenant(tenant)
	p.occurred(occurredAt, now)
	return p
}
