package servicenow

import (
	"errors"
	"strings"
	"testing"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

var account = webhook.Account{Desk: desk.Account{
	Tenants: map[string]string{"77": "acme"}, DefaultTenant: "walk-ins",
	Fields: map[string]string{"u_escalate": "escalation", "u_people": "affected_users"},
}}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	for body, want := range map[string]string{
		`{"result":[]}`:             "names no number",
		`{"record":{"sys_id":"1"}}`: "names no number",
		`{"number":"INC1"}`:         "sys_updated_on of INC1",
		`7`:                         "send a record",
	} {
		_, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, account)
		if !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", body, err, want)
		}
	}
}

func TestAnEntrySentTwiceIsOneNote(t *testing.T) {
	id := func(journal string) string {
		body := `{"record":{"number":"INC1","sys_updated_on":"2026-11-20 10:00:00","comments":"` + journal + `"}}`
		said, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, account)
		if err != nil {
			t.Fatal(err)
		}
		for i := len(said.Tickets) - 1; i >= 0; i-- {
			if note, is := said.Tickets[i].Said.(receive.Note); is && note.Text == "First." {
				return said.Tickets[i].ID
			}
		}
		t.Fatalf("no such note in %+v", said)
		return ""
	}
	const one = `2026-11-20 09:00:00 - Rita Roth (Additional comments)\nFirst.\n\n`
	if a, b := id(one), id(`2026-11-20 09:30:00 - Anna Amsel (Additional comments)\nSecond.\n\n`+one); a != b {
		t.Errorf("%s, then %s", a, b)
	}
}
