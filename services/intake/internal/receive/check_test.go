package receive

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestATicketEventIsRefusedFieldByField(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*TicketEvent)
		field string
	}{
		{"sound", func(*TicketEvent) {}, ""},
		{"no id", func(e *TicketEvent) { e.ID = "" }, "id"},
		{"long id", func(e *TicketEvent) { e.ID = strings.Repeat("i", 513) }, "id"},
		{"longest id", func(e *TicketEvent) { e.ID = strings.Repeat("i", 512) }, ""},
		{"no source", func(e *TicketEvent) { e.Source = "" }, "source"},
		{"id with a line end", func(e *TicketEvent) { e.ID = "a\nb" }, "id"},
		{"tenant with a space", func(e *TicketEvent) { e.Tenant = "acme " }, "tenant"},
		{"no tenant", func(e *TicketEvent) { e.Tenant = "" }, "tenant"},
		{"tenant platform", func(e *TicketEvent) { e.Tenant = "platform" }, "tenant"},
		{"tenant _", func(e *TicketEvent) { e.Tenant = "_" }, "tenant"},
		{"tenant not UTF-8", func(e *TicketEvent) { e.Tenant = "a\xff" }, "tenant"},
		{"tenant with a space of no width", func(e *TicketEvent) { e.Tenant = "ac\u200bme" }, "tenant"},
		{"tenant that is turned round", func(e *TicketEvent) { e.Tenant = "\u202eemca" }, "tenant"},
		{"ticket with a mark of direction", func(e *TicketEvent) { e.Ticket = "T-1\u200f" }, "ticket"},
		{"source with a byte order mark", func(e *TicketEvent) { e.Source = "\ufeffdesk" }, "source"},
		{"id with a line separator", func(e *TicketEvent) { e.ID = "a\u2028b" }, "id"},
		{"somebody's name with a joiner", func(e *TicketEvent) { e.Said = Opened{Requester: "نیم\u200cفاصله"} }, ""},
		{"no ticket", func(e *TicketEvent) { e.Ticket = "" }, "ticket"},
		{"no time", func(e *TicketEvent) { e.OccurredAt = time.Time{} }, "occurred_at"},
		{"before 2000", func(e *TicketEvent) { e.OccurredAt = earliest.Add(-1) }, "occurred_at"},
		{"in 2000", func(e *TicketEvent) { e.OccurredAt = earliest }, ""},
		{"5 min ahead", func(e *TicketEvent) { e.OccurredAt = nine.Add(5 * time.Minute) }, ""},
		{"more than 5 min ahead", func(e *TicketEvent) { e.OccurredAt = nine.Add(5*time.Minute + 1) }, "occurred_at"},
		{"nothing said", func(e *TicketEvent) { e.Said = nil }, "event"},
		{"nobody's note", func(e *TicketEvent) { e.Said = Note{Text: "x"} }, "note.author_kind"},
		{"long text", func(e *TicketEvent) { e.Said = Note{AuthorKind: Agent, Text: strings.Repeat("x", 512<<10+1)} }, "note.text"},
		{"no status", func(e *TicketEvent) { e.Said = StatusChanged{} }, "status.status"},
		{"unknown status", func(e *TicketEvent) { e.Said = StatusChanged{Status: "DONE"} }, "status.status"},
		{"unknown severity", func(e *TicketEvent) { e.Said = Opened{Severity: "BAD"} }, "opened.severity"},
		{"unknown environment", func(e *TicketEvent) { e.Said = Opened{Environment: "LAB"} }, "opened.environment"},
		{"empty component", func(e *TicketEvent) { e.Said = Opened{Components: []string{"sso", ""}} }, "opened.components[1]"},
		{"65 components", func(e *TicketEvent) { e.Said = Opened{Components: make([]string, 65)} }, "opened.components"},
		{"facts without one", func(e *TicketEvent) { e.Said = Facts{SetBy: Agent} }, "facts"},
		{"unknown setter", func(e *TicketEvent) { e.Said = Facts{Severity: Low, SetBy: "BOSS"} }, "facts.set_by"},
		{"nobody any more", func(e *TicketEvent) { e.Said = Assigned{} }, ""},
		{"flag without reason", func(e *TicketEvent) { e.Said = Flagged{} }, ""},
		{"long reason", func(e *TicketEvent) { e.Said = EscalationRequested{Reason: strings.Repeat("x", MaxText+1)} }, "escalation_requested.reason"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ev := event("1", 0, Note{AuthorKind: Customer, Text: "x"})
			tt.spoil(&ev)
			want(t, CheckTicketEvent(ev, nine), tt.field)
		})
	}
}

func TestASignalIsRefusedFieldByField(t *testing.T) {
	zero := number(0)
	for _, tt := range []struct {
		name  string
		kind  Kind
		field string
	}{
		{"attempt", AuthAttempt{User: "u", Method: "SSO", Outcome: "FAILURE", Failure: "TIMEOUT"}, ""},
		{"attempt of nobody", AuthAttempt{Method: "SSO", Outcome: "SUCCESS"}, "auth_attempt.user"},
		{"successful failure", AuthAttempt{User: "u", Method: "API", Outcome: "SUCCESS", Failure: "ERROR"}, "auth_attempt.failure"},
		{"report", ReportRun{Run: "r", State: "FAILED", Stage: "PROCESS"}, ""},
		{"report due in 1970", ReportRun{Run: "r", State: "SCHEDULED", DueAt: time.Unix(0, 0)}, "report_run.due_at"},
		{"upload", FileUpload{Upload: "u", Outcome: "FAILED", Failure: "STORAGE"}, ""},
		{"upload of unknown fate", FileUpload{Upload: "u"}, "file_upload.outcome"},
		{"accepted failure", FileUpload{Upload: "u", Outcome: "ACCEPTED", Failure: "STORAGE"}, "file_upload.failure"},
		{"session", FTPSession{Session: "s", Outcome: "DENIED"}, ""},
		{"denied for what is not known", FTPSession{Session: "s", Outcome: "DENIED", Failure: "MOOD"}, "ftp_session.failure"},
		{"probe", Probe{Component: "site", Prober: "p", Status: Down}, ""},
		{"probe of nothing", Probe{Prober: "p", Status: Down}, "probe.component"},
		{"slower than numbers", Probe{Component: "site", Prober: "p", Status: Up, LatencyMS: math.NaN()}, "probe.latency_ms"},
		{"sync of none", IntegrationSync{Provider: "p", Kind: "CONTENT", Present: zero}, ""},
		{"sync of nobody knows", IntegrationSync{Provider: "p", Kind: "CONTENT"}, "integration_sync.present"},
		{"audit", ProfileAudit{Audit: "a", DiscrepantCount: zero}, ""},
		{"audit of nothing", ProfileAudit{Audit: "a"}, "profile_audit"},
		{"audit of nobody", ProfileAudit{Audit: "a", DiscrepantUsers: []string{"u", ""}}, "profile_audit.discrepant_users[1]"},
		{"finding", SecurityFinding{Finding: "f", Severity: "HIGH", Status: "SUSPECTED"}, ""},
		{"finding of no severity", SecurityFinding{Finding: "f", Status: "SUSPECTED"}, "security_finding.severity"},
		{"launch ahead", Launch{Program: "p", StartsAt: nine.AddDate(0, 1, 0)}, ""},
		{"launch of no day", Launch{Program: "p"}, "launch.starts_at"},
		{"nothing", nil, "kind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want(t, CheckSignal(Signal{ID: "1", Source: "mon", OccurredAt: nine, Kind: tt.kind}, nine), tt.field)
		})
	}
	s := Signal{ID: "1", Source: "mon", Tenant: "platform", OccurredAt: nine, Kind: Probe{Component: "site", Prober: "p", Status: Up}}
	want(t, CheckSignal(s, nine), "tenant")
}

func TestAllProblemsAreNamedAtOnce(t *testing.T) {
	got := CheckTicketEvent(TicketEvent{Said: Note{}}, nine)
	var fields []string
	for _, p := range got {
		fields = append(fields, p.Field)
	}
	if !slices.Equal(fields, []string{"id", "source", "tenant", "ticket", "occurred_at", "note.author_kind"}) {
		t.Errorf("named %v", got)
	}
}

func want(t *testing.T, problems []Problem, field string) {
	t.Helper()
	if field == "" {
		if len(problems) > 0 {
			t.Errorf("refused: %v", problems)
		}
		return
	}
	if len(problems) != 1 || problems[0].Field != field || problems[0].Reason == "" {
		t.Errorf("problems %v; want one, of %s", problems, field)
	}
}

func BenchmarkCheckSignal(b *testing.B) {
	b.ReportAllocs()
	s := Signal{ID: "a1", Source: "okta", Tenant: "acme", OccurredAt: nine, Kind: AuthAttempt{User: "u", Method: "SSO", Outcome: "FAILURE"}}
	for b.Loop() {
		if CheckSignal(s, nine) != nil {
			b.Fatal("refused")
		}
	}
}

func BenchmarkFoldIntoAFullTicket(b *testing.B) {
	var ticket Ticket
	for i := range 512 {
		_, _ = Fold(&ticket, event(time.Duration(i).String(), i, Note{AuthorKind: Agent, Text: strings.Repeat("x", 1000)}))
	}
	b.ReportAllocs()
	i := 512
	for b.Loop() {
		_, _ = Fold(&ticket, event(time.Duration(i).String(), i, Note{AuthorKind: Agent, Text: "x"}))
		i++
	}
}
