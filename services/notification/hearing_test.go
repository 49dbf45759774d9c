package notification_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// hears asks who would hear something.
func hears(t testing.TB, conn *bus.Conn, q *notificationv1.HearingAsked) *notificationv1.HearingExplained {
	t.Helper()
	out := &notificationv1.HearingExplained{}
	await(t, "an answer", func() bool {
		err := conn.Ask(t.Context(), topology.HearingSubject(), q, out)
		if err != nil && !strings.Contains(err.Error(), bus.ErrNobody.Error()) {
			t.Fatal(err)
		}
		return err == nil
	})
	return out
}

// outcomes are what becomes of what an audience is told, by destination.
func outcomes(e *notificationv1.HearingExplained, audience string) (all []string) {
	for _, h := range e.GetHeard() {
		if h.GetNotification().GetAudience() != audience {
			continue
		}
		for _, at := range h.GetHearings() {
			all = append(all, fmt.Sprint(at.GetDestination(), " ", at.GetFate(), " ", at.GetChannel()))
		}
	}
	return all
}

func TestWhoWouldHearGoesByTheFileTheMutesAndTheOpenCases(t *testing.T) {
	conn := natstest.Connect(t)
	url, _ := receiver(t)
	path := routes(t, url, `routes:
  - {name: lead, to: [ops], when: {audience: [leadership]}}
inhibit:
  - {name: site down, while: [site_outage], silence: [core_function_down]}
`)
	start(t, conn, notification.Config{RoutesFile: path, WebhookURL: url, WebhookSecret: secret})
	served(t, conn, "ops")
	opened := &notificationv1.HearingAsked{Sample: "opened", Language: "de", Tenant: "initech", Reason: "core_function_down"}
	got := hears(t, conn, opened)
	if want := []string{"ops send webhook", "webhook send webhook"}; !slices.Equal(outcomes(got, "leadership"), want) {
		t.Errorf("heard: %v, want %v", outcomes(got, "leadership"), want)
	}
	if want := []string{"ops skip webhook", "webhook skip webhook"}; !slices.Equal(outcomes(got, "requester")[:2], want) {
		t.Errorf("heard: %v, want %v", outcomes(got, "requester"), want)
	}
	first := got.GetHeard()[0]
	if !got.GetRouted() || first.GetNotification().GetTenant() != "initech" || first.GetNotification().GetLanguage() != "de" || first.GetSeverity() != "high" ||
		len(first.GetNotification().GetBody()) == 0 || !slices.Contains(got.GetSamples(), "opened") {
		t.Errorf("answered %v", got)
	}
	// An outage of all explains it.
	publish(t, conn, "outage", of("c-9", "platform", "site_outage"))
	await(t, "the outage", func() bool {
		return slices.Equal(outcomes(hears(t, conn, opened), "leadership"), []string{"ops silence webhook", "webhook send webhook"})
	})
	// What was told of a case that there is, with a mute.
	muted(t, conn, &notificationv1.Mute{Audiences: []string{"leadership"}, Destinations: []string{"ops", "webhook"}})
	told(t, conn, "leadership", "case_opened")
	there := hears(t, conn, &notificationv1.HearingAsked{Case: "c-9"})
	if want := []string{"ops silence webhook", "webhook silence webhook"}; !slices.Equal(outcomes(there, "leadership"), want) {
		t.Errorf("of a case: %v, want %v", outcomes(there, "leadership"), want)
	}
	if why := there.GetHeard()[0].GetHearings()[0].GetWhy(); !strings.Contains(strings.Join(why, ""), "muted by lena") {
		t.Errorf("why: %v", why)
	}
	for _, q := range []*notificationv1.HearingAsked{{Case: "c-none"}, {Sample: "nonsense"}} {
		if e := hears(t, conn, q); len(e.GetHeard()) != 0 || len(e.GetSamples()) == 0 {
			t.Errorf("%v is answered %v", q, e)
		}
	}
}

func TestWithoutAFileOfRoutesTheAnswerSaysSo(t *testing.T) {
	conn := natstest.Connect(t)
	start(t, conn, notification.Config{})
	got := hears(t, conn, &notificationv1.HearingAsked{Sample: "approved"})
	if got.GetRouted() || len(got.GetHeard()) == 0 || len(got.GetHeard()[0].GetHearings()) != 0 {
		t.Errorf("answered %v", got)
	}
	if err := conn.Ask(t.Context(), topology.HearingSubject(), &notificationv1.HearingAsked{Sample: "approved", Language: "fr"}, &notificationv1.HearingExplained{}); err == nil || !strings.Contains(err.Error(), "there are words in") {
		t.Errorf("in French: %v", err)
	}
}
