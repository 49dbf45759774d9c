package browsertest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// went records how a message about a case went at three destinations.
func (h *house) went(id string) {
	h.t.Helper()
	for i, d := range []ledger.Delivery{
		{Destination: "ops: hooks.example.com", Channel: "slack", Outcome: "failed", Attempt: 1, Duration: 10 * time.Second, Answer: "no answer within 10s"},
		{Destination: "ops: hooks.example.com", Channel: "slack", Outcome: "sent", Attempt: 2, Duration: 81 * time.Millisecond, Answer: "200 ok"},
		{Destination: "chief: mail.example.com", Channel: "email", Outcome: "grouped", Answer: "told in message m-1"},
		{Destination: "night: chat.example.com", Channel: "teams", Outcome: "silenced", Answer: `window "move" until 2026-11-20T21:00:00Z`},
		{Destination: "crm.example", Channel: "webhook", Outcome: "parked", Attempt: 5, Duration: 2 * time.Second, Answer: "crm.example answered 410 Gone: a-very-long-word-without-any-place-to-break-it-that-comes-from-somewhere-else-and-goes-on"},
	} {
		d.ID, d.Notification, d.Case, d.Tenant, d.Audience, d.Kind = fmt.Sprint("told-", i), "n-9", id, "acme", "leadership", "approved"
		d.At = h.At.Add(time.Duration(i-30) * time.Minute)
		h.must(h.RecordDeliveries(h.t.Context(), d))
	}
}

// givesUp has readers give up a message to people, and one that came in.
func (h *house) givesUp(id string) {
	h.t.Helper()
	told := &notificationv1.Notification{Id: "n-8", Audience: "requester", Tenant: "acme", Case: id, Kind: "approved", Recipient: "j.weber"}
	for _, e := range []bus.Event{
		{Subject: topology.DueSubject("ops"), ID: "n-8", Payload: told},
		{Subject: topology.IngressTicketSubject("zendesk"), ID: "e-1", Payload: &ingressv1.TicketEvent{}},
	} {
		_, err := h.conn.Publish(h.t.Context(), e)
		h.must(err)
	}
	due := topology.DueAtDestination("ops")
	h.must(due.Apply(h.t.Context(), h.conn.JS()))
	refuse := func(context.Context, bus.Raw) error {
		return bus.Permanent(errors.New("hooks.example.com answered 410 Gone: no such channel"))
	}
	ctx, stop := context.WithCancel(h.t.Context())
	done := make(chan error, 2)
	for _, c := range []topology.Consumer{due, topology.IntakeOnIngress} {
		go func() { done <- bus.RawConsumer(h.conn, c, refuse)(ctx) }()
	}
	seen := 0
	h.must(h.conn.Follow(ctx, bus.Following{Stream: topology.DeadLetter, Filters: []string{topology.AllDeadLetters}}, func(context.Context, bus.Raw) error {
		if seen++; seen == 2 {
			stop()
		}
		return nil
	}))
	h.must(errors.Join(<-done, <-done))
}

// hears answers who would hear what.
func (h *house) hears() {
	on := func(*notificationv1.HearingAsked) (proto.Message, error) {
		now := time.Now()
		return &notificationv1.HearingExplained{Routed: true, At: bus.Stamp(now), Samples: []string{"opened", "approved"}, Heard: []*notificationv1.Heard{
			{
				Notification: &notificationv1.Notification{Audience: "leadership", Tenant: "acme", Kind: "case_opened", Language: "en", Title: "acme: nobody can log in", Body: "143 people are hit.\n\n- T-1"},
				Severity:     "critical", Hearings: []*notificationv1.Hearing{
					{Destination: "chief", Channel: "email", Fate: "hold", Route: "morning", Until: bus.Stamp(now.Add(9 * time.Hour)), Why: []string{"quiet hours of chief until 07:00 CET"}},
					{Destination: "night", Channel: "teams", Fate: "silence", Route: "all", Why: []string{"muted by lena until 2026-11-20T11:00:00Z: data center move"}},
					{Destination: "ops", Channel: "slack", Fate: "send", Route: "critical", Why: []string{`route "critical" matches`}},
				},
			},
			{
				Notification: &notificationv1.Notification{Audience: "requester", Recipient: "mia", Tenant: "acme", Ticket: "T-1", Kind: "under_review", Language: "de", Title: "Ticket T-1: Die Eskalation wird geprüft", Body: "Wir haben Ihre Bitte erhalten."},
				Severity:     "normal", Hearings: []*notificationv1.Hearing{{Destination: "ops", Channel: "slack", Fate: "skip", Why: []string{`route "critical" does not match: audience is "requester", not leadership`}}},
			},
		}}, nil
	}
	asked := func() *notificationv1.HearingAsked { return &notificationv1.HearingAsked{} }
	h.run(bus.Answering(h.conn, "notification", topology.HearingSubject(), asked, on))
}

func TestNoPageOfWhatWasToldKeepsAnybodyOut(t *testing.T) {
	script := axe(t)
	b := start(t)
	h := build(t)
	b.signIn(h)
	b.tour(script, h.url, []stop{{"deadletters-none", "/deadletters", nil}, {"routes-away", "/routes", nil}})
	c := h.Morning()
	h.went(c.Login)
	h.givesUp(c.Login)
	h.hears()
	b.tour(script, h.url, []stop{
		{"told", "/cases/" + c.Login, live},
		{"told-found", "/deliveries?outcome=failed&tenant=acme&destination=ops", live},
		{"told-all", "/deliveries", live},
		{"deadletters", "/deadletters", nil},
		{"deadletter", "/deadletters/1", nil},
		{"deadletter-other", "/deadletters/2", nil},
		{"routes", "/routes?sample=opened", func(b *tab) { b.await(`document.querySelectorAll(".audition").length === 2`) }},
		{"routes-words", "", func(b *tab) {
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".audition details").forEach((d) => { d.open = true }); 0`))
		}},
	})
}

func TestALeaderDropsWhatWasPutAsideAndSaysWhy(t *testing.T) {
	b := start(t)
	h := build(t)
	c := h.Morning()
	h.givesUp(c.Login)
	b.signIn(h)
	b.open(h.url("/deliveries"))
	b.click(`.parked a[href="/deadletters"]`)
	b.await(`document.querySelectorAll("table.list tbody tr").length === 2`)
	letters, err := h.conn.DeadLettersOf(t.Context(), bus.Letters{Consumer: topology.DueAtDestination("ops").Name})
	h.must(err)
	one := fmt.Sprintf("/deadletters/%d", letters[0].ID)
	b.click(fmt.Sprintf("a[href=%q]", one))
	b.await(`document.querySelector("#drop-note")`)
	b.click(`form[action$="/drop"] button`)
	b.is(`location.pathname === "` + one + `" && document.querySelector("#drop-note").matches(":invalid")`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#drop-note").value = "Told by telephone."; 0`))
	b.click(`form[action$="/drop"] button`)
	b.await(`document.querySelector(".done") && location.pathname === "/deadletters"`)
	b.is(`document.body.innerText.includes("Told by telephone.") && document.querySelectorAll(".list")[0].tBodies[0].rows.length === 1`)
}
