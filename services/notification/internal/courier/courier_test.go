package courier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func TestADigestTellsOnceADayWhatCameSince(t *testing.T) {
	t.Parallel()
	began := time.Now().UTC().Add(2 * time.Hour).Format("15:04")
	c := live(t, "", fmt.Sprintf("routes:\n  - {name: daily, to: [ops], when: {audience: [leadership]}, digest: {at: %q, zone: Etc/UTC}}\n", began))
	c.tell("1", plain)
	c.tell("2", plain)
	c.held(2)
	c.pass(time.Hour)
	c.tell("3", plain) // and whoever looks at the clock finds that it is too early
	c.held(3)
	if len(c.got) > 0 {
		t.Errorf("ahead of its time was told %+v", <-c.got)
	}
	c.pass(2 * time.Hour)
	if r := c.next(); r.Kind != "several" || !strings.Contains(r.Body, "title of 1") || !strings.Contains(r.Body, "title of 3") {
		t.Errorf("told %+v", r)
	}
	if f := c.fates(4); len(f["grouped"]) != 3 || len(f["sent"]) != 1 {
		t.Errorf("recorded %v", f)
	}
}

func TestWhatQuietHoursHeldIsOneMessageWhenTheyEnd(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return time.Now().UTC().Add(d).Format("15:04") }
	quiet := fmt.Sprintf(", quiet: {from: %q, to: %q, zone: Etc/UTC, except: [critical]}", at(-time.Hour), at(2*time.Hour))
	c := live(t, quiet, "routes:\n  - {name: all, to: [ops]}\n")
	c.tell("1", plain)
	c.tell("2", plain)
	ticket := func(id string) func(*notificationv1.Notification) {
		return func(n *notificationv1.Notification) { n.Audience, n.Ticket, n.Recipient = "requester", id, "rita" }
	}
	c.tell("3", ticket("T-3"))
	c.tell("4", ticket("T-4"))
	c.held(4)
	c.tell("5", func(n *notificationv1.Notification) { n.Reasons = []string{"site_outage"} })
	if r := c.next(); r.Case != "c-5" {
		t.Errorf("what is critical was held, and told is %+v", r)
	}
	c.pass(3 * time.Hour)
	var got []string
	for range 3 {
		r := c.next()
		got = append(got, r.Kind+" "+r.Ticket)
		if r.Kind == "several" && (!strings.Contains(r.Body, "title of 1") || !strings.Contains(r.Body, "title of 2")) {
			t.Errorf("told together is %+v", r)
		}
	}
	slices.Sort(got)
	if want := []string{"case_opened T-3", "case_opened T-4", "several "}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q: what stands on a ticket stays alone", got, want)
	}
	if f := c.fates(6); len(f["grouped"]) != 2 || len(f["sent"]) != 4 {
		t.Errorf("recorded %v", f)
	}
}

func TestAWindowThatBeginsWhileSomethingWaitsSilencesIt(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return time.Now().UTC().Add(d).Format(time.RFC3339) }
	c := live(t, "", fmt.Sprintf(`routes:
  - {name: later, to: [ops], when: {audience: [leadership]}, group: {by: [tenant], wait: 90m}}
windows:
  - {name: move, from: %s, until: %s, when: {tenants: [acme]}}
`, at(time.Hour), at(3*time.Hour)))
	c.tell("1", plain)
	c.tell("2", func(n *notificationv1.Notification) { n.Tenant = "globex" })
	c.held(2)
	c.pass(2 * time.Hour)
	if r := c.next(); r.Case != "c-2" {
		t.Errorf("told %+v", r)
	}
	if f := c.fates(2); len(f["silenced"]) != 1 || !strings.Contains(f["silenced"][0], `window "move"`) {
		t.Errorf("recorded %v", f)
	}
}

func TestAnOutageThatIsFoundWhileItsConsequencesWaitSilencesThem(t *testing.T) {
	t.Parallel()
	c := live(t, "", `routes:
  - {name: later, to: [ops], when: {audience: [leadership]}, group: {by: [tenant], wait: 90m}}
inhibit:
  - {name: site down, while: [site_outage], silence: [insights_unavailable]}
`)
	c.tell("1", plain)
	c.held(1)
	outage := &reviewv1.CaseChanged{Case: &reviewv1.Case{Id: "c-9", Tenant: "platform", State: "pending_review", Version: 1, Reasons: []string{"site_outage"}}}
	if _, err := c.conn.Publish(t.Context(), bus.Event{Subject: topology.CaseSubject("platform", "c-9"), ID: "outage", Payload: outage}); err != nil {
		t.Fatal(err)
	}
	later := uint64(0)
	c.await("what comes behind the outage is silenced", func() bool {
		s, err := c.conn.JS().Stream(t.Context(), topology.Deliveries.Name)
		if err != nil {
			t.Fatal(err)
		}
		if s.CachedInfo().State.Msgs > 0 {
			return true
		}
		later++
		c.tell(fmt.Sprint("later-", later), plain)
		return false
	})
	c.pass(2 * time.Hour)
	f := c.fates(1 + later)
	if why := f["silenced"]; uint64(len(why)) != 1+later || !strings.Contains(why[0], "case c-9 explains it") {
		t.Errorf("recorded %v", f)
	}
}

func TestARateSpreadsWhatIsTold(t *testing.T) {
	t.Parallel()
	c := live(t, ", rate: 5/s", "routes:\n  - {name: all, to: [ops]}\n")
	for i := range 10 {
		c.tell(fmt.Sprint(i), plain)
	}
	var first time.Time
	for i := range 10 {
		if c.next(); i == 0 {
			first = time.Now()
		}
	}
	if took := time.Since(first); took < 900*time.Millisecond {
		t.Errorf("ten were told within %s, five a second are allowed", took)
	}
}
