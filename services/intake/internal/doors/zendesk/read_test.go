package zendesk

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

var account = webhook.Account{Desk: desk.Account{
	Tenants:  map[string]string{"77": "acme"},
	CSMs:     []string{"501"},
	OwnUsers: []string{"900"},
	Statuses: map[string]receive.Status{"3001": receive.InProgress},
	Fields:   map[string]string{"61": "affected_users", "62": "environment", "63": "severity"},
}}

// parse reads a body of the account.
func parse(a webhook.Account, body []byte) ([]receive.TicketEvent, []string, error) {
	said, err := Door().Read(webhook.Delivery{Body: body, Received: doortest.Received}, a)
	return said.Tickets, said.Ignored, err
}

// body is an event about ticket 42, open since nine, asked for by 301, of
// organization 77, by actor 401, an agent, an hour later.
func body(kind, event string, change ...string) []byte {
	b := `{"account_id":5,"id":"e-1","subject":"zen:ticket:42","time":"2026-11-20T10:00:00.5Z","type":"zen:event-type:` + kind + `",
	 "zendesk_event_version":"2022-11-06","event":` + event + `,
	 "detail":{"id":"42","actor_id":"401","assignee_id":"401","created_at":"2026-11-20T09:00:00Z","custom_status":"3000",
	  "description":"Since this morning no report arrives.","organization_id":"77","priority":"HIGH","requester_id":"301",
	  "status":"OPEN","subject":"Reports stay away","tags":["affected_240","beta","component_reports"],"updated_at":"2026-11-20T10:00:00Z"}}`
	return []byte(strings.NewReplacer(change...).Replace(b))
}

var (
	nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	ten  = nine.Add(time.Hour + 500*time.Millisecond)
)

func said(id string, at time.Time, s receive.Said) receive.TicketEvent {
	return receive.TicketEvent{ID: id, Source: "zendesk", Tenant: "acme", Ticket: "42", OccurredAt: at, Said: s}
}

func number(n uint32) *uint32 { return &n }

var opening = receive.Opened{
	Subject: "Reports stay away", Body: "Since this morning no report arrives.", Requester: "301", Severity: receive.High,
	Environment: receive.Beta, AffectedUsers: number(240), Components: []string{"reports"},
}

const commented = `{"comment":{"id":"8001","body":"It is %s","is_public":true,"author":{"id":"AUTHOR","is_staff":STAFF,"name":"N"}}}`

var known = said("known/42", nine, opening)

var told = []struct {
	name, kind, event string
	change            []string // of the body
	want              []receive.TicketEvent
	ignored           string
}{
	{"a ticket is created", "ticket.created", `{}`, nil, []receive.TicketEvent{said("opened/42", nine, opening)}, ""},
	{"a customer writes", "ticket.comment_added", commented, []string{"AUTHOR", "301", "STAFF", "false"}, []receive.TicketEvent{
		said("comment/8001", ten, receive.Note{AuthorKind: receive.Customer, Author: "301", Text: "It is %s", Public: true}), known,
	}, ""},
	{"an agent writes", "ticket.comment_added", commented, []string{"AUTHOR", "401", "STAFF", "true", `"is_public":true`, `"is_public":false`}, []receive.TicketEvent{
		said("comment/8001", ten, receive.Note{AuthorKind: receive.Agent, Author: "401", Text: "It is %s"}), known,
	}, ""},
	{"a CSM writes", "ticket.comment_added", commented, []string{"AUTHOR", "501", "STAFF", "true"}, []receive.TicketEvent{
		said("comment/8001", ten, receive.Note{AuthorKind: receive.CSM, Author: "501", Text: "It is %s", Public: true}), known,
	}, ""},
	{"we write", "ticket.comment_added", commented, []string{"AUTHOR", "900", "STAFF", "true"}, []receive.TicketEvent{
		said("comment/8001", ten, receive.Note{AuthorKind: receive.System, Author: "900", Text: "It is %s", Public: true}), known,
	}, ""},
	{
		"the first comment is the opening", "ticket.comment_added", commented,
		[]string{"It is %s", "Since this morning no report arrives.", "T10:00:00.5Z", "T09:00:01Z", "STAFF", "false"},
		[]receive.TicketEvent{known},
		"its first comment",
	},
	{"it waits for the customer", "ticket.status_changed", `{"current":"PENDING","previous":"OPEN"}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.StatusChanged{Status: receive.AwaitingCustomer}), known,
	}, ""},
	{
		"it is solved and so not stated anew", "ticket.status_changed", `{"current":"SOLVED","previous":"OPEN"}`,
		[]string{`"OPEN","subject"`, `"SOLVED","subject"`},
		[]receive.TicketEvent{said("e-1", ten, receive.StatusChanged{Status: receive.Resolved})},
		"",
	},
	{"a mapped custom status counts", "ticket.custom_status_changed", `{"current":"3001","previous":"3000"}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.StatusChanged{Status: receive.InProgress}), known,
	}, ""},
	{"and before Zendesk's own", "ticket.status_changed", `{"current":"OPEN","previous":"NEW"}`, []string{`"3000"`, `"3001"`}, []receive.TicketEvent{
		said("e-1", ten, receive.StatusChanged{Status: receive.InProgress}), known,
	}, ""},
	{"another custom status is left out", "ticket.custom_status_changed", `{"current":"3009"}`, nil, []receive.TicketEvent{known}, "not mapped"},
	{"an agent sets the priority", "ticket.priority_changed", `{"current":"URGENT","previous":"HIGH"}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.Facts{Severity: receive.SiteUnusable, SetBy: receive.Agent}), known,
	}, ""},
	{"the customer sets it", "ticket.priority_changed", `{"current":"LOW"}`, []string{`"actor_id":"401"`, `"actor_id":301`}, []receive.TicketEvent{
		said("e-1", ten, receive.Facts{Severity: receive.Low, SetBy: receive.Customer}), known,
	}, ""},
	{"a rule of Zendesk sets it", "ticket.priority_changed", `{"current":"LOW"}`, []string{`"actor_id":"401"`, `"actor_id":"-1"`}, []receive.TicketEvent{
		said("e-1", ten, receive.Facts{Severity: receive.Low, SetBy: receive.System}), known,
	}, ""},
	{"the priority is taken away", "ticket.priority_changed", `{"current":null,"previous":"LOW"}`, nil, []receive.TicketEvent{known}, "sets no fact"},
	{"it is assigned", "ticket.agent_assignment_changed", `{"current":402,"previous":null}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.Assigned{Agent: "402"}), known,
	}, ""},
	{"it is assigned to nobody", "ticket.agent_assignment_changed", `{"current":null,"previous":"402"}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.Assigned{}), known,
	}, ""},
	{"tags say facts", "ticket.tags_changed", `{"tags_added":["env_production","affected_users_12"],"tags_removed":[]}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.Facts{Environment: receive.Production, AffectedUsers: number(12), SetBy: receive.Agent}), known,
	}, ""},
	{"a tag asks", "ticket.tags_changed", `{"tags_added":["escalation_requested"]}`, nil, []receive.TicketEvent{
		said("e-1/requested", ten, receive.EscalationRequested{}), known,
	}, ""},
	{"a CSM's tag is a flag", "ticket.tags_changed", `{"tags_added":["escalation_requested","beta"]}`, []string{`"actor_id":"401"`, `"actor_id":"501"`}, []receive.TicketEvent{
		said("e-1", ten, receive.Facts{Environment: receive.Beta, SetBy: receive.CSM}), said("e-1/flagged", ten, receive.Flagged{CSM: "501"}), known,
	}, ""},
	{"a field says how many", "ticket.custom_field_changed", `{"current":{"value":"350"},"custom_field":{"id":61,"type":"integer"}}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.Facts{AffectedUsers: number(350), SetBy: receive.Agent}), known,
	}, ""},
	{"a field says where", "ticket.custom_field_changed", `{"current":"Production","custom_field":{"id":"62"}}`, nil, []receive.TicketEvent{
		said("e-1", ten, receive.Facts{Environment: receive.Production, SetBy: receive.Agent}), known,
	}, ""},
	{"a field that nobody named", "ticket.custom_field_changed", `{"current":"x","custom_field":{"id":"99"}}`, nil, []receive.TicketEvent{known}, "sets no fact"},
	{
		"it is merged away", "ticket.merged", `{"target_ticket_id":"43"}`,
		[]string{`"OPEN","subject"`, `"CLOSED","subject"`},
		[]receive.TicketEvent{said("e-1", ten, receive.StatusChanged{Status: receive.Closed})},
		"",
	},
	{"it comes back", "ticket.undeleted", `{}`, nil, []receive.TicketEvent{said("e-1", ten, receive.StatusChanged{Status: receive.Open}), known}, ""},
	{"it gets a due date", "ticket.task_due_at_changed", `{}`, nil, []receive.TicketEvent{known}, "bears on no escalation"},
	{"a user is deleted", "user.deleted", `{}`, nil, nil, "is not about a ticket"},
	{"nobody's ticket", "ticket.created", `{}`, []string{`"organization_id":"77"`, `"organization_id":null`}, nil, "no organization"},
}

func TestEachEventBecomesWhatItSays(t *testing.T) {
	for _, tt := range told {
		t.Run(tt.name, func(t *testing.T) {
			got, ignored, err := parse(account, body(tt.kind, tt.event, tt.change...))
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("err %v\ngot  %+v\nwant %+v", err, got, tt.want)
			}
			if all := strings.Join(ignored, "; "); (tt.ignored == "") != (all == "") || !strings.Contains(all, tt.ignored) {
				t.Errorf("ignored %q; want %q", all, tt.ignored)
			}
		})
	}
}

func TestAnUnknownOrganizationIsATenantOfItsOwn(t *testing.T) {
	got, _, err := parse(webhook.Account{Source: "desk-eu"}, body("ticket.created", `{}`))
	if err != nil || got[0].Tenant != "desk-eu-77" || got[0].Source != "desk-eu" {
		t.Errorf("%+v, %v", got, err)
	}
	got, _, err = parse(webhook.Account{Desk: desk.Account{DefaultTenant: "walk-ins"}}, body("ticket.created", `{}`, `"organization_id":"77"`, `"organization_id":0`))
	if err != nil || got[0].Tenant != "walk-ins" {
		t.Errorf("%+v, %v", got, err)
	}
}

const triggered = `{"tocsin":1,"ticket":{"id":42,"subject":"Reports stay away","description":"No report arrives.","status":"Pending",
 "priority":"urgent","tags":"beta affected_30","organization_id":77,"requester_id":301,
 "created_at":"2026-11-20T09:00Z","updated_at":"2026-11-20T10:00:00Z"},
 "comment":{"id":8001,"body":"Which of them?","author_id":401,"author_role":"Agent","is_public":"true"},"actor_id":401}`

func TestTheTriggersTemplateSaysTheTicketAsItIs(t *testing.T) {
	got, ignored, err := parse(account, []byte(triggered))
	at := nine.Add(time.Hour)
	facts := receive.Facts{Severity: receive.SiteUnusable, Environment: receive.Beta, AffectedUsers: number(30)}
	want := []receive.TicketEvent{
		said("comment/8001", at, receive.Note{AuthorKind: receive.Agent, Author: "401", Text: "Which of them?", Public: true}),
		said("status/42/2026-11-20T10:00:00Z", at, receive.StatusChanged{Status: receive.AwaitingCustomer}),
		said("facts/42/2026-11-20T10:00:00Z", at, facts),
		said("known/42", nine, receive.Opened{
			Subject: "Reports stay away", Body: "No report arrives.", Requester: "301",
			Severity: receive.SiteUnusable, Environment: receive.Beta, AffectedUsers: number(30),
		}),
	}
	if err != nil || len(ignored) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("err %v, ignored %v\ngot  %+v\nwant %+v", err, ignored, got, want)
	}
}

func TestACommentWithoutAnIdIsKnownByWhatItSays(t *testing.T) {
	first, _, err := parse(account, []byte(strings.Replace(triggered, `"id":8001,`, "", 1)))
	later, _, err2 := parse(account, []byte(strings.NewReplacer(`"id":8001,`, "", "T10:00:00Z", "T11:00:00Z").Replace(triggered)))
	if err != nil || err2 != nil || first[0].ID != later[0].ID || !strings.HasPrefix(first[0].ID, "comment/~") {
		t.Errorf("%+v, %+v, %v, %v", first, later, err, err2)
	}
}

func TestACustomersCommentIsNotTheAgentsWorkSaidAgain(t *testing.T) {
	body := strings.NewReplacer(`"actor_id":401`, `"actor_id":301`, `"Pending"`, `"Open","custom_status":3001`).Replace(triggered)
	got, _, err := parse(account, []byte(body))
	if err != nil || got[1].Said != (receive.StatusChanged{Status: receive.Open}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	for _, b := range []string{
		"", "[]", `"x"`, `{}`, `{"tocsin":2}`, `{"tocsin":1}`, `{"tocsin":1,"ticket":{"id":1}}`,
		`{"type":"zen:event-type:ticket.created"}`,
		string(body("ticket.created", `{}`, `"id":"e-1"`, `"id":null`)),
		string(body("ticket.created", `{}`, `T10:00:00.5Z`, `, noon`)),
	} {
		if _, _, err := parse(account, []byte(b)); !errors.Is(err, webhook.ErrBody) {
			t.Errorf("%.60s: %v; want webhook.ErrBody", b, err)
		}
	}
}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), account) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), account) }

func TestRealDeliveries(t *testing.T) {
	doortest.Payloads(t, "zendesk", Door(), webhook.Account{})
	doortest.Payloads(t, "zendesk_webhook_capture", Door(), webhook.Account{})
	got, _, err := parse(webhook.Account{}, doortest.Payload(t, "zendesk/dust__ticket_priority_changed.transcribed.json"))
	if err != nil || len(got) != 2 || got[0].Said != (receive.Facts{Severity: receive.SiteUnusable, SetBy: receive.Customer}) {
		t.Errorf("a priority change is read as %+v, %v", got, err)
	}
}
