package intercom

import (
	"encoding/json"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/hub"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/template"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Intercom delivers.
func Door() webhook.Door {
	return webhook.Door{Name: "intercom", Verify: hub.Verify("sha1", "sha256"), ID: deliveryID, Counted: true, Read: read}
}

// deliveryID is the notification's, the same for all attempts at delivering it.
func deliveryID(d webhook.Delivery) string {
	var b struct {
		ID lenient.Text `json:"id"`
	}
	_ = json.Unmarshal(d.Body, &b)
	return string(b.ID)
}

// form is our template, for workflows with a custom action.
var form = template.Vendor{Name: "intercom", Words: words, Nobody: []string{"0"}}

// words are what the states of conversations and the categories of tickets' states mean.
var words = desk.Words{
	Statuses: map[string]receive.Status{
		"open": receive.Open, "snoozed": receive.OnHold, "closed": receive.Resolved, "deleted": receive.Closed,
		"submitted": receive.Open, "in_progress": receive.InProgress, "in progress": receive.InProgress,
		"waiting_on_customer": receive.AwaitingCustomer, "waiting on you": receive.AwaitingCustomer, "waiting on customer": receive.AwaitingCustomer,
		"resolved": receive.Resolved, "on_hold": receive.OnHold, "on hold": receive.OnHold,
	},
	Severities: map[string]receive.Severity{
		"priority": receive.High, "not_priority": receive.Normal,
		"urgent": receive.SiteUnusable, "high": receive.High, "medium": receive.Normal, "low": receive.Low,
	},
}
