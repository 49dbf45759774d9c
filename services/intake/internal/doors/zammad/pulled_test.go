package zammad

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/webhook"
)

func TestAPulledTicketTellsItsHistory(t *testing.T) {
	raw := func(all ...string) (list []json.RawMessage) {
		for _, one := range all {
			list = append(list, json.RawMessage(one))
		}
		return list
	}
	p := Pulled{
		Ticket: json.RawMessage(`{"id":5,"title":"Reports","state":"open","priority":"3 high","customer_id":30,"customer":"kim@acme.example","owner_id":40,
		 "owner":"ben@help.example","organization_id":7,"organization":"Acme","created_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T12:00:00Z"}`),
		Tags: []string{"component_reports", "escalation_requested"},
		Articles: raw(`{"id":50,"sender":"Customer","content_type":"text/plain","body":"None arrives.","created_by_id":30,"created_at":"2026-11-20T09:00:00Z"}`,
			`{"id":51,"sender":"Agent","content_type":"text/html","body":"<p>We look.</p>","internal":true,"created_by_id":40,"created_at":"2026-11-20T10:30:00Z"}`),
		History: raw(`{"id":1,"object":"Ticket","type":"created","created_by_id":30,"created_at":"2026-11-20T09:00:00Z"}`,
			`{"id":2,"object":"Ticket","type":"updated","attribute":"owner","value_to":"Ben","id_to":40,"created_by_id":40,"created_at":"2026-11-20T10:00:00Z"}`,
			`{"id":3,"object":"Ticket","type":"updated","attribute":"state","value_to":"open","created_by_id":40,"created_at":"2026-11-20T10:00:00Z"}`,
			`{"id":4,"object":"Ticket","type":"added","attribute":"tag","value_to":"Escalation_requested","created_by_id":30,"created_at":"2026-11-20T11:00:00Z"}`,
			`{"id":6,"object":"Ticket::Article","type":"created","created_by_id":30,"created_at":"2026-11-20T11:00:00Z"}`,
			`{"id":7,"object":"Ticket","type":"updated","attribute":"priority","value_to":"3 high","created_by_id":1,"created_at":"2026-11-20T11:30:00Z"}`),
	}
	got, err := p.Said(webhook.Account{Desk: desk.Account{Tenants: map[string]string{"Acme": "acme"}}})
	var lines []string
	for _, ev := range got.Tickets {
		lines = append(lines, fmt.Sprintf("%s %s %+v", ev.OccurredAt.Format("15:04"), ev.ID, ev.Said))
	}
	want := []string{
		"09:00 opened/5 {Subject:Reports Body:None arrives. Requester:30 CSM: Severity:HIGH",
		"10:30 comment/51 {AuthorKind:AGENT Author:40 Text:We look. Public:false Own:false}",
		"10:00 assigned/5/2026-11-20T10:00:00Z {Agent:40}",
		"10:00 status/5/2026-11-20T10:00:00Z {Status:OPEN}",
		"11:00 requested/5 {Reason: Urgency: PolicyReason:}",
		"11:30 change/7 {Severity:HIGH Environment: AffectedUsers:<nil> SetBy:SYSTEM}",
	}
	for i, w := range want {
		if err != nil || len(lines) != len(want) || !strings.HasPrefix(lines[i], w) {
			t.Fatalf("err %v, ignored %q, line %d: want %s in\n%s", err, got.Ignored, i, w, strings.Join(lines, "\n"))
		}
	}
}
