package door_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

const (
	ceType      = "application/cloudevents+json"
	ceBatchType = "application/cloudevents-batch+json"
)

// inHeaders are the attributes of an event in binary mode.
func inHeaders(id, source, kind string, more ...string) []string {
	return append([]string{"ce-specversion", "1.0", "ce-id", id, "ce-source", source, "ce-type", kind}, more...)
}

// structured is an event with these attributes and data, in JSON.
func structured(id, source, kind, more string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":%q,"type":%q,%s}`, id, source, kind, more)
}

func TestACloudEventIsTheEventThatItsDataAre(t *testing.T) {
	h := open(t)
	var want []string
	const (
		attempted = `{"user":"u1","method":"SSO","outcome":"FAILURE"}`
		nine      = `"time":"2026-11-20T09:00:00Z"`
	)
	packed := base64.StdEncoding.EncodeToString([]byte(marshal(t, encoded[ingressv1.Signal](t, upload("g")))))
	for _, tt := range []struct {
		name, contentType, body, ids string
		headers                      []string
	}{
		{"in headers, a whole signal of any type", jsonType, upload("a"), "a", inHeaders("a", "/sftp", "net.example.failed")},
		{"what curl says of --data", "application/x-www-form-urlencoded", upload("b"), "b", inHeaders("b", "sftp", "x")},
		{"of a relay", jsonType, upload("c"), "c", inHeaders("r-1", "https://relay.example/x", "x")},
		{"a signal's words alone", jsonType, attempted, "d", inHeaders("d", "/okta", "tocsin.ingress.v1.AuthAttempt", "ce-time", "2026-11-20T09:00:00Z", "ce-tenant", "acme")},
		{"structured", ceType + "; charset=utf-8", structured("e", "okta", "tocsin.ingress.v1.AuthAttempt", nine+`,"tenant":"acme","data":`+attempted), "e", nil},
		{"structured, whole", ceType, structured("f", "sftp", "x", `"data":`+upload("f")), "f", nil},
		{"structured, protobuf", ceType, structured("g", "sftp", "tocsin.ingress.v1.Signal", `"datacontenttype":"application/protobuf","data_base64":"`+packed+`"`), "g", nil},
		{"a batch in protobuf", protobufType, batch(t, upload("h"), upload("i")), "h i", inHeaders("b-1", "sftp", "tocsin.ingress.v1.SignalBatch")},
		{"an array", jsonType, "[" + upload("j") + "," + upload("k") + "]", "j k", inHeaders("b-2", "sftp", "x")},
		{"a batch of CloudEvents", ceBatchType, "[" + structured("l", "sftp", "x", `"data":`+upload("l")) + "," + structured("m", "okta", "tocsin.ingress.v1.AuthAttempt", nine+`,"data":`+attempted) + "]", "l m", nil},
		{"an empty batch", ceBatchType, "[]", "", nil},
	} {
		got := h.post(t, "/v1/signals", tt.contentType, tt.body, tt.headers...)
		ids := strings.Fields(tt.ids)
		want = append(want, ids...)
		if got.status != http.StatusAccepted || got.Accepted != len(ids) || fmt.Sprint(got.IDs) != fmt.Sprint(ids) {
			t.Errorf("%s: %+v", tt.name, got)
		}
		if stored := h.signals(t); len(stored) != len(want) || len(ids) == 1 && stored[len(stored)-1] != ids[0] {
			t.Fatalf("%s: the stream has %v, want %v", tt.name, stored, want)
		}
		for _, s := range h.stored(t) {
			if s.GetAuthAttempt() != nil && (s.GetSource() != "okta" || !s.GetOccurredAt().AsTime().Equal(now.Add(-30*60e9))) {
				t.Errorf("%s: the attributes are not in %v", tt.name, s)
			}
		}
	}
}

func TestACloudEventOfATicketHasItInItsSubject(t *testing.T) {
	h := open(t)
	more := []string{"ce-subject", "T%2D1", "ce-tenant", "acme", "ce-time", "2026-11-20T09:00:00Z"}
	for n, tt := range []struct {
		contentType, body string
		headers           []string
	}{
		{jsonType, `{"author_kind":"CUSTOMER","text":"It is broken."}`, inHeaders("1", "/desk", "tocsin.ingress.v1.Note", more...)},
		{"", "", inHeaders("2", "/desk", "tocsin.ingress.v1.Flagged", more...)}, // a flag of nobody, for no reason
		{ceType, structured("3", "/desk", "tocsin.ingress.v1.TicketEvent", `"data":`+note("3", "T-1")), nil},
		{protobufType, marshal(t, encoded[ingressv1.TicketEvent](t, note("4", "T-1"))), inHeaders("4", "/desk", "tocsin.ingress.v1.TicketEvent")},
		{ceBatchType, "[" + structured("5", "/desk", "x", `"data":`+note("5", "T-1")) + "]", nil},
	} {
		got := h.post(t, "/v1/tickets", tt.contentType, tt.body, tt.headers...)
		if got.status != http.StatusAccepted || got.Accepted != 1 || got.IDs[0] != fmt.Sprint(n+1) {
			t.Errorf("%d: %+v", n+1, got)
		}
		if ticket := h.ticket(t, "acme", "T-1"); ticket.GetHead().GetRevision() != uint64(n+1) {
			t.Errorf("%d: %v", n+1, ticket)
		}
	}
}

func TestABadCloudEventIsRefusedByTheNameOfItsField(t *testing.T) {
	h := open(t)
	good := `"data":` + upload("a")
	for _, tt := range []struct {
		name, contentType, body, field string
		headers                        []string
	}{
		{"no id", jsonType, upload("a"), "ce-id", []string{"ce-specversion", "1.0", "ce-type", "x", "ce-source", "s"}},
		{"an old version", jsonType, upload("a"), "ce-specversion", append(inHeaders("a", "sftp", "x"), "ce-specversion", "0.3")},
		{"another id", jsonType, upload("a"), "id", inHeaders("b", "/sftp", "x")},
		{"another tenant", jsonType, upload("a"), "tenant", inHeaders("a", "/sftp", "x", "ce-tenant", "globex")},
		{"no data", "", "", "kind", inHeaders("a", "/sftp", "x")},
		{"data of something else", jsonType, `{"message":"Hello World!"}`, "message", inHeaders("a", "/sftp", "x")},
		{"a kind that wants more", jsonType, `{"user":"u"}`, "auth_attempt.method", inHeaders("a", "/sftp", "tocsin.ingress.v1.AuthAttempt", "ce-time", "2026-11-20T09:00:00Z")},
		{"a kind with something else", jsonType, `{"colour":"red"}`, "auth_attempt.colour", inHeaders("a", "/sftp", "tocsin.ingress.v1.AuthAttempt")},
		{"a ticket's word", jsonType, `{}`, "type", inHeaders("a", "/sftp", "tocsin.ingress.v1.Note")},
		{"data in XML", "application/xml", `<a/>`, "datacontenttype", inHeaders("a", "/sftp", "x")},
		{"a text in JSON", ceType, structured("a", "sftp", "x", `"data":"{}"`), "", nil},
		{"structured, no data", ceType, structured("a", "sftp", "x", `"x":1`), "kind", nil},
		{"no object", ceType, `[]`, "", nil},
		{"one of a batch", ceBatchType, "[" + structured("a", "sftp", "x", good) + "," + structured("", "sftp", "x", good) + "]", "[1].id", nil},
		{"one of a batch, in its data", ceBatchType, "[" + structured("a", "sftp", "x", good) + "," + structured("b", "sftp", "x", good) + "]", "[1].id", nil},
		{"one of an array", jsonType, "[" + upload("a") + "," + upload("") + "]", "[1].id", inHeaders("b", "sftp", "x")},
		{"no batch", ceBatchType, `{}`, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := h.post(t, "/v1/signals", tt.contentType, tt.body, tt.headers...)
			got.problem(t, http.StatusBadRequest)
			if len(got.Errors) == 0 || got.Errors[0].Reason == "" || tt.field != "" && got.Errors[0].Field != tt.field && !got.names(tt.field) {
				t.Errorf("%q is not named: %+v", tt.field, got.Errors)
			}
		})
	}
	h.post(t, "/v1/signals", "application/cloudevents+avro", "x").problem(t, http.StatusUnsupportedMediaType)
	h.post(t, "/v1/signals", ceBatchType, "["+strings.Repeat(" ", 600<<10)+"]").problem(t, http.StatusRequestEntityTooLarge)
	if got := h.signals(t); len(got) > 0 {
		t.Errorf("the stream has %v of what was refused", got)
	}
}

func TestTheTraceOfAnEventGoesOnWithItsTicket(t *testing.T) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	h := open(t)
	for n, headers := range [][]string{
		{"traceparent", "00-" + trace + "-00f067aa0ba902b7-01"},
		inHeaders("2", "/desk", "x", "ce-traceparent", "00-"+trace+"-00f067aa0ba902b7-01"),
	} {
		id := fmt.Sprint(n + 1)
		h.post(t, "/v1/tickets", jsonType, note(id, "T-"+id), headers...)
		raw, err := h.conn.Last(t.Context(), topology.Tickets, topology.TicketSubject("acme", "T-"+id))
		if err != nil || !strings.Contains(raw.Header("traceparent"), trace) || raw.ContentType != bus.ProtobufType {
			t.Errorf("%v: the ticket is of trace %q, %v", headers, raw.Header("traceparent"), err)
		}
	}
}
