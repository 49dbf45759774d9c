// Package doors lists the vendors' doors. Each lies in a package of its own below,
// with the same files: doc.go says what is understood, door.go what the door is and
// what the vendor's words mean, verify.go how it signs (where it does in a way of its
// own), read.go reads a body, testdata holds bodies and what becomes of them. What a
// door promises is in package webhook; doortest holds all of them to it.
package doors

import (
	"tocsin/services/intake/internal/doors/alertmanager"
	"tocsin/services/intake/internal/doors/cloudevents"
	"tocsin/services/intake/internal/doors/datadog"
	"tocsin/services/intake/internal/doors/freshdesk"
	"tocsin/services/intake/internal/doors/grafana"
	"tocsin/services/intake/internal/doors/intercom"
	"tocsin/services/intake/internal/doors/jira"
	"tocsin/services/intake/internal/doors/otlp"
	"tocsin/services/intake/internal/doors/pagerduty"
	"tocsin/services/intake/internal/doors/pingdom"
	"tocsin/services/intake/internal/doors/salesforce"
	"tocsin/services/intake/internal/doors/servicenow"
	"tocsin/services/intake/internal/doors/statuspage"
	"tocsin/services/intake/internal/doors/uptimerobot"
	"tocsin/services/intake/internal/doors/zammad"
	"tocsin/services/intake/internal/doors/zendesk"
	"tocsin/services/intake/internal/webhook"
)

// All are the vendors' doors, helpdesks first.
func All() []webhook.Door { return append(Helpdesks(), Monitors()...) }

// Helpdesks are the doors that read tickets, by the account's Desk.
func Helpdesks() []webhook.Door {
	return []webhook.Door{
		zendesk.Door(),
		jira.Door(),
		zammad.Door(),
		freshdesk.Door(),
		servicenow.Door(),
		intercom.Door(),
		salesforce.Door(),
	}
}

// Monitors are the doors that read alerts, by the account's Alerts.
func Monitors() []webhook.Door {
	return []webhook.Door{
		alertmanager.Door(),
		grafana.Door(),
		datadog.Door(),
		statuspage.Door(),
		pagerduty.Door(),
		uptimerobot.Door(),
		pingdom.Door(),
		cloudevents.Door(),
		otlp.Door(),
	}
}

// Named is the door of a vendor.
func Named(name string) (webhook.Door, bool) {
	for _, d := range All() {
		if d.Name == name {
			return d, true
		}
	}
	return webhook.Door{}, false
}
