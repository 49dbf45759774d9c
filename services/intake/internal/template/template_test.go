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

// A form is filled again whenever anything about the ticket changes, with the comment
// that is the last. One without an id is known by who says what, and when.
func TestACommentWithoutAnIdIsOneNoteHoweverOftenItCome(t *testing.T) {
	id := func(updated, comment string) string {
		said, err := read(t, vendor, `{"tocsin":1,"ticket":{"id":7,"status":"open","updated_at":"`+updated+`"},"comment":{`+comment+`}}`, noon)
		if err != nil || len(said.Tickets) == 0 {
			t.Fatalf("%s: %+v, %v", comment, said, err)
		}
		return said.Tickets[0].ID
	}
	const ten, eleven = "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"
	const timeless, timed = `"body":"Any news?","author_id":5`, `"body":"Any news?","author_id":5,"created_at":"2026-11-20T09:59:00Z"`
	for name, tt := range map[string]struct {
		first, then string
		same        bool
	}{
		"the same, at another update":           {timeless, timeless, true},
		"the same of a time, at another update": {timed, timed, true},
		"its time in another zone":              {timed, strings.Replace(timed, "09:59:00Z", "10:59:00+01:00", 1), true},
		"a time that is none":                   {timeless, timeless + `,"created_at":"just now"`, true},
		"the same words at another time":        {timed, strings.Replace(timed, "09:59", "10:59", 1), false},
		"other words":                           {timeless, strings.Replace(timeless, "news", "hope", 1), false},
		"somebody else's, with the same words":  {timeless, strings.Replace(timeless, "5", "6", 1), false},
		"the same words with ids":               {`"id":1,` + timed, `"id":2,` + timed, false},
	} {
		if a, b := id(ten, tt.first), id(eleven, tt.then); (a == b) != tt.same {
			t.Errorf("%s: %s and %s", name, a, b)
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
