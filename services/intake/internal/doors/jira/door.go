package jira

import (
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/hub"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/template"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Jira delivers.
func Door() webhook.Door {
	return webhook.Door{Name: "jira", Verify: hub.Verify("sha256", "sha384", "sha512"), ID: deliveryID, Read: read}
}

// deliveryID is the same for all attempts at one delivery.
func deliveryID(d webhook.Delivery) string { return d.Header.Get("X-Atlassian-Webhook-Identifier") }

// form is our template, as automation's smart values fill it.
var form = template.Vendor{Name: "jira", Words: words}

// words are what the statuses that Jira brings along mean, in English and German, and
// behind them the categories that every status has.
var words = desk.Words{
	Statuses: map[string]receive.Status{
		"open": receive.Open, "reopened": receive.Open, "to do": receive.Open, "backlog": receive.Open, "new": receive.Open,
		"waiting for support": receive.Open, "selected for development": receive.Open, "escalated": receive.InProgress,
		"in progress": receive.InProgress, "work in progress": receive.InProgress, "under review": receive.InProgress,
		"in review": receive.InProgress, "under investigation": receive.InProgress, "implementing": receive.InProgress,
		"waiting for customer": receive.AwaitingCustomer, "waiting for reporter": receive.AwaitingCustomer,
		"awaiting customer": receive.AwaitingCustomer, "pending customer": receive.AwaitingCustomer,
		"pending": receive.OnHold, "on hold": receive.OnHold, "blocked": receive.OnHold, "waiting for approval": receive.OnHold,
		"awaiting approval": receive.OnHold, "waiting for third party": receive.OnHold,
		"resolved": receive.Resolved, "done": receive.Resolved, "completed": receive.Resolved, "fixed": receive.Resolved,
		"closed": receive.Closed, "canceled": receive.Closed, "cancelled": receive.Closed, "declined": receive.Closed,
		"zu erledigen": receive.Open, "offen": receive.Open, "warten auf support": receive.Open, "in arbeit": receive.InProgress,
		"warten auf kunden": receive.AwaitingCustomer, "warten auf kunde": receive.AwaitingCustomer,
		"erledigt": receive.Resolved, "fertig": receive.Resolved, "gelöst": receive.Resolved, "geschlossen": receive.Closed,
		categoryOf + "new": receive.Open, categoryOf + "indeterminate": receive.InProgress, categoryOf + "done": receive.Resolved,
	},
	Severities: map[string]receive.Severity{
		"highest": receive.SiteUnusable, "blocker": receive.SiteUnusable, "urgent": receive.SiteUnusable, "p1": receive.SiteUnusable,
		"high": receive.High, "critical": receive.High, "p2": receive.High,
		"medium": receive.Normal, "major": receive.Normal, "normal": receive.Normal, "p3": receive.Normal,
		"low": receive.Low, "lowest": receive.Low, "minor": receive.Low, "trivial": receive.Low, "p4": receive.Low, "p5": receive.Low,
	},
}

// categoryOf stands before the key of a status's category.
const categoryOf = "category "
