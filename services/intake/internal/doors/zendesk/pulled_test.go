package zendesk

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// pulled is ticket 42 of nine, as the API has it, with audits of what happened.
func pulled(audits ...string) Pulled {
	p := Pulled{Staff: func(user string) bool { return user == "401" }, Ticket: json.RawMessage(`{"id":42,"subject":"Reports stay away",
	 "description":"Since this morning no report arrives.","status":"open","custom_status_id":3001,"priority":"high","organization_id":77,
	 "requester_id":301,"tags":["affected_240","beta","component_reports"],"custom_fields":[{"id":62,"value":null}],
	 "created_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T12:00:00Z"}`)}
	for _, a := range audits {
		p.Audits = append(p.Audits, json.RawMessage(a))
	}
	return p
}

const (
	beginning = `{"author_id":301,"created_at":"2026-11-20T09:00:00Z","events":[
	 {"id":1,"type":"Comment","author_id":301,"body":"Since this morning no report arrives.","public":true},
	 {"id":2,"type":"Create","field_name":"status","value":"new"},{"id":3,"type":"Create","field_name":"priority","value":"high"},
	 {"id":4,"type":"Create","field_name":"assignee_id","value":null}]}`
	taken = `{"author_id":401,"created_at":"2026-11-20T10:00:00Z","events":[
	 {"id":5,"type":"Change","field_name":"assignee_id","value":"401","previous_value":null},
	 {"id":6,"type":"Change","field_name":"status","value":"open","previous_value":"new"},
	 {"id":7,"type":"Change","field_name":"custom_status_id","value":"3001","previous_value":"3000"},
	 {"id":8001,"type":"Comment","author_id":401,"body":"Which of them?","public":false},{"id":9,"type":"Notification"}]}`
	urged = `{"author_id":501,"created_at":"2026-11-20T11:00:00Z","events":[
	 {"id":10,"type":"Change","field_name":"tags","value":["beta","escalation_requested","affected_12"],"previous_value":["beta"]},
	 {"id":11,"type":"Change","field_name":"priority","value":"urgent","previous_value":"high"},
	 {"id":12,"type":"Change","field_name":"61","value":"350","previous_value":null},
	 {"id":13,"type":"Change","field_name":"99","value":"x","previous_value":null}]}`
)

func TestAPulledTicketTellsItsPastByWhoDidItAndWhen(t *testing.T) {
	got, err := pulled(beginning, taken, urged).Said(account)
	ten, eleven := nine.Add(time.Hour), nine.Add(2*time.Hour)
	want := []receive.TicketEvent{
		known,
		said("status/42/2026-11-20T09:00:00Z", nine, receive.StatusChanged{Status: receive.New}),
		said("assigned/42/2026-11-20T10:00:00Z", ten, receive.Assigned{Agent: "401"}),
		said("comment/8001", ten, receive.Note{AuthorKind: receive.Agent, Author: "401", Text: "Which of them?"}),
		said("status/42/2026-11-20T10:00:00Z", ten, receive.StatusChanged{Status: receive.InProgress}),
		said("change/10", eleven, receive.Facts{AffectedUsers: number(12), SetBy: receive.CSM}),
		said("flagged/42", eleven, receive.Flagged{CSM: "501"}),
		said("change/11", eleven, receive.Facts{Severity: receive.SiteUnusable, SetBy: receive.CSM}),
		said("change/12", eleven, receive.Facts{AffectedUsers: number(350), SetBy: receive.CSM}),
	}
	if err != nil || len(got.Ignored) > 0 || !reflect.DeepEqual(got.Tickets, want) {
		t.Errorf("err %v, ignored %q\ngot  %+v\nwant %+v", err, got.Ignored, got.Tickets, want)
	}
}

func TestAPulledTicketsAuthorsAreThoseWhoDidSomething(t *testing.T) {
	got := pulled(beginning, taken, urged, `{"author_id":-1,"created_at":"2026-11-20T11:00:00Z","events":[]}`).Authors()
	if want := []string{"301", "401", "501"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// What a webhook tells of a ticket has the ids that the API's ticket gives.
func TestWhatIsPulledAndWhatIsDeliveredHaveTheSameIds(t *testing.T) {
	ids := map[string]bool{}
	said, err := pulled(beginning, taken).Said(account)
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range said.Tickets {
		ids[ev.ID] = true
	}
	event, _, err := parse(account, body("ticket.comment_added", `{"comment":{"id":"8001","body":"Which of them?","is_public":false,"author":{"id":"401","is_staff":true}}}`))
	if err != nil {
		t.Fatal(err)
	}
	trigger, _, err := parse(account, []byte(strings.Replace(triggered, `"priority":"urgent","tags":"beta affected_30",`, "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range append(event, trigger...) {
		at := strings.Replace(ev.ID, "T10:00:00.5Z", "T10:00:00Z", 1)
		if !ids[at] {
			t.Errorf("%s is none of %v", ev.ID, ids)
		}
	}
}

func TestAPulledTicketThatIsNoneIsAnError(t *testing.T) {
	whole := pulled(beginning)
	for name, p := range map[string]Pulled{
		"no object":   {Ticket: json.RawMessage(`[]`)},
		"no id":       {Ticket: json.RawMessage(`{"updated_at":"2026-11-20T12:00:00Z"}`)},
		"no time":     {Ticket: json.RawMessage(`{"id":1}`)},
		"no audit":    {Ticket: whole.Ticket, Staff: whole.Staff, Audits: []json.RawMessage{[]byte(`[]`)}},
		"audit of no": {Ticket: whole.Ticket, Staff: whole.Staff, Audits: []json.RawMessage{[]byte(`{"author_id":1}`)}},
	} {
		if _, err := p.Said(account); !errors.Is(err, webhook.ErrBody) {
			t.Errorf("%s: %v; want webhook.ErrBody", name, err)
		}
	}
	nobodys := pulled()
	nobodys.Ticket = json.RawMessage(strings.Replace(string(nobodys.Ticket), "77", "null", 1))
	if got, err := nobodys.Said(account); err != nil || len(got.Tickets) > 0 || len(got.Ignored) != 1 {
		t.Errorf("%+v, %v; want one that is left out", got, err)
	}
}
