package template_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/template"
	"tocsin/services/intake/internal/webhook"
)

var (
	vendor = template.Vendor{
		Name: "vendor", Nobody: []string{"0"},
		Words: desk.Words{Statuses: map[string]receive.Status{"new": receive.New, "open": receive.Open}},
	}
	account = webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}}
	noon    = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

func read(t *testing.T, v template.Vendor, body string, at time.Time) (webhook.Said, error) {
	t.Helper()
	said, is, err := v.Read(webhook.Delivery{Body: []byte(body), Received: at}, account)
	if !is {
		t.Fatalf("%s is not taken for the form", body)
	}
	return said, err
}

func TestOnlyTheFormIsRead(t *testing.T) {
	for _, body := range []string{``, `{}`, `{"tocsin":null}`, `{"text":"\"tocsin\""}`, `"tocsin"`, `["tocsin"]`} {
		if said, is, err := vendor.Read(webhook.Delivery{Body: []byte(body)}, account); is || err != nil {
			t.Errorf("%s: %+v, %v", body, said, err)
		}
	}
	for body, want := range map[string]string{
		`{"tocsin":2,"ticket":{"id":1}}`: "write 1",
		`{"tocsin":1}`:                   "names no ticket",
		`{"tocsin":1,"ticket":{"id":7,"updated_at":"{{later}}"}}`: "ticket.updated_at",
		`{"tocsin":1,"ticket":7}`:                                 "as it is printed",
	} {
		if _, err := read(t, vendor, body, noon); !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", body, err, want)
		}
	}
}

func TestWhoWritesIsWhatTheirRoleSays(t *testing.T) {
	for role, want := range map[string]receive.AuthorKind{
		"Agent": receive.Agent, "admin": receive.Agent, "end-user": receive.Customer, "": receive.Customer, "bot": receive.System,
	} {
		said, err := read(t, vendor, `{"tocsin":"1","ticket":{"id":7,"status":"open","updated_at":"2026-11-20T10:00:00Z"},
			"comment":{"id":8,"body":"<p>Hello</p>","author_id":5,"author_role":"`+role+`","is_public":"false","created_at":"2026-11-20T09:59:00Z"}}`, noon)
		note := receive.Note{AuthorKind: want, Author: "5", Text: "Hello"}
		if err != nil || len(said.Tickets) == 0 || said.Tickets[0].Said != note || said.Tickets[0].OccurredAt.Minute() != 59 {
			t.Errorf("%s: %+v, %v; want %+v", role, said, err, note)
		}
	}
}

func TestACommentIsPublicIfItSaysSo(t *testing.T) {
	for said, want := range map[string]bool{
		`"is_public":true`: true, `"is_public":"no"`: false, `"is_internal":"false"`: true, `"is_internal":"true"`: false, `"id":8`: false,
	} {
		got, err := read(t, vendor, `{"tocsin":1,"ticket":{"id":7,"updated_at":"2026-11-20T10:00:00Z"},"comment":{"body":"Hello",`+said+`}}`, noon)
		if err != nil || len(got.Tickets) == 0 || got.Tickets[0].Said.(receive.Note).Public != want {
			t.Errorf("%s: %+v, %v", said, got, err)
		}
	}
}

func TestATicketThatBeginsIsOpenedAndNotToldOfTwice(t *testing.T) {
	const body = `{"tocsin":1,"event":"created","ticket":{"id":7,"subject":"S","status":"STATUS","assignee_id":"0",
		"created_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T10:00:00Z"}}`
	for status, want := range map[string]string{"new": "opened/7 assigned/7/", "open": "opened/7 status/7/2026-11-20T10:00:00Z assigned/7/"} {
		said, err := read(t, vendor, strings.Replace(body, "STATUS", status, 1), noon)
		var ids []string
		for _, ev := range said.Tickets {
			ids = append(ids, ev.ID)
		}
		if got := strings.Join(ids, " "); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", status, got, err, want)
		}
	}
}

func TestWhatNamesNoTimeIsOfWhenItCame(t *testing.T) {
	timeless := vendor
	timeless.Timeless = true
	const body = `{"tocsin":1,"ticket":{"id":7,"status":"open","updated_at":""}}`
	first, err := read(t, timeless, body, noon)
	if err != nil || len(first.Tickets) != 2 || first.Tickets[1].ID != "known/7" || !first.Tickets[0].OccurredAt.Equal(noon) {
		t.Fatalf("%+v, %v", first, err)
	}
	for later, same := range map[time.Duration]bool{59 * time.Minute: true, time.Hour: false} {
		if again, err := read(t, timeless, body, noon.Add(later)); err != nil || (again.Tickets[0].ID == first.Tickets[0].ID) != same {
			t.Errorf("%s later: %+v, %v", later, again, err)
		}
	}
}
