package door_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tocsin/services/intake/internal/door"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

func TestSignalsInEveryFormAreInTheStreamWhenTheAnswerComes(t *testing.T) {
	h := open(t)
	var want []string
	for _, tt := range []struct{ name, contentType, body, ids string }{
		{"an object", jsonType, upload("a"), "a"},
		{"an array", jsonType, " [" + upload("b") + ",\n" + upload("c") + "] \n", "b c"},
		{"no content type", "", upload("d"), "d"},
		{"what curl says of --data", "application/x-www-form-urlencoded", upload("e"), "e"},
		{"JSON with a charset", "application/json; charset=utf-8", upload("f"), "f"},
		{"lines", ndjsonType, upload("g") + "\n\n" + upload("h") + "\r\n" + upload("i"), "g h i"},
		{"protobuf", protobufType, batch(t, upload("j"), upload("k")), "j k"},
		{"protobuf by its older name", "application/x-protobuf", batch(t, upload("l")), "l"},
		{"a repeat within an array", jsonType, "[" + upload("m") + "," + upload("m") + "]", "m m"},
		{"an empty array", jsonType, "[]", ""},
	} {
		got := h.post(t, "/v1/signals", tt.contentType, tt.body)
		ids := strings.Fields(tt.ids)
		want = append(want, slices.Compact(slices.Clone(ids))...) // a repeat is answered for, and stands once
		if got.status != http.StatusAccepted || got.Accepted != len(ids) || len(got.Rejected) > 0 {
			t.Errorf("%s: %+v", tt.name, got)
		}
		if tt.contentType != ndjsonType && fmt.Sprint(got.IDs) != fmt.Sprint(ids) {
			t.Errorf("%s: ids %v, want %v", tt.name, got.IDs, ids)
		}
		if stored := h.signals(t); fmt.Sprint(stored) != fmt.Sprint(want) {
			t.Errorf("%s: the stream has %v, want %v", tt.name, stored, want)
		}
	}
}

func TestTicketEventsInEveryFormAreInTheStreamWhenTheAnswerComes(t *testing.T) {
	h := open(t)
	for _, tt := range []struct {
		name, contentType, body, ticket string
		revision                        uint64
	}{
		{"an object", jsonType, note("1", "T-1"), "T-1", 1},
		{"an array of one ticket", jsonType, "[" + note("2", "T-1") + "," + note("3", "T-1") + "]", "T-1", 3},
		{"lines", ndjsonType, note("4", "T-1") + "\n" + note("5", "T-1") + "\n", "T-1", 5},
		{"protobuf", protobufType, marshal(t, encoded[ingressv1.TicketEvent](t, note("6", "T-1"))), "T-1", 6},
		{"a repeat changes nothing", jsonType, note("6", "T-1"), "T-1", 6},
		{"a repeat within an array", jsonType, "[" + note("7", "T-2") + "," + note("7", "T-2") + "]", "T-2", 1},
	} {
		got := h.post(t, "/v1/tickets", tt.contentType, tt.body)
		if got.status != http.StatusAccepted || got.Accepted == 0 || len(got.Errors) > 0 {
			t.Errorf("%s: %+v", tt.name, got)
		}
		if stored := h.ticket(t, "acme", tt.ticket); stored.GetHead().GetRevision() != tt.revision || len(stored.GetNotes()) != int(tt.revision) {
			t.Errorf("%s: the stream has revision %d with %d notes, want %d", tt.name, stored.GetHead().GetRevision(), len(stored.GetNotes()), tt.revision)
		}
	}
}

func TestOnlyWhoHasTheTokenIsLetIn(t *testing.T) {
	h := open(t, func(d *door.Door) { d.Token = "s3cret" })
	for n, tt := range []struct {
		authorization string
		status        int
	}{
		{"", 401},
		{"Bearer wrong", 401},
		{"Bearer", 401},
		{"Bearer ", 401},
		{"Basic s3cret", 401},
		{"s3cret", 401},
		{"Bearer s3cret2", 401},
		{"Bearer s3cret", 202},
		{"bearer s3cret", 202},
	} {
		got := h.post(t, "/v1/signals", jsonType, upload(fmt.Sprint("a", n)), "Authorization", tt.authorization)
		if got.status != tt.status {
			t.Errorf("Authorization %q: status %d, want %d", tt.authorization, got.status, tt.status)
		}
		if tt.status == 401 && (got.header.Get("WWW-Authenticate") == "" || got.Type != "urn:tocsin:problem:unauthorized") {
			t.Errorf("Authorization %q: the refusal does not say what is asked: %+v", tt.authorization, got)
		}
	}
	if got := h.post(t, "/v1/tickets", jsonType, note("1", "T-1")); got.status != 401 {
		t.Errorf("tickets without a token: status %d", got.status)
	}
	if got := h.signals(t); len(got) != 2 {
		t.Errorf("the stream has %v; only what had the token may be there", got)
	}
}
