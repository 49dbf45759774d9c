package jira

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// lines is each event in a line.
func lines(said webhook.Said) string {
	var all []string
	for _, ev := range said.Tickets {
		all = append(all, fmt.Sprintf("%s %s %T%+v", ev.OccurredAt.Format("15:04"), ev.ID, ev.Said, ev.Said))
	}
	return strings.Join(all, "\n")
}

func TestAPulledIssueTellsItsChangelogAndItsComments(t *testing.T) {
	p := Pulled{
		Issue: json.RawMessage(`{"key":"SUP-7","fields":{"summary":"Reports","description":"None arrives.","status":{"id":"3","name":"In Progress",
		 "statusCategory":{"key":"indeterminate"}},"priority":{"name":"High"},"project":{"key":"SUP"},"reporter":{"accountId":"u1"},
		 "assignee":{"accountId":"a1"},"created":"2026-11-20T09:00:00.000+0000","updated":"2026-11-20T12:00:00.000+0000",
		 "comment":{"comments":[{"id":"11","author":{"accountId":"u1"},"body":"Any news?","created":"2026-11-20T11:00:00.000+0000","updated":"2026-11-20T11:00:00.000+0000"}]}}}`),
		Comments: []json.RawMessage{[]byte(`{"id":"12","author":{"accountId":"a1"},"body":"Soon.","created":"2026-11-20T11:30:00.000+0000","jsdPublic":false}`)},
		Histories: []json.RawMessage{
			[]byte(`{"id":"502","author":{"accountId":"a1"},"created":"2026-11-20T10:30:00.000+0000","items":[{"field":"labels","fromString":"","toString":"escalation_requested"}]}`),
			[]byte(`{"id":"501","author":{"accountId":"a1"},"created":"2026-11-20T10:00:00.000+0000","items":[{"field":"status","to":"3","fromString":"Open","toString":"In Progress"},{"field":"Rank","toString":"x"}]}`),
		},
	}
	got, err := p.Said(webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}})
	want := `09:00 known/SUP-7 receive.Opened
10:00 change/SUP-7/501/status receive.StatusChanged{Status:IN_PROGRESS}
10:30 change/SUP-7/502/labels/requested receive.EscalationRequested
09:00 assigned/SUP-7/a1 receive.Assigned{Agent:a1}
11:00 comment/11 receive.Note{AuthorKind:CUSTOMER Author:u1 Text:Any news? Public:true Own:false}
11:30 comment/12 receive.Note{AuthorKind:AGENT Author:a1 Text:Soon. Public:false Own:false}`
	is := strings.Split(lines(got), "\n")
	for i, w := range strings.Split(want, "\n") {
		if i >= len(is) || !strings.HasPrefix(is[i], w) {
			t.Fatalf("err %v, line %d: want %s in\n%s", err, i, w, lines(got))
		}
	}
	if len(is) != 6 || len(got.Ignored) != 1 || !strings.Contains(got.Ignored[0], "Rank") {
		t.Errorf("%d events, ignored %q", len(is), got.Ignored)
	}
	if _, asks := got.Tickets[2].Said.(receive.EscalationRequested); !asks {
		t.Errorf("%+v is no request", got.Tickets[2])
	}
}
