package salesforce

import (
	"encoding/xml"
	"errors"
	"os"
	"strings"
	"testing"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

var account = webhook.Account{Desk: desk.Account{
	Tenants: map[string]string{"001000000000003AAA": "acme"}, DefaultTenant: "walk-ins",
	Fields: map[string]string{"People__c": "affected_users", "Escalate__c": "escalation"},
}}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	deep := "<a>" + strings.Repeat("<b>", 1000)
	for body, want := range map[string]string{
		`{}`: "no payload of an event",
		`{"payload":{"ChangeEventHeader":{"entityName":"Case"}}}`: "commitTimestamp",
		`{"payload":{"Subject__c":"x"}}`:                          "nor the id of a case",
		`<a/>`:                                                    "no notification",
		deep:                                                      "too much in it",
		`<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`: "invalid character entity",
		`[`: "send an outbound message",
	} {
		_, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, account)
		if !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v; want %q", body, err, want)
		}
	}
}

func TestAnOutboundMessageIsAcknowledgedAsItAsks(t *testing.T) {
	body, err := os.ReadFile("testdata/outbound_case.xml")
	if err != nil {
		t.Fatal(err)
	}
	got := Door().Answer(webhook.Delivery{Body: body})
	var envelope struct {
		Body struct {
			Response struct {
				Ack bool `xml:"http://soap.sforce.com/2005/09/outbound Ack"`
			} `xml:"http://soap.sforce.com/2005/09/outbound notificationsResponse"`
		} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
	}
	if got == nil || !strings.HasPrefix(got.ContentType, "text/xml") || xml.Unmarshal(got.Body, &envelope) != nil || !envelope.Body.Response.Ack {
		t.Errorf("%+v", got)
	}
	if got := Door().Answer(webhook.Delivery{Body: []byte(`{"payload":{}}`)}); got != nil {
		t.Errorf("JSON is answered by %s", got.Body)
	}
}

func TestACommentGoesWhereTheMappingSays(t *testing.T) {
	body, err := os.ReadFile("testdata/outbound_comments.xml")
	if err != nil {
		t.Fatal(err)
	}
	mapped := webhook.Account{Desk: desk.Account{Map: func(native map[string]any) (desk.Mapped, error) {
		if native["ParentId"] == "500000000000042AAA" {
			return desk.Mapped{Tenant: "acme"}, nil
		}
		return desk.Mapped{}, nil
	}}}
	said, err := Door().Read(webhook.Delivery{Body: body, Received: doortest.Received}, mapped)
	if err != nil || len(said.Tickets) != 2 {
		t.Fatalf("%+v, %v", said, err)
	}
	want := []receive.Note{
		{AuthorKind: receive.Agent, Author: "005000000000077AAA", Text: "Which reports?"},
		{AuthorKind: receive.Customer, Author: "rita@acme.example", Text: "All of them.", Public: true},
	}
	for i, ev := range said.Tickets {
		if ev.Said != want[i] || ev.Ticket != "500000000000042AAA" || ev.Tenant != "acme" {
			t.Errorf("%+v; want %+v", ev, want[i])
		}
	}
}
