package pagerduty

import (
	"testing"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/webhook"
)

// account knows what the bodies in testdata call the log-in.
var account = webhook.Account{Alerts: alert.Account{Components: map[string]string{"Anmeldung": "sso"}}}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestRealDeliveries(t *testing.T) {
	doortest.Payloads(t, "pagerduty", Door(), webhook.Account{Alerts: alert.Account{Components: map[string]string{
		"Test service": "sso", "Production XDB Cluster": "site", "pig208": "sso", "API Service": "site",
	}}})
}
