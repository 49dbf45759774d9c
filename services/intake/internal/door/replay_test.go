package door_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors/jira"
	"tocsin/services/intake/internal/doors/zammad"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/hub"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/topology"
)

// remembering knows deliveries as an intake does that has just started.
func remembering(t *testing.T, d *door.Door) {
	known, err := events.OpenDeliveries(t.Context(), d.Intake.Tickets.Conn)
	if err != nil {
		t.Fatal(err)
	}
	d.Intake.Deliveries = known
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- known.Run(ctx) }()
	t.Cleanup(func() { stop(); _ = <-ended })
}

func TestADeliveryThatComesAgainIsAnsweredAsItWasAndNotTakenAgain(t *testing.T) {
	h := open(t, withZendesk, func(d *door.Door) { remembering(t, d) })
	first := h.post(t, "/v1/hooks/zendesk", jsonType, commented, append(signed(commented, signingSecret, now), "X-Zendesk-Webhook-Invocation-Id", "i-1")...)
	if first.status != http.StatusAccepted || first.Accepted != 2 {
		t.Fatalf("%+v", first)
	}
	// Were it read again, the ticket would be made anew.
	if err := h.conn.Purge(t.Context(), topology.Tickets, "intake.v1.ticket_changed.>"); err != nil {
		t.Fatal(err)
	}
	for what, headers := range map[string][]string{
		"an attempt signed later":          append(signed(commented, signingSecret, now.Add(4*time.Minute)), "X-Zendesk-Webhook-Invocation-Id", "i-1"),
		"the same under another id":        append(signed(commented, signingSecret, now), "X-Zendesk-Webhook-Invocation-Id", "i-2"),
		"the same without its id's header": signed(commented, signingSecret, now),
	} {
		got := h.post(t, "/v1/hooks/zendesk", jsonType, commented, headers...)
		if got.status != http.StatusAccepted || fmt.Sprint(got.IDs) != fmt.Sprint(first.IDs) || got.Accepted != 2 {
			t.Errorf("%s: %+v, want %+v", what, got, first)
		}
		if h.ticket(t, "acme", "42") != nil {
			t.Errorf("%s was taken again", what)
		}
	}
	late := h.post(t, "/v1/hooks/zendesk", jsonType, commented, append(signed(commented, signingSecret, now.Add(-6*time.Minute)), "X-Zendesk-Webhook-Invocation-Id", "i-1")...)
	if late.status != http.StatusUnauthorized || !strings.Contains(late.Detail, "5 min") {
		t.Errorf("a delivery signed too long ago: %+v", late)
	}
}

func TestAnotherBodyUnderTheIDOfADeliveryIsRefused(t *testing.T) {
	h := open(t, withZendesk, func(d *door.Door) { remembering(t, d) })
	other := strings.ReplaceAll(commented, "8001", "8002")
	for n, body := range []string{commented, other} {
		got := h.post(t, "/v1/hooks/zendesk", jsonType, body, append(signed(body, signingSecret, now), "X-Zendesk-Webhook-Invocation-Id", "i-1")...)
		if want := []int{http.StatusAccepted, http.StatusConflict}[n]; got.status != want {
			t.Errorf("%d: %+v, want %d", n, got, want)
		}
		if n == 1 && (!strings.Contains(got.Detail, `"i-1"`) || !strings.Contains(got.Detail, "another body")) {
			t.Errorf("it says %q", got.Detail)
		}
	}
	if got := h.ticket(t, "acme", "42"); !strings.Contains(got.String(), "8001") || strings.Contains(got.String(), "8002") {
		t.Errorf("the ticket has %v", got)
	}
}

// A vendor that signs no time: what came is known by its body, after a start too, and
// by an intake that heard of it from another.
func TestWhatWasTakenIsKnownAfterAStartAndByOthers(t *testing.T) {
	const body = `{"ticket":{"id":7,"number":"22007","title":"Reports","state":"open","priority":{"name":"3 high"},"organization":{"name":"acme"},
 "created_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T09:20:00Z"}}`
	mac := hmac.New(sha256.New, []byte(signingSecret))
	mac.Write([]byte(body))
	headers := []string{hub.Header, "sha256=" + hex.EncodeToString(mac.Sum(nil))}
	var here *door.Door
	h := open(t, func(d *door.Door) {
		here = d
		d.Hooks["zammad"] = door.Hook{
			Door: zammad.Door(), Lets: credential.Set{Secrets: []string{signingSecret}},
			Account: webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}},
		}
		remembering(t, d)
	})
	first := h.post(t, "/v1/hooks/zammad", jsonType, body, headers...)
	if first.status != http.StatusAccepted || first.Accepted == 0 {
		t.Fatalf("%+v", first)
	}
	if err := h.conn.Purge(t.Context(), topology.Tickets, "intake.v1.ticket_changed.>"); err != nil {
		t.Fatal(err)
	}
	remembering(t, here) // a start
	if got := h.post(t, "/v1/hooks/zammad", jsonType, body, headers...); got.status != http.StatusAccepted || got.Accepted != first.Accepted {
		t.Errorf("%+v", got)
	}
	if last, err := h.conn.LastSequence(t.Context(), topology.Delivered); err != nil || last != 1 {
		t.Errorf("%d deliveries are known: %v", last, err)
	}
	if subjects, err := h.conn.Subjects(t.Context(), topology.Tickets, ">"); err != nil || len(subjects) > 0 {
		t.Errorf("it was taken again: %v %v", subjects, err)
	}

	another, err := events.OpenDeliveries(t.Context(), here.Intake.Tickets.Conn)
	if err != nil {
		t.Fatal(err)
	}
	v := events.Delivery{Door: "zammad", ID: "d-9", Body: []byte("x")}
	if err := another.Put(t.Context(), v.Receipt(now)); err != nil {
		t.Fatal(err)
	}
	awaitKnown(t, here.Intake.Deliveries, v)
}

// Jira and Zammad sign the body and not the id beside it.
func TestASignedBodyUnderAnIDOfSomebodysOwnIsTheSameDelivery(t *testing.T) {
	const zammadBody = `{"ticket":{"id":7,"number":"22007","title":"Reports","state":"open","priority":{"name":"3 high"},"organization":{"name":"acme"},
 "created_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T09:20:00Z"}}`
	const jiraBody = `{"timestamp":1763629200000,"webhookEvent":"jira:issue_created","issue":{"id":"1","key":"SUP-7","fields":{"summary":"Reports",
 "status":{"name":"Open"},"created":"2026-11-20T09:00:00.000+0000","updated":"2026-11-20T09:20:00.000+0000"}}}`
	h := open(t, func(d *door.Door) {
		lets := credential.Set{Secrets: []string{signingSecret}}
		account := webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}}
		d.Hooks["zammad"] = door.Hook{Door: zammad.Door(), Lets: lets, Account: account}
		d.Hooks["jira"] = door.Hook{Door: jira.Door(), Lets: lets, Account: account}
		remembering(t, d)
	})
	for _, v := range []struct{ door, header, body string }{
		{"zammad", "X-Zammad-Delivery", zammadBody}, {"jira", "X-Atlassian-Webhook-Identifier", jiraBody},
	} {
		mac := hmac.New(sha256.New, []byte(signingSecret))
		mac.Write([]byte(v.body))
		signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
		first := h.post(t, "/v1/hooks/"+v.door, jsonType, v.body, hub.Header, signature, v.header, "d-1")
		if first.status != http.StatusAccepted || first.Accepted == 0 {
			t.Fatalf("%s: %+v", v.door, first)
		}
		before, err := h.conn.LastSequence(t.Context(), topology.Tickets)
		if err != nil {
			t.Fatal(err)
		}
		again := h.post(t, "/v1/hooks/"+v.door, jsonType, v.body, hub.Header, signature, v.header, "d-2")
		after, err := h.conn.LastSequence(t.Context(), topology.Tickets)
		if again.status != http.StatusAccepted || fmt.Sprint(again.IDs) != fmt.Sprint(first.IDs) || err != nil || after != before {
			t.Errorf("%s: %+v, then %+v; TICKETS went from %d to %d: %v", v.door, first, again, before, after, err)
		}
	}
}

// A trigger's body and Zendesk's own event name one comment in the same way.
func TestACommentThatComesByATriggerTooIsOneNote(t *testing.T) {
	h := open(t, withZendesk, func(d *door.Door) { remembering(t, d) })
	const triggered = `{"tocsin":1,"ticket":{"id":42,"subject":"Reports","description":"No report came.","status":"open","priority":"high","tags":"",
 "organization_id":77,"requester_id":301,"created_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T09:20:00Z"},
 "comment":{"id":8001,"body":"Please escalate.","author_id":301,"author_role":"End-user","is_public":"true"},"actor_id":301}`
	for _, body := range []string{triggered, commented} {
		if got := h.post(t, "/v1/hooks/zendesk", jsonType, body, signed(body, signingSecret, now)...); got.status != http.StatusAccepted {
			t.Fatalf("%+v", got)
		}
	}
	if notes := h.ticket(t, "acme", "42").GetNotes(); len(notes) != 2 || !notes[0].GetOpening() { // what it was opened with is the other
		t.Errorf("the ticket has %v", notes)
	}
}

func awaitKnown(t *testing.T, d *events.Deliveries, v events.Delivery) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for taken := false; !taken; {
		if taken, _ = d.Known(ctx, v); ctx.Err() != nil {
			t.Fatal("what another intake took does not become known")
		}
	}
}

func TestADeliveryOfWhichSomethingIsMissingIsReadAgain(t *testing.T) {
	var here *door.Door
	h := open(t, withZendesk, func(d *door.Door) { here = d; remembering(t, d) })
	hook := here.Hooks["zendesk"]
	unmapped := hook
	unmapped.Account.Desk.Tenants = map[string]string{}
	unmapped.Account.Desk.DefaultTenant = ""
	here.Follow(door.Hooks{"zendesk": unmapped})
	body := strings.ReplaceAll(commented, `"organization_id":"77"`, `"organization_id":null`)
	if got := h.post(t, "/v1/hooks/zendesk", jsonType, body, signed(body, signingSecret, now)...); got.status != http.StatusAccepted || got.Accepted != 0 || len(got.Ignored) == 0 {
		t.Fatalf("%+v", got)
	}
	hook.Account.Desk.DefaultTenant = "acme"
	here.Follow(door.Hooks{"zendesk": hook})
	if got := h.post(t, "/v1/hooks/zendesk", jsonType, body, signed(body, signingSecret, now)...); got.Accepted != 2 || h.ticket(t, "acme", "42") == nil {
		t.Errorf("%+v", got)
	}
}

// Who is let in by a token is not held to say a thing once: an alert that lasts is said
// again in the same words.
func TestWhatIsNotSignedMayBeSaidAgain(t *testing.T) {
	var d *events.Deliveries
	if taken, other := d.Known(t.Context(), events.Delivery{ID: "1"}); taken || other || d.Put(t.Context(), events.Delivery{ID: "1"}.Receipt(now)) != nil {
		t.Error("who remembers nothing knows something")
	}
	h := open(t, withAlertmanager, func(d *door.Door) { remembering(t, d) })
	const firing = `{"version":"4","status":"firing","alerts":[{"status":"firing","fingerprint":"f1","startsAt":"2026-11-20T09:20:00Z",
 "labels":{"alertname":"LoginDown","component":"sso"}}]}`
	for range 2 {
		if got := h.post(t, "/v1/hooks/alertmanager", jsonType, firing, "Authorization", "Bearer am"); got.status != http.StatusAccepted {
			t.Fatalf("%+v", got)
		}
	}
	if last, err := h.conn.LastSequence(t.Context(), topology.Delivered); err != nil || last != 0 {
		t.Errorf("%d deliveries are known: %v", last, err)
	}
}
