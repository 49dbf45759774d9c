package freshdesk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/webhook"
)

var account = webhook.Account{Desk: desk.Account{
	Tenants: map[string]string{"Acme GmbH": "acme", "3": "acme"}, Fields: map[string]string{"cf_escalate": "escalation"},
}}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestRealDeliveries(t *testing.T) {
	doortest.Payloads(t, "freshdesk", Door(), webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}})
}

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	for body, want := range map[string]string{
		`{"freshdesk_webhook":{}}`: "names no ticket_id",
		`{"ticket":{}}`:            "has no id",
		`{"ticket":{"id":1}}`:      "ticket.updated_at",
		`{}`:                       `neither "freshdesk_webhook" nor "ticket"`,
	} {
		_, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, account)
		if !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", body, err, want)
		}
	}
}

func TestWhatNamesNoTimeIsOneEventWithinTheHour(t *testing.T) {
	body := []byte(`{"freshdesk_webhook":{"ticket_id":"7","ticket_status":"Open","requester_company_name":"Acme GmbH","triggered_event":"{status:{from:3,to:2}}"}}`)
	id := func(at time.Time) string {
		said, err := Door().Read(webhook.Delivery{Body: body, Received: at}, account)
		if err != nil || len(said.Tickets) == 0 {
			t.Fatalf("%+v, %v", said, err)
		}
		return said.Tickets[0].ID
	}
	at := doortest.Received
	if id(at) != id(at.Add(59*time.Minute)) || id(at) == id(at.Add(time.Hour)) {
		t.Errorf("%s, %s, %s", id(at), id(at.Add(59*time.Minute)), id(at.Add(time.Hour)))
	}
}
