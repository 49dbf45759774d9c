package zendesk

import (
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Zendesk delivers.
func Door() webhook.Door {
	return webhook.Door{Name: "zendesk", Verify: Verify, ID: deliveryID, Stamp: stamp, Read: read}
}

// deliveryID is the same for all attempts at one delivery.
func deliveryID(d webhook.Delivery) string { return d.Header.Get("X-Zendesk-Webhook-Invocation-Id") }

// stamp is when the delivery was signed: another one for each attempt.
func stamp(d webhook.Delivery) string { return d.Header.Get(TimestampHeader) }

// words are what Zendesk's own words mean. Those of custom statuses are the account's.
var words = desk.Words{
	Statuses: map[string]receive.Status{
		"new": receive.New, "open": receive.Open, "pending": receive.AwaitingCustomer,
		"hold": receive.OnHold, "on-hold": receive.OnHold, "on hold": receive.OnHold, "solved": receive.Resolved,
		"closed": receive.Closed, "deleted": receive.Closed, "archived": receive.Closed, "scrubbed": receive.Closed,
	},
	Severities: map[string]receive.Severity{
		"urgent": receive.SiteUnusable, "high": receive.High, "normal": receive.Normal, "low": receive.Low,
	},
}
