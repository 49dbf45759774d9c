package zammad

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/webhook"
)

var account = webhook.Account{Desk: desk.Account{
	Tenants: map[string]string{"Acme GmbH": "acme", "Service Desk": "walk-ins"},
	Fields:  map[string]string{"product": "components", "escalate": "escalation"},
}}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestRealDeliveries(t *testing.T) {
	doortest.Payloads(t, "zammad", Door(), webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}})
}

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	for body, want := range map[string]string{
		`{"article":{"id":1}}`: "names no ticket",
		`{"ticket":{"id":1}}`:  "ticket.updated_at",
		`[]`:                   "send Zammad's own body",
	} {
		_, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, account)
		if !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", body, err, want)
		}
	}
}

func TestADeliveryIsKnownByItsIdentifier(t *testing.T) {
	d := webhook.Delivery{Header: http.Header{"X-Zammad-Delivery": {"z-1"}}}
	if got := Door().ID(d); got != "z-1" {
		t.Errorf("%q", got)
	}
}
