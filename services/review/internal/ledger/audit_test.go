package ledger

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/review/internal/decide"
)

// What is hashed is fixed for ever: a JSON array as encoding/json writes it.
func TestWhatIsHashedStaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string {
			return rapid.OneOf(rapid.StringMatching(`[ -~]{0,20}`), rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, name)
		}
		prev := text("prev")
		e := decide.Event{
			ID: text("id"), Case: text("case"), Version: rapid.Uint64().Draw(t, "version"), Name: decide.Name(text("name")), From: decide.State(text("from")),
			Actor: text("actor"), Person: rapid.Bool().Draw(t, "person"), At: time.UnixMicro(rapid.Int64Range(0, 1<<55).Draw(t, "at")),
			Tenant: text("tenant"), Condition: text("condition"), Absorbed: []string{text("one"), text("two")}, Subject: text("subject"),
		}
		fields := []any{
			prev, e.ID, e.Case, e.Version, e.Name, e.From, e.To, e.Actor, e.Person, micros(e.At),
			e.Cause, e.Tenant, e.Ticket, e.Condition, e.Ground, strings.Join(e.Absorbed, " "),
		}
		if e.Subject != "" {
			fields = append(fields, e.Subject)
		}
		want, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		if got := hashed(prev, e); !bytes.Equal(got, want) {
			t.Fatalf("hashed is %s, want %s", got, want)
		}
	})
}
