package door_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"google.golang.org/protobuf/types/known/timestamppb"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// problem fails unless the answer is a problem document of RFC 9457 with this status.
func (a answer) problem(t testing.TB, status int) {
	t.Helper()
	if a.status != status || a.Status != status || a.header.Get("Content-Type") != "application/problem+json" ||
		!strings.HasPrefix(a.Type, "urn:tocsin:problem:") || a.Title != http.StatusText(status) || a.Detail == "" {
		t.Errorf("not a problem document of status %d: %+v", status, a)
	}
}

func TestABadSignalIsRefusedByTheNameOfItsField(t *testing.T) {
	h := open(t)
	const head = `"id":"a","source":"okta","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z"`
	good := `"file_upload":{"upload":"u","outcome":"FAILED"}`
	for _, tt := range []struct{ name, body, field string }{
		{"no user", `{` + head + `,"auth_attempt":{"method":"SSO","outcome":"FAILURE"}}`, "auth_attempt.user"},
		{"a wrong word", `{` + head + `,"auth_attempt":{"user":"u","method":"FAX","outcome":"FAILURE"}}`, "method"},
		{"an enum's zero by name", `{` + head + `,"auth_attempt":{"user":"u","method":"METHOD_UNSPECIFIED","outcome":"FAILURE"}}`, "auth_attempt.method"},
		{"an enum's number out of range", `{` + head + `,"auth_attempt":{"user":"u","method":9,"outcome":"FAILURE"}}`, "auth_attempt.method"},
		{"an unknown field", `{` + head + `,` + good + `,"colour":"red"}`, "colour"},
		{"two kinds", `{` + head + `,` + good + `,"launch":{"program":"p","starts_at":"2026-11-20T09:00:00Z"}}`, ""},
		{"no kind", `{` + head + `}`, "kind"},
		{"no time", `{"id":"a","source":"okta",` + good + `}`, "occurred_at"},
		{"a time that is none", `{"id":"a","source":"okta","occurred_at":"yesterday",` + good + `}`, ""},
		{"a time before 2000", `{"id":"a","source":"okta","occurred_at":"1999-12-31T23:59:59Z",` + good + `}`, "occurred_at"},
		{"a time ahead of the clock", `{"id":"a","source":"okta","occurred_at":"2026-11-20T09:36:00Z",` + good + `}`, "occurred_at"},
		{"the tenant of all tenants", strings.ReplaceAll(upload("a"), `"acme"`, `"platform"`), "tenant"},
		{"the other one", strings.ReplaceAll(upload("a"), `"acme"`, `"_"`), "tenant"},
		{"an id with white space around it", upload(" a"), "id"},
		{"a line break in a tenant", strings.ReplaceAll(upload("a"), `"acme"`, `"ac\nme"`), "tenant"},
		{"a very long id", upload(strings.Repeat("x", 513)), "id"},
		{"a due time of no year that is", `{` + head + `,"report_run":{"run":"r","state":"SCHEDULED","due_at":"9999-01-01T00:00:00Z"}}`, "report_run.due_at"},
		{"a launch of no year that is", `{` + head + `,"launch":{"program":"p","starts_at":"0001-01-01T00:00:00Z"}}`, "launch.starts_at"},
		{"a person without a name", `{` + head + `,"profile_audit":{"audit":"x","discrepant_users":["u1",""]}}`, "profile_audit.discrepant_users[1]"},
		{"an empty body", "", ""},
		{"white space", " \n", ""},
		{"null", "null", ""},
		{"a number", "7", ""},
		{"no JSON", "signal!", ""},
		{"half an object", upload("a")[:40], ""},
		{"something after the object", upload("a") + "x", ""},
		{"two objects", upload("a") + upload("b"), ""},
		{"something after the array", "[" + upload("a") + "]]", ""},
		{"no end of the array", "[" + upload("a") + ",", ""},
		{"text that is not UTF-8", strings.ReplaceAll(upload("a"), "acme", "ac\xffme"), ""},
		{"very deep nesting", strings.Repeat("[", 200000), ""},
		{"very deep nesting in a field", `{"id":` + strings.Repeat(`{"a":`, 80000), ""},
		{"very deep nesting in an unknown field", `{"colour":` + strings.Repeat(`{"a":`, 80000), "colour"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := h.post(t, "/v1/signals", jsonType, tt.body)
			got.problem(t, http.StatusBadRequest)
			if len(got.Errors) == 0 || got.Errors[0].Reason == "" || tt.field != "" && !got.names(tt.field) {
				t.Errorf("%q is not named: %+v", tt.field, got.Errors)
			}
		})
	}
	if got := h.signals(t); len(got) > 0 {
		t.Errorf("of what was refused the stream has %v", got)
	}
}

func TestABadTicketEventIsRefusedByTheNameOfItsField(t *testing.T) {
	h := open(t)
	const head = `"id":"1","source":"desk","tenant":"acme","ticket":"T-1","occurred_at":"2026-11-20T09:00:00Z"`
	for _, tt := range []struct{ name, body, field string }{
		{"no ticket", strings.ReplaceAll(note("1", "T-1"), `"ticket":"T-1",`, ""), "ticket"},
		{"no tenant", strings.ReplaceAll(note("1", "T-1"), `"tenant":"acme",`, ""), "tenant"},
		{"nothing said", `{` + head + `}`, "event"},
		{"nobody says it", `{` + head + `,"note":{"text":"x"}}`, "note.author_kind"},
		{"a wrong status", `{` + head + `,"status":{"status":"SLEEPING"}}`, "status"},
		{"facts of nothing", `{` + head + `,"facts":{"set_by":"AGENT"}}`, "facts"},
		{"a negative number of users", `{` + head + `,"facts":{"affected_users":-1}}`, "affected_users"},
		{"an empty component", `{` + head + `,"opened":{"components":["sso",""]}}`, "opened.components[1]"},
		{"a ticket with a tab", note("1", "T\t1"), "ticket"},
		{"a signal", upload("a"), "file_upload"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := h.post(t, "/v1/tickets", jsonType, tt.body)
			got.problem(t, http.StatusBadRequest)
			if !got.names(tt.field) {
				t.Errorf("%q is not named: %+v", tt.field, got.Errors)
			}
		})
	}
	if h.ticket(t, "acme", "T-1") != nil {
		t.Error("what was refused is in the stream")
	}
}

func TestOneBadElementRefusesAllAndIsNamedByItsPlace(t *testing.T) {
	h := open(t)
	nobody := `{"id":"c","source":"okta","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z","auth_attempt":{"method":"SSO","outcome":"FAILURE"}}`
	got := h.post(t, "/v1/signals", jsonType, "["+upload("a")+","+upload(" b")+","+nobody+",7]")
	got.problem(t, http.StatusBadRequest)
	if !got.names("[1].id") || !got.names("[2].auth_attempt.user") || !got.names("[3]") || len(got.Errors) != 3 {
		t.Errorf("errors = %+v", got.Errors)
	}
	b := &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{
		encoded[ingressv1.Signal](t, upload("a")), encoded[ingressv1.Signal](t, upload(" b")),
		{Id: "c", Source: "okta", OccurredAt: timestamppb.New(now), Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{
			Method: ingressv1.AuthAttempt_SSO, Outcome: ingressv1.AuthAttempt_FAILURE,
		}}},
	}}
	got = h.post(t, "/v1/signals", protobufType, marshal(t, b))
	got.problem(t, http.StatusBadRequest)
	if !got.names("signals[1].id") || !got.names("signals[2].auth_attempt.user") || len(got.Errors) != 2 {
		t.Errorf("errors of a batch = %+v", got.Errors)
	}
	if got := h.signals(t); len(got) > 0 {
		t.Errorf("the stream has %v of what was refused", got)
	}
	got = h.post(t, "/v1/tickets", jsonType, "["+note("1", "T-1")+","+strings.ReplaceAll(note("2", "T-1"), "CUSTOMER", "NOBODY")+"]")
	got.problem(t, http.StatusBadRequest)
	if len(got.Errors) != 1 || !strings.HasPrefix(got.Errors[0].Field, "[1].") || !got.names("author_kind") || h.ticket(t, "acme", "T-1") != nil {
		t.Errorf("errors = %+v, ticket %v", got.Errors, h.ticket(t, "acme", "T-1"))
	}
}

func TestABadProtobufBodyIsRefused(t *testing.T) {
	h := open(t)
	late := encoded[ingressv1.Signal](t, upload("a"))
	late.OccurredAt = &timestamppb.Timestamp{Seconds: 1 << 60}
	for _, tt := range []struct{ name, path, body string }{
		{"no signals", "/v1/signals", ""},
		{"no batch", "/v1/signals", "\xff\xff\xff"},
		{"JSON", "/v1/signals", upload("a")},
		{"a signal for a batch", "/v1/signals", marshal(t, encoded[ingressv1.Signal](t, upload("an id of some length")))},
		{"a time out of all range", "/v1/signals", marshal(t, &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{late}})},
		{"no ticket event", "/v1/tickets", ""},
		{"no ticket", "/v1/tickets", marshal(t, &ingressv1.TicketEvent{Id: "1"})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := h.post(t, tt.path, protobufType, tt.body)
			got.problem(t, http.StatusBadRequest)
			if len(got.Errors) == 0 {
				t.Error("nothing is named")
			}
		})
	}
}

func TestWhatIsTooLargeOrOfAnotherTypeIsRefused(t *testing.T) {
	h := open(t)
	large := "[" + strings.Repeat(upload("a")+",", 5000) + upload("a") + "]"
	h.post(t, "/v1/signals", jsonType, large).problem(t, http.StatusRequestEntityTooLarge)
	h.post(t, "/v1/tickets", protobufType, large).problem(t, http.StatusRequestEntityTooLarge)
	for _, contentType := range []string{"text/plain", "application/xml", "multipart/form-data; boundary=x"} {
		h.post(t, "/v1/signals", contentType, upload("a")).problem(t, http.StatusUnsupportedMediaType)
	}
	h.post(t, "/v1/hooks/pager", jsonType, "{}").problem(t, http.StatusNotFound)
	if got := h.signals(t); len(got) > 0 {
		t.Errorf("the stream has %v of what was refused", got)
	}
}

func TestABodyOfTheLargestSizeIsTaken(t *testing.T) {
	h := open(t)
	words := strings.Repeat("x", 512<<10-len(note("1", "T-1")))
	body := strings.Replace(note("1", "T-1"), "It is broken.", words+"It is broken.", 1)
	if got := h.post(t, "/v1/tickets", jsonType, body); len(body) != 512<<10 || got.status != http.StatusAccepted {
		t.Fatalf("%d bytes: %+v", len(body), got)
	}
	if got := h.ticket(t, "acme", "T-1"); !got.Head.Truncated || len(got.Notes[0].Text) != 64<<10 {
		t.Errorf("the ticket has %d bytes of it, truncated %v", len(got.Notes[0].Text), got.Head.Truncated)
	}
}

func TestWithoutTheBusTheProducerIsToldAtOnceToTryAgain(t *testing.T) {
	h := open(t, withAlertmanager)
	gone := h.conn.NC().StatusChanged(nats.RECONNECTING)
	h.shut()
	<-gone
	start := time.Now()
	for i, tt := range []struct{ path, contentType, body string }{
		{"/v1/signals", jsonType, upload("a")},
		{"/v1/signals", ndjsonType, upload("a")},
		{"/v1/signals", protobufType, batch(t, upload("a"))},
		{"/v1/tickets", jsonType, note("1", "T-1")},
		{"/v1/tickets", ndjsonType, note("1", "T-1")},
		{"/v1/hooks/alertmanager", jsonType, firing(`"component":"sso"`)},
	} {
		t.Run(fmt.Sprint(i, tt.path), func(t *testing.T) {
			got := h.post(t, tt.path, tt.contentType, tt.body, "Authorization", "Bearer am")
			got.problem(t, http.StatusServiceUnavailable)
			if got.header.Get("Retry-After") == "" {
				t.Error("it does not say when to try again")
			}
		})
	}
	h.post(t, "/v1/signals", jsonType, upload(" a")).problem(t, http.StatusBadRequest)
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("it took %v; a producer should not have to wait for that answer", took)
	}
}
