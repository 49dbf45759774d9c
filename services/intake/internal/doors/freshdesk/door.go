package freshdesk

import (
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/template"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Freshdesk delivers.
func Door() webhook.Door { return webhook.Door{Name: "freshdesk", Read: read} }

// form is our template, as Freshdesk's placeholders fill it.
var form = template.Vendor{Name: "freshdesk", Words: words, Timeless: true}

// words are what Freshdesk's own statuses and priorities mean, by name and number.
var words = desk.Words{
	Statuses: map[string]receive.Status{
		"2": receive.Open, "open": receive.Open, "being processed": receive.InProgress, "in progress": receive.InProgress,
		"3": receive.AwaitingCustomer, "pending": receive.AwaitingCustomer, "awaiting your reply": receive.AwaitingCustomer,
		"6": receive.AwaitingCustomer, "waiting on customer": receive.AwaitingCustomer,
		"7": receive.OnHold, "waiting on third party": receive.OnHold, "on hold": receive.OnHold,
		"4": receive.Resolved, "resolved": receive.Resolved, "5": receive.Closed, "closed": receive.Closed,
		"offen": receive.Open, "in bearbeitung": receive.InProgress, "ausstehend": receive.AwaitingCustomer,
		"warten auf kunden": receive.AwaitingCustomer, "gelöst": receive.Resolved, "geschlossen": receive.Closed,
	},
	Severities: map[string]receive.Severity{
		"1": receive.Low, "low": receive.Low, "2": receive.Normal, "medium": receive.Normal,
		"3": receive.High, "high": receive.High, "4": receive.SiteUnusable, "urgent": receive.SiteUnusable,
		"niedrig": receive.Low, "mittel": receive.Normal, "hoch": receive.High, "dringend": receive.SiteUnusable,
	},
}
