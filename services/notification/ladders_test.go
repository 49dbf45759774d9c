package notification_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/onetime"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// climbing writes a file of routes that calls Lena at one address, then the chief at another.
func climbing(t testing.TB, lena, chief, rest string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "routes.yaml")
	text := fmt.Sprintf(`destinations:
  lena-phone: {channel: webhook, with: {url: %q, secret: %q}}
  chief: {channel: webhook, with: {url: %q, secret: %q}, quiet: {from: "00:00", to: "23:59", zone: UTC}}
ladders:
  - name: critical
    steps: [{to: [oncall], within: 1s}, {to: [chief], within: 1s}]
    repeat: 1
schedules:
  oncall:
    zone: Europe/Berlin
    people: {lena: lena-phone}
    overrides: [{from: 2020-01-01T00:00:00Z, until: 2040-01-01T00:00:00Z, person: lena}]
%s`, lena, secret, chief, secret, rest)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// undecided is a case that waits for leadership.
func undecided(version uint64) *reviewv1.CaseChanged {
	c := changed(version, "opened", "pending_review")
	c.Case.Round, c.Case.UpdatedAt = 1, timestamppb.Now()
	return c
}

// acknowledged is the case after somebody has taken notice.
func acknowledged(version uint64) *reviewv1.CaseChanged {
	c := undecided(version)
	c.Transition.Name, c.Case.AcknowledgedBy, c.Case.AcknowledgedAt = "acknowledged", "lena", timestamppb.Now()
	return c
}

// climbed is how far the ladder of the case was climbed.
func climbed(t testing.TB, conn *bus.Conn) (steps []string) {
	t.Helper()
	raw, err := conn.Last(t.Context(), topology.Calls, topology.ClimbedSubject("acme", "c-1"))
	if err != nil {
		t.Fatal(err)
	}
	m := &notificationv1.LadderClimbed{}
	if err := bus.Decode(raw, m); err != nil {
		t.Fatal(err)
	}
	for _, s := range m.GetSteps() {
		steps = append(steps, fmt.Sprintf("%d.%d", s.GetLevel(), s.GetRepetition()))
	}
	return steps
}

// standing asks how the ladder of the case stands.
func standing(t testing.TB, conn *bus.Conn) *notificationv1.LadderStanding {
	t.Helper()
	stands := &notificationv1.LadderStanding{}
	if err := conn.Ask(t.Context(), topology.LadderSubject(), &notificationv1.LadderAsked{Tenant: "acme", Case: "c-1"}, stands); err != nil {
		t.Fatal(err)
	}
	return stands
}

func TestWhoeverIsOnCallIsCalledThenTheNextAndInTheEndAllHearThatNobodyAcknowledged(t *testing.T) {
	conn := natstest.Connect(t)
	lena, toLena := receiver(t)
	chief, toChief := receiver(t)
	path := climbing(t, lena, chief, "")
	cfg := notification.Config{RoutesFile: path, ConsoleURL: "https://tocsin.example"}
	_, stop := start(t, conn, cfg)
	start(t, conn, cfg) // a second process, beside the first
	publish(t, conn, "one", undecided(1))
	first := next(t, toLena)
	if first.data.Kind != "called" || first.data.Recipient != "lena" || !strings.Contains(first.data.Body, "level 1 of 2") {
		t.Errorf("Lena was told %+v", first.data)
	}
	key, err := onetime.Key(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	token, is := strings.CutPrefix(first.data.Acknowledge, "https://tocsin.example/ack/")
	if c, err := onetime.Open(key, token, time.Now()); !is || err != nil || c.Case != "c-1" || c.Round != 1 || c.To != "lena" || c.ID != first.id {
		t.Errorf("the link %q is good for %+v, %v", first.data.Acknowledge, c, err)
	}
	second := next(t, toChief)
	if second.data.Kind != "called" || !strings.Contains(second.data.Body, "Called before:") || !strings.Contains(second.data.Body, "lena (oncall)") {
		t.Errorf("in spite of quiet hours the chief was told %+v", second.data)
	}
	stop() // and the other goes on
	again, chiefAgain, last, lastToChief := next(t, toLena), next(t, toChief), next(t, toLena), next(t, toChief)
	if again.data.Kind != "called" || again.id == first.id || chiefAgain.data.Kind != "called" || last.data.Kind != "unacknowledged" || lastToChief.data.Kind != "unacknowledged" {
		t.Errorf("then: %+v, %+v, %+v, %+v", again.data, chiefAgain.data, last.data, lastToChief.data)
	}
	if got := strings.Join(climbed(t, conn), " "); got != "1.0 2.0 1.1 2.1 0.1" {
		t.Errorf("climbed %s", got)
	}
	await(t, "a record of each call", func() bool {
		return fates(t, conn, "lena-phone")["sent"] == 3 && fates(t, conn, "chief")["sent"] == 3
	})
	if len(toLena)+len(toChief) > 0 {
		t.Errorf("%d calls too many", len(toLena)+len(toChief))
	}
	if s := standing(t, conn); s.GetNext() != nil || len(s.GetClimbed().GetSteps()) != 5 {
		t.Errorf("it stands at %v", s)
	}
	noLink(t, conn, token)
}

func TestADestinationThatSaysBackWhatItWasToldPutsNoLinkIntoTheRecord(t *testing.T) {
	conn := natstest.Connect(t)
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(body[bytes.Index(body, []byte("acknowledge\"")):])
	}))
	t.Cleanup(echo.Close)
	chief, _ := receiver(t)
	start(t, conn, notification.Config{RoutesFile: climbing(t, echo.URL, chief, ""), ConsoleURL: "https://tocsin.example"})
	publish(t, conn, "one", undecided(1))
	await(t, "the refusal is recorded", func() bool { return fates(t, conn, "lena-phone")["parked"] > 0 })
	if answer := records(t, conn, "lena-phone")[0].GetAnswer(); !strings.Contains(answer, "ack/…") {
		t.Errorf("the answer was %q; it is to hold where the link stood", answer)
	}
	noLink(t, conn, "ack/A")
}

// noLink looks for a link in all that is stored.
func noLink(t *testing.T, conn *bus.Conn, token string) {
	t.Helper()
	for _, s := range []topology.Stream{topology.Calls, topology.Deliveries, topology.Notifications, topology.DeadLetter} {
		err := conn.Retained(t.Context(), s, func(raw bus.Raw) error {
			if strings.Contains(string(raw.Data), token) {
				t.Errorf("a link stands in %s, on %s", s.Name, raw.Subject)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhoAcknowledgesEndsTheLadder(t *testing.T) {
	conn := natstest.Connect(t)
	lena, toLena := receiver(t)
	chief, toChief := receiver(t)
	path := climbing(t, lena, chief, "")
	start(t, conn, notification.Config{RoutesFile: path})
	publish(t, conn, "one", undecided(1))
	if r := next(t, toLena); r.data.Acknowledge != "" || strings.Contains(r.data.Body, "link") {
		t.Errorf("without a console there is a link: %+v", r.data)
	}
	if s := standing(t, conn); s.GetNext().GetLevel() != 2 || s.GetNext().GetCalled()[0].GetDestination() != "chief" {
		t.Errorf("the next is %v", s.GetNext())
	}
	publish(t, conn, "two", acknowledged(2))
	again := undecided(3)
	again.Case.Round = 2
	publish(t, conn, "three", again) // another round begins anew
	if r := next(t, toLena); r.data.Kind != "called" || !strings.Contains(r.data.Body, "level 1 of 2") {
		t.Errorf("in the second round Lena was told %+v", r.data)
	}
	for _, r := range records(t, conn, "chief") {
		t.Errorf("the chief was told %v", r)
	}
	if len(toChief) > 0 {
		t.Errorf("the chief was called")
	}
}

func TestACaseThatComesToBeOfAllTenantsKeepsItsLadderAndIsEndedOnce(t *testing.T) {
	conn := natstest.Connect(t)
	lena, toLena := receiver(t)
	chief, toChief := receiver(t)
	path := climbing(t, lena, chief, "")
	_, stop := start(t, conn, notification.Config{RoutesFile: path})
	publish(t, conn, "one", undecided(1))
	next(t, toLena)
	all := undecided(2)
	all.Case.Tenant = ""
	publish(t, conn, "two", all)
	next(t, toChief) // the next level, and not the first again
	if len(toLena) > 0 {
		t.Error("Lena was called twice of one level")
	}
	stop()
	start(t, conn, notification.Config{RoutesFile: path})
	next(t, toLena) // after a restart too
	done := acknowledged(3)
	done.Case.Tenant = ""
	publish(t, conn, "three", done)
	await(t, "nothing is due any more", func() bool {
		stands := &notificationv1.LadderStanding{}
		err := conn.Ask(t.Context(), topology.LadderSubject(), &notificationv1.LadderAsked{Case: "c-1"}, stands)
		return err == nil && stands.GetNext() == nil
	})
	if got := strings.Join(climbed(t, conn), " "); got != "1.0 2.0 1.1" && got != "1.0 2.0 1.1 2.1" {
		t.Errorf("climbed %s", got)
	}
}

func TestALadderGoesOnAfterARestartWhereItStood(t *testing.T) {
	conn := natstest.Connect(t)
	lena, toLena := receiver(t)
	chief, toChief := receiver(t)
	cfg := notification.Config{RoutesFile: climbing(t, lena, chief, "")}
	_, stop := start(t, conn, cfg)
	publish(t, conn, "one", undecided(1))
	first := next(t, toLena)
	stop()
	start(t, conn, cfg)
	next(t, toChief)
	if again := next(t, toLena); again.id == first.id || !strings.Contains(again.data.Body, "climbed again") {
		t.Errorf("after a restart Lena was told %+v", again)
	}
}

func TestACallThatWaitedAndIsOverSaysSo(t *testing.T) {
	conn := natstest.Connect(t)
	lena, toLena := receiver(t, http.StatusServiceUnavailable)
	chief, _ := receiver(t)
	start(t, conn, notification.Config{RoutesFile: climbing(t, lena, chief, ""), ConsoleURL: "https://tocsin.example"})
	publish(t, conn, "one", undecided(1))
	failed := next(t, toLena)
	publish(t, conn, "two", acknowledged(2))
	again := next(t, toLena)
	if again.id != failed.id || !strings.HasPrefix(again.data.Title, "No longer so: ") || !strings.Contains(again.data.Body, "acknowledged") || again.data.Acknowledge != "" {
		t.Errorf("told again: %+v", again)
	}
}

func TestASilencedLadderWaitsAndGoesOnWhenTheSilenceEnds(t *testing.T) {
	conn := natstest.Connect(t)
	lena, toLena := receiver(t)
	chief, _ := receiver(t)
	ends := time.Now().Add(4 * time.Second).UTC()
	path := climbing(t, lena, chief, fmt.Sprintf("windows:\n  - {name: move, from: 2020-01-01T00:00:00Z, until: %s, when: {tenants: [acme]}}\n", ends.Format(time.RFC3339Nano)))
	start(t, conn, notification.Config{RoutesFile: path})
	publish(t, conn, "one", undecided(1))
	await(t, "the silence is recorded", func() bool { return fates(t, conn, "lena-phone")["silenced"] == 1 })
	if s := standing(t, conn); !strings.Contains(s.GetSilenced(), "move") || s.GetNext().GetLevel() != 1 {
		t.Errorf("it stands at %v", s)
	}
	if r := next(t, toLena); time.Now().Before(ends) || !strings.Contains(r.data.Body, "level 1 of 2") {
		t.Errorf("called at %s: %+v", time.Now(), r.data)
	}
	if got := fates(t, conn, "lena-phone")["silenced"]; got != 1 {
		t.Errorf("%d records of one silence", got)
	}
}

func TestACalendarBesideTheFileCountsAsItNowIs(t *testing.T) {
	conn := natstest.Connect(t)
	lena, toLena := receiver(t)
	chief, toChief := receiver(t)
	path := climbing(t, lena, chief, "    calendar: oncall.ics\n")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.Replace(strings.Replace(string(text), "until: 2040", "until: 2021", 1), "{lena: lena-phone}", "{lena: lena-phone, ida: chief}", 1))
	calendar := func(summary string) {
		event := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20200101T000000Z\nDTEND:20400101T000000Z\nSUMMARY:" + summary + "\nEND:VEVENT\nEND:VCALENDAR\n"
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), "oncall.ics"), []byte(event), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	calendar("Lena")
	start(t, conn, notification.Config{RoutesFile: path})
	publish(t, conn, "one", undecided(1))
	if r := next(t, toLena); r.data.Recipient != "lena" {
		t.Errorf("told %+v", r.data)
	}
	publish(t, conn, "two", acknowledged(2))
	calendar("BROKEN\nEND:VEVENT") // is refused, and the one before stays
	calendar("Ida")
	await(t, "Ida is on call", func() bool {
		c := undecided(3)
		c.Case.Id, c.Case.Round = fmt.Sprint("c-", time.Now().UnixNano()), 1
		publish(t, conn, c.Case.Id, c)
		select {
		case <-toLena:
			return false
		case r := <-toChief:
			return r.data.Recipient == "ida"
		}
	})
}
