package servicenow

import (
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/template"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what ServiceNow delivers.
func Door() webhook.Door { return webhook.Door{Name: "servicenow", Read: read} }

// form is our template.
var form = template.Vendor{Name: "servicenow", Words: words}

// words are what the states and priorities that ServiceNow brings along mean: by name,
// and by number with the table before it, for the tables number them differently.
var words = desk.Words{
	Statuses: map[string]receive.Status{
		"new": receive.New, "open": receive.Open, "in progress": receive.InProgress, "work in progress": receive.InProgress,
		"active": receive.InProgress, "on hold": receive.OnHold, "awaiting problem": receive.OnHold, "awaiting vendor": receive.OnHold,
		"awaiting change": receive.OnHold, "awaiting evidence": receive.AwaitingCustomer,
		"awaiting caller": receive.AwaitingCustomer, "awaiting user info": receive.AwaitingCustomer, "awaiting info": receive.AwaitingCustomer,
		"resolved": receive.Resolved, "closed": receive.Closed, "closed complete": receive.Closed, "closed incomplete": receive.Closed,
		"canceled": receive.Closed, "cancelled": receive.Closed,
		"neu": receive.New, "offen": receive.Open, "in bearbeitung": receive.InProgress, "wartend": receive.OnHold,
		"zurückgestellt": receive.OnHold, "warten auf anrufer": receive.AwaitingCustomer, "gelöst": receive.Resolved,
		"geschlossen": receive.Closed, "abgebrochen": receive.Closed,
		"incident 1": receive.New, "incident 2": receive.InProgress, "incident 3": receive.OnHold, "incident 6": receive.Resolved,
		"incident 7": receive.Closed, "incident 8": receive.Closed, "hold 1": receive.AwaitingCustomer,
		"case 1": receive.New, "case 10": receive.Open, "case 18": receive.AwaitingCustomer, "case 6": receive.Resolved,
		"case 3": receive.Closed, "case 7": receive.Closed,
	},
	Severities: map[string]receive.Severity{
		"1": receive.SiteUnusable, "2": receive.High, "3": receive.Normal, "4": receive.Low, "5": receive.Low,
		"critical": receive.SiteUnusable, "high": receive.High, "moderate": receive.Normal, "low": receive.Low, "planning": receive.Low,
		"1 - critical": receive.SiteUnusable, "2 - high": receive.High, "3 - moderate": receive.Normal, "4 - low": receive.Low,
		"5 - planning": receive.Low,
	},
}
