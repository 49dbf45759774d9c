package jira

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
	Tenants: map[string]string{"3": "acme", "OPS": "house"}, DefaultTenant: "walk-ins", OwnUsers: []string{"tocsin-bot"},
	Fields: map[string]string{
		"customfield_10002": "organization", "customfield_10050": "affected_users", "Escalation": "escalation", "customfield_10051": "escalation",
	},
}}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestRealDeliveries(t *testing.T) {
	doortest.Payloads(t, "jira", Door(), webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}})
}

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	for body, want := range map[string]string{
		`{"accountId":"1"}`:                                           "neither a webhookEvent nor an issue",
		`{"webhookEvent":"jira:issue_updated"}`:                       "names no issue",
		`{"webhookEvent":"jira:issue_updated","issue":{"key":"A-1"}}`: "is no time",
		`{"tocsin":1,"ticket":{"id":"A-1"}}`:                          "ticket.updated_at",
		`not JSON`:                                                    "send Jira's webhook",
	} {
		_, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, account)
		if !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", body, err, want)
		}
	}
}

func TestWiki(t *testing.T) {
	for in, want := range map[string]string{
		"as *it* is":                         "as *it* is",
		"{quote}\nthey\nsaid\n{quote}\nmine": "> they\n> said\nmine",
		"mine {quote}theirs{quote} mine":     "mine \n> theirs\n mine",
		"bq. theirs\nmine":                   "> theirs\nmine",
		"{code:java}\na < b\n{code}\nend":    "a < b\nend",
		"{quote}never shut":                  "> never shut",
		"{color:red}now{color}":              "now",
	} {
		if got := wiki(in); got != want {
			t.Errorf("%q is %q; want %q", in, got, want)
		}
	}
}

func TestADeliveryIsKnownByItsIdentifier(t *testing.T) {
	d := webhook.Delivery{Header: http.Header{}}
	d.Header.Set("x-atlassian-webhook-identifier", "w-1")
	if got := Door().ID(d); got != "w-1" {
		t.Errorf("%q", got)
	}
}
