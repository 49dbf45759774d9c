package intercom

import (
	"errors"
	"strings"
	"testing"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/webhook"
)

var account = webhook.Account{Desk: desk.Account{
	Tenants: map[string]string{"co-3": "acme", "Acme GmbH": "acme"}, DefaultTenant: "walk-ins",
	Fields: map[string]string{"Escalate": "escalation", "Customer": "organization"},
}}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestRealDeliveries(t *testing.T) {
	doortest.Payloads(t, "intercom", Door(), webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}})
}

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	for body, want := range map[string]string{
		`{"type":"notification_event"}`:                       "names no topic",
		`{"topic":"ticket.created","data":{"item":{}}}`:       "names no conversation or ticket",
		`{"topic":"ticket.created","data":{"item":{"id":1}}}`: "created_at",
		`module.exports = {}`:                                 "send a notification",
	} {
		_, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, account)
		if !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", body, err, want)
		}
	}
}

func TestADeliveryIsKnownByItsNotification(t *testing.T) {
	if got := Door().ID(webhook.Delivery{Body: []byte(`{"id":"notif_1"}`)}); got != "notif_1" {
		t.Errorf("%q", got)
	}
}
