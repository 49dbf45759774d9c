package door_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// The first of an id stands, in whatever form the others come, and the answer names
// those that say otherwise.
func TestTheAnswerNamesIdsThatWereTakenWithOtherContent(t *testing.T) {
	h := open(t)
	other := func(id string) string { return strings.Replace(note(id, "T-1"), "broken", "mended", 1) }
	event := []string{
		"ce-specversion", "1.0", "ce-id", "1", "ce-source", "desk", "ce-type", "tocsin.ingress.v1.TicketEvent",
	}
	for _, tt := range []struct {
		name, kind, body string
		headers          []string
		accepted         int
		want             []string
	}{
		{"the first", jsonType, note("1", "T-1"), nil, 1, nil},
		{"the same", jsonType, note("1", "T-1"), nil, 1, nil},
		{"the same as a CloudEvent", jsonType, note("1", "T-1"), event, 1, nil},
		{"another", jsonType, other("1"), nil, 1, []string{"1"}},
		{"another as a CloudEvent", jsonType, other("1"), event, 1, []string{"1"}},
		{"another among others", jsonType, "[" + note("2", "T-1") + "," + other("1") + "]", nil, 2, []string{"1"}},
		{"lines", ndjsonType, other("3") + "\n" + other("2") + "\n" + other("1") + "\n", nil, 3, []string{"2", "1"}},
	} {
		got := h.post(t, "/v1/tickets", tt.kind, tt.body, tt.headers...)
		if got.status != http.StatusAccepted || got.Accepted != tt.accepted || !slices.Equal(got.Contradicted, tt.want) {
			t.Errorf("%s: %+v, want %v", tt.name, got, tt.want)
		}
	}
	for n, note := range h.ticket(t, "acme", "T-1").GetNotes() {
		if want := []string{"It is broken.", "It is broken.", "It is mended."}[n]; note.GetText() != want {
			t.Errorf("note %s says %q, want %q", note.GetId(), note.GetText(), want)
		}
	}
}

// A vendor's door gives ids of its own to what may change: how a ticket began is told again
// with each of its events.
func TestWhatAVendorTellsAgainOtherwiseContradictsNothing(t *testing.T) {
	h := open(t, withZendesk)
	for _, body := range []string{commented, strings.NewReplacer("8001", "8002", "Berichte", "Alle Berichte").Replace(commented)} {
		got := h.post(t, "/v1/hooks/zendesk", jsonType, body, signed(body, signingSecret, now)...)
		if got.status != http.StatusAccepted || got.Contradicted != nil {
			t.Errorf("%+v", got)
		}
	}
}
