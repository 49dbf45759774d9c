package pagerduty

import (
	"tocsin/services/intake/internal/webhook"
)

// Door reads what PagerDuty delivers.
func Door() webhook.Door {
	return webhook.Door{Name: "pagerduty", Verify: Verify, ID: deliveryID, Read: read}
}

// What an event says of an incident.
type news int

const (
	nothing news = iota
	begins
	// lasts is said of an incident that is open, with something about it changed.
	lasts
	ends
)

// kinds are the events that say something, of version 3 and of those before.
var kinds = map[string]news{
	"incident.triggered": begins, "incident.reopened": begins, "incident.resolved": ends,
	"incident.priority_updated": lasts, "incident.urgency_updated": lasts, "incident.service_updated": lasts,
	"incident.trigger": begins, "incident.resolve": ends, "incident.reopen": begins,
}
