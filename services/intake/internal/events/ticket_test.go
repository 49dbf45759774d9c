package events_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"tocsin/pkg/ownmark"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/receive"

	intakev1 "tocsin/proto/gen/intake/v1"
)

// anything is what a ticket event may say, with every field of it.
func anything(t *rapid.T, i int) receive.Said {
	text := rapid.OneOf(rapid.StringN(0, 40, -1), rapid.Just(strings.Repeat("long ", 20000)), rapid.Just(ownmark.Sign("How many?", "Reference of this message", "n-1"))).Draw(t, "text")
	name := rapid.StringN(0, 12, -1).Draw(t, "name")
	kind := rapid.SampledFrom([]receive.AuthorKind{receive.Customer, receive.CSM, receive.Agent, receive.System}).Draw(t, "kind")
	severity := rapid.SampledFrom([]receive.Severity{"", receive.SiteUnusable, receive.High, receive.Normal, receive.Low}).Draw(t, "severity")
	environment := rapid.SampledFrom([]receive.Environment{"", receive.Production, receive.Beta}).Draw(t, "environment")
	users := rapid.SampledFrom([]*uint32{nil, new(uint32), number(240)}).Draw(t, "users")
	switch rapid.IntRange(0, 6).Draw(t, "said") {
	case 0:
		return receive.Opened{
			Subject: name, Body: text, Requester: name, CSM: name, Severity: severity, Environment: environment,
			AffectedUsers: users, Components: rapid.SliceOfN(rapid.SampledFrom([]string{"sso", "site", "reports"}), 0, 3).Draw(t, "components"),
		}
	case 1:
		return receive.StatusChanged{Status: rapid.SampledFrom([]receive.Status{
			receive.New, receive.Open, receive.InProgress,
			receive.AwaitingCustomer, receive.OnHold, receive.Resolved, receive.Closed,
		}).Draw(t, "status")}
	case 2:
		return receive.Assigned{Agent: rapid.SampledFrom([]string{"", "ada", "bob"}).Draw(t, "agent")}
	case 3:
		return receive.Facts{Severity: severity, Environment: environment, AffectedUsers: users, SetBy: kind}
	case 4:
		return receive.Flagged{CSM: name, Reason: text}
	case 5:
		return receive.EscalationRequested{Reason: text, Urgency: name, PolicyReason: fmt.Sprint("reason_", i)}
	}
	return receive.Note{AuthorKind: kind, Author: name, Text: text, Public: rapid.Bool().Draw(t, "public"), Own: ownmark.Ours(text)}
}

func number(n uint32) *uint32 { return &n }

// carried is the ticket as it comes out of the stream again.
func carried(t *rapid.T, ticket receive.Ticket) receive.Ticket {
	data, err := proto.Marshal(events.TicketMessage(ticket))
	if err != nil {
		t.Fatal(err)
	}
	var m intakev1.Ticket
	if err := proto.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return events.Ticket(&m)
}

func TestAnyTicketComesOutOfTheStreamAsItWentIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole, stored receive.Ticket // stored goes through the stream after each event
		for i := range rapid.IntRange(1, 12).Draw(t, "events") {
			ev := receive.TicketEvent{
				ID: fmt.Sprint(i), Source: rapid.SampledFrom([]string{"desk", "desk/eu", "form"}).Draw(t, "source"), Tenant: "acme", Ticket: "T-1",
				OccurredAt: nine.Add(time.Duration(rapid.IntRange(0, 7).Draw(t, "minute"))*time.Minute + time.Duration(rapid.IntRange(0, 2).Draw(t, "nanosecond"))),
				Said:       anything(t, i),
			}
			if again := events.TicketEvent(events.TicketEventMessage(ev)); !reflect.DeepEqual(again, ev) {
				t.Fatalf("the event came back as\n%+v, was\n%+v", again, ev)
			}
			for _, ticket := range []*receive.Ticket{&whole, &stored} {
				if _, err := receive.Fold(ticket, ev); err != nil {
					t.Fatal(err)
				}
			}
			stored = carried(t, stored)
			if !reflect.DeepEqual(stored, whole) {
				t.Fatalf("the ticket came back as\n%+v, was\n%+v", stored, whole)
			}
		}
	})
}
