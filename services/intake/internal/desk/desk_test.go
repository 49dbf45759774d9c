package desk_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
)

var (
	nine  = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	ten   = nine.Add(time.Hour)
	words = desk.Words{
		Statuses:   map[string]receive.Status{"open": receive.Open, "work": receive.InProgress, "done": receive.Resolved},
		Severities: map[string]receive.Severity{"urgent": receive.SiteUnusable, "low": receive.Low},
	}
)

// told are the events and the reasons of a telling.
func told(t *testing.T, a desk.Account, ticket desk.Ticket, tell func(*desk.Telling)) ([]receive.TicketEvent, []string) {
	t.Helper()
	r, why := a.Tell("vendor", words, ticket)
	if r == nil {
		return nil, []string{why}
	}
	tell(r)
	return r.Events()
}

func TestATicketBelongsToTheFirstThatIsKnown(t *testing.T) {
	account := desk.Account{Tenants: map[string]string{"77": "acme", "Nordwind AG": "nordwind", "OPS": "ops"}, DefaultTenant: "walk-ins"}
	fielded := account
	fielded.Fields = map[string]string{"custom_1": "organization"}
	mapped := account
	mapped.Map = func(native map[string]any) (desk.Mapped, error) {
		switch native["ask"] {
		case "tenant":
			return desk.Mapped{Tenant: "mapped"}, nil
		case "ignore":
			return desk.Mapped{Ignore: "is a test"}, nil
		case "fail":
			return desk.Mapped{}, errors.New("tenant: no such key")
		}
		return desk.Mapped{}, nil
	}
	for _, tt := range []struct {
		name    string
		account desk.Account
		ticket  desk.Ticket
		want    string // tenant, or after "!" what the reason says
	}{
		{"its organization's tenant", account, desk.Ticket{Organization: "77", Group: "OPS"}, "acme"},
		{"by the organization's name", account, desk.Ticket{Organization: "78", OrganizationName: "Nordwind AG"}, "nordwind"},
		{"an organization that nobody named", account, desk.Ticket{Organization: "78", OrganizationName: "Other", Group: "OPS"}, "vendor-78"},
		{"one that has a name alone", account, desk.Ticket{OrganizationName: "Other"}, "vendor-Other"},
		{"its group's", account, desk.Ticket{Group: "OPS"}, "ops"},
		{"a group that nobody named", account, desk.Ticket{Group: "DEV"}, "walk-ins"},
		{"no organization", account, desk.Ticket{Organization: "0"}, "walk-ins"},
		{"nothing at all", desk.Account{}, desk.Ticket{}, "!has no organization; give it one, or set a default tenant"},
		{"a group without tenant", desk.Account{}, desk.Ticket{Group: "DEV"}, `!give "DEV" a tenant`},
		{"what is not said", account, desk.Ticket{Partial: true}, "!does not say its organization"},
		{"what is not said, of a group", account, desk.Ticket{Partial: true, Group: "DEV"}, `!give "DEV" a tenant`},
		{"of a group that is named", account, desk.Ticket{Partial: true, Group: "OPS"}, "ops"},
		{"a field says it", fielded, desk.Ticket{Organization: "78", Fields: map[string]string{"custom_1": "77"}}, "acme"},
		{"a field says what the vendor says", fielded, desk.Ticket{Organization: "78", OrganizationName: "Nordwind AG", Fields: map[string]string{"custom_1": "78"}}, "nordwind"},
		{"a field is empty", fielded, desk.Ticket{Organization: "77", Fields: map[string]string{"custom_1": " "}}, "acme"},
		{"the mapping goes first", mapped, desk.Ticket{Organization: "77", Native: map[string]any{"ask": "tenant"}}, "mapped"},
		{"the mapping leaves it", mapped, desk.Ticket{Organization: "77"}, "acme"},
		{"the mapping leaves it out", mapped, desk.Ticket{Organization: "77", Native: map[string]any{"ask": "ignore"}}, "!ticket 7: is a test"},
		{"the mapping fails", mapped, desk.Ticket{Organization: "77", Native: map[string]any{"ask": "fail"}}, "!no such key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.ticket.ID = "7"
			r, why := tt.account.Tell("vendor", words, tt.ticket)
			reason, refused := strings.CutPrefix(tt.want, "!")
			switch {
			case refused && (r != nil || !strings.Contains(why, reason)):
				t.Errorf("%v, %q; want %q", r, why, reason)
			case !refused && (r == nil || r.Tenant() != tt.want):
				t.Errorf("%+v, %q; want %q", r, why, tt.want)
			}
		})
	}
}

func TestWhoActedIsWhatTheHouseSaysFirst(t *testing.T) {
	account := desk.Account{DefaultTenant: "acme", CSMs: []string{"csm"}, OwnUsers: []string{"we"}}
	for _, tt := range []struct {
		actor string
		kind  receive.AuthorKind
		want  receive.AuthorKind
	}{
		{"we", receive.Agent, receive.System},
		{"csm", receive.Agent, receive.CSM},
		{"anna", receive.Customer, receive.Customer},
		{"req", "", receive.Customer},
		{"req", receive.Agent, receive.Agent},
		{"anna", "", receive.Agent},
		{"", receive.Agent, receive.System},
	} {
		ticket := desk.Ticket{ID: "7", Requester: "req", Actor: tt.actor, ActorKind: tt.kind}
		got, _ := told(t, account, ticket, func(r *desk.Telling) { r.Priority("p", ten, "low") })
		if len(got) != 1 || got[0].Said.(receive.Facts).SetBy != tt.want {
			t.Errorf("%+v; want %s by %+v", got, tt.want, tt)
		}
	}
	for _, tt := range []struct {
		comment desk.Comment
		want    receive.AuthorKind
	}{
		{desk.Comment{Author: "we", Staff: true}, receive.System},
		{desk.Comment{Author: "csm", Staff: true}, receive.CSM},
		{desk.Comment{Author: "anna", Staff: true}, receive.Agent},
		{desk.Comment{Author: "anna", Staff: true, Machine: true}, receive.System},
		{desk.Comment{Author: "req"}, receive.Customer},
		{desk.Comment{}, receive.Customer},
	} {
		tt.comment.ID, tt.comment.At = "c", ten
		got, _ := told(t, account, desk.Ticket{ID: "7"}, func(r *desk.Telling) { r.Note(tt.comment) })
		if len(got) != 1 || got[0].Said.(receive.Note).AuthorKind != tt.want {
			t.Errorf("%+v; want %s by %+v", got, tt.want, tt.comment)
		}
	}
}

func TestAFieldAsksForAnEscalation(t *testing.T) {
	account := desk.Account{
		DefaultTenant: "acme", CSMs: []string{"csm"},
		Fields: map[string]string{"Escalate": "escalation", "CSM flag": "csm_flag", "CSM": "csm"},
	}
	for _, tt := range []struct {
		name, actor, field, value string
		want                      receive.Said
		ignored                   string
	}{
		{"with a reason", "anna", "Escalate", " Launch on Monday ", receive.EscalationRequested{Reason: "Launch on Monday"}, ""},
		{"with a mere yes", "anna", "Escalate", "Yes", receive.EscalationRequested{}, ""},
		{"a CSM's is a flag", "csm", "Escalate", "true", receive.Flagged{CSM: "csm"}, ""},
		{"the flag's own field", "anna", "CSM flag", "Renewal", receive.Flagged{CSM: "carla", Reason: "Renewal"}, ""},
		{"set by a CSM", "csm", "CSM flag", "ja", receive.Flagged{CSM: "csm"}, ""},
		{"taken back", "anna", "Escalate", "No", nil, "was taken back"},
		{"taken back", "csm", "CSM flag", "", nil, "was taken back"},
		{"another field", "anna", "Colour", "red", nil, "sets no fact"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ticket := desk.Ticket{ID: "7", Actor: tt.actor, Fields: map[string]string{"CSM": "carla"}}
			got, ignored := told(t, account, ticket, func(r *desk.Telling) { r.Field("e", ten, tt.field, tt.value) })
			if tt.want == nil && (len(got) > 0 || len(ignored) != 1 || !strings.Contains(ignored[0], tt.ignored)) ||
				tt.want != nil && (len(got) != 1 || got[0].Said != tt.want) {
				t.Errorf("%+v, %q; want %+v, %q", got, ignored, tt.want, tt.ignored)
			}
		})
	}
	standing := desk.Ticket{ID: "7", Status: []string{"open"}, Fields: map[string]string{"Escalate": "1", "CSM flag": "no"}}
	got, _ := told(t, account, standing, func(r *desk.Telling) { r.Standing("u", ten) })
	if len(got) != 2 || got[1].ID != "requested/7" || got[1].Said != (receive.EscalationRequested{}) {
		t.Errorf("a standing ticket that asks: %+v", got)
	}
	standing.Fields["CSM flag"], standing.CreatedAt = "Renewal", nine
	got, _ = told(t, account, standing, func(r *desk.Telling) { r.Opened(ten) })
	if len(got) != 3 || got[1].OccurredAt != nine || got[2].Said != (receive.Flagged{Reason: "Renewal"}) {
		t.Errorf("a ticket that is opened asking: %+v", got)
	}
}

func TestWhatTheMappingSaysStandsBeforeFieldsAndTags(t *testing.T) {
	three, forty := uint32(3), uint32(40)
	account := desk.Account{
		DefaultTenant: "acme", Fields: map[string]string{"Where": "environment", "How many": "affected_users", "What": "components", "How bad": "severity"},
	}
	ticket := desk.Ticket{
		ID: "7", CreatedAt: nine, Priority: "low", Tags: []string{"env_beta", "affected_3", "component_sso"}, CSM: "carla",
		Components: []string{"sso", "feeds"}, Fields: map[string]string{"Where": "Production", "What": "plans, sso", "How bad": "high"},
	}
	opened := func(r *desk.Telling) { r.Opened(nine) }
	got, _ := told(t, account, ticket, opened)
	want := receive.Opened{CSM: "carla", Severity: receive.High, Environment: receive.Production, AffectedUsers: &three, Components: []string{"sso", "feeds", "plans"}}
	if len(got) != 1 || !reflect.DeepEqual(got[0].Said, want) {
		t.Errorf("%+v; want %+v", got, want)
	}
	account.Map = func(map[string]any) (desk.Mapped, error) {
		return desk.Mapped{CSM: "cora", Severity: receive.Normal, Environment: receive.Beta, AffectedUsers: &forty, Components: []string{"pathways"}}, nil
	}
	got, _ = told(t, account, ticket, opened)
	want = receive.Opened{CSM: "cora", Severity: receive.Normal, Environment: receive.Beta, AffectedUsers: &forty, Components: []string{"pathways"}}
	if len(got) != 1 || !reflect.DeepEqual(got[0].Said, want) {
		t.Errorf("%+v; want %+v", got, want)
	}
}

func TestWhoHasTheTicketIsToldOnceUnlessAnAgentSaysSo(t *testing.T) {
	account := desk.Account{DefaultTenant: "acme"}
	for kind, want := range map[receive.AuthorKind]string{receive.Agent: "assigned/u", receive.Customer: "assigned/7/anna"} {
		got, _ := told(t, account, desk.Ticket{ID: "7", Actor: "x", ActorKind: kind}, func(r *desk.Telling) { r.Holds("u", ten, "anna") })
		if len(got) != 1 || got[0].ID != want || got[0].Said != (receive.Assigned{Agent: "anna"}) {
			t.Errorf("by %s: %+v; want %s", kind, got, want)
		}
	}
}

func TestATicketOfWhichNothingIsToldIsNamedWithAReason(t *testing.T) {
	said, why := told(t, desk.Account{DefaultTenant: "acme"}, desk.Ticket{ID: "7"}, func(*desk.Telling) {})
	if len(said) > 0 || len(why) != 1 || !strings.HasPrefix(why[0], "ticket 7: ") {
		t.Errorf("%v, %v", said, why)
	}
	said, why = told(t, desk.Account{DefaultTenant: "acme"}, desk.Ticket{ID: "7"}, func(r *desk.Telling) { r.Assigned("a", nine, "anna") })
	if len(said) != 1 || len(why) > 0 {
		t.Errorf("%v, %v", said, why)
	}
}
