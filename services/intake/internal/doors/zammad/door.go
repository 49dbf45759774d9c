package zammad

import (
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/hub"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/template"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Zammad delivers.
func Door() webhook.Door {
	return webhook.Door{Name: "zammad", Verify: hub.Verify("sha1", "sha256"), ID: deliveryID, Read: read}
}

// deliveryID is the same for all attempts at one delivery.
func deliveryID(d webhook.Delivery) string { return d.Header.Get("X-Zammad-Delivery") }

// form is our template, as Zammad's variables fill it; "-" and user 1 are the system.
var form = template.Vendor{Name: "zammad", Words: words, Nobody: nobody}

var nobody = []string{"1", "-"}

// words are what Zammad's own states and priorities mean, in English and German.
var words = desk.Words{
	Statuses: map[string]receive.Status{
		"new": receive.New, "open": receive.Open, "pending reminder": receive.OnHold, "pending close": receive.Resolved,
		"closed": receive.Closed, "merged": receive.Closed, "removed": receive.Closed, "resolved": receive.Resolved, "solved": receive.Resolved,
		"in progress": receive.InProgress, "waiting for customer": receive.AwaitingCustomer, "pending customer": receive.AwaitingCustomer,
		"pending customer feedback": receive.AwaitingCustomer, "on hold": receive.OnHold,
		"neu": receive.New, "offen": receive.Open, "warten auf erinnerung": receive.OnHold, "warten auf schließen": receive.Resolved,
		"warten auf schliessen": receive.Resolved, "geschlossen": receive.Closed, "zusammengefügt": receive.Closed,
		"in bearbeitung": receive.InProgress, "warten auf kunde": receive.AwaitingCustomer, "warten auf kunden": receive.AwaitingCustomer,
	},
	Severities: map[string]receive.Severity{
		"1 low": receive.Low, "2 normal": receive.Normal, "3 high": receive.High, "4 urgent": receive.SiteUnusable,
		"4 critical": receive.SiteUnusable, "low": receive.Low, "normal": receive.Normal, "high": receive.High,
		"urgent": receive.SiteUnusable, "critical": receive.SiteUnusable,
		"1 niedrig": receive.Low, "3 hoch": receive.High, "niedrig": receive.Low, "hoch": receive.High,
	},
}
