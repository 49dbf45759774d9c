package salesforce

import (
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/template"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Salesforce delivers.
func Door() webhook.Door {
	return webhook.Door{Name: "salesforce", Read: read, Answer: answer}
}

// form is our template, as a flow's resources fill it.
var form = template.Vendor{Name: "salesforce", Words: words}

// words are what the statuses and priorities that Salesforce brings along mean.
var words = desk.Words{
	Statuses: map[string]receive.Status{
		"new": receive.New, "open": receive.Open, "reopened": receive.Open, "working": receive.InProgress, "in progress": receive.InProgress,
		"escalated": receive.InProgress, "response received": receive.Open, "customer responded": receive.Open,
		"waiting on customer": receive.AwaitingCustomer, "awaiting customer": receive.AwaitingCustomer, "pending customer": receive.AwaitingCustomer,
		"waiting for customer": receive.AwaitingCustomer, "on hold": receive.OnHold, "pending": receive.OnHold,
		"waiting on third party": receive.OnHold, "resolved": receive.Resolved, "solved": receive.Resolved,
		"closed": receive.Closed, "merged": receive.Closed, "duplicate": receive.Closed, "cancelled": receive.Closed,
		"neu": receive.New, "offen": receive.Open, "in bearbeitung": receive.InProgress, "eskaliert": receive.InProgress,
		"warten auf kunden": receive.AwaitingCustomer, "gelöst": receive.Resolved, "geschlossen": receive.Closed,
	},
	Severities: map[string]receive.Severity{
		"critical": receive.SiteUnusable, "urgent": receive.SiteUnusable, "p1": receive.SiteUnusable, "high": receive.High, "p2": receive.High,
		"medium": receive.Normal, "normal": receive.Normal, "p3": receive.Normal, "low": receive.Low, "p4": receive.Low,
		"kritisch": receive.SiteUnusable, "hoch": receive.High, "mittel": receive.Normal, "niedrig": receive.Low,
	},
}
