// Package doortest holds a door to what webhook promises of it. Every door's tests
// call Suite with its own bodies, Fuzz with some to begin with, and Payloads with the
// folders of real ones, where those lie.
package doortest

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

var update = flag.Bool("update", false, "write what becomes of the bodies in testdata anew")

// Received is when every delivery of these tests came.
var Received = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// Suite reads each testdata/<name>.json (or .xml) and compares what becomes of it with
// testdata/<name>.want; then it spoils each body in many ways, and asks that a
// spoiled one too gives sound events, a reason, or webhook.ErrBody.
func Suite(t *testing.T, door webhook.Door, account webhook.Account) {
	t.Helper()
	files := bodies()
	if len(files) == 0 {
		t.Fatal("no bodies in testdata")
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, filepath.Ext(file))
		t.Run(filepath.Base(name), func(t *testing.T) {
			body := read(t, file)
			said, err := hold(t, door, account, body)
			golden(t, name+".want", Print(said, err)+later(t, door, account, body))
			for _, spoiled := range spoil(body) {
				_, _ = hold(t, door, account, spoiled)
			}
		})
	}
	for _, body := range []string{"", "null", "[]", "{}", `"x"`, "7", "\x00", strings.Repeat(`{"a":`, 20000), strings.Repeat("[", 100000)} {
		if said, err := hold(t, door, account, []byte(body)); err == nil && len(said.Ignored) == 0 {
			t.Errorf("%.20q gives %+v", body, said)
		}
	}
}

// Fuzz reads whatever it is given, beginning with the bodies in testdata and with what
// earlier runs have found to reach something new: testdata/corpus, a quoted body a line.
func Fuzz(f *testing.F, door webhook.Door, account webhook.Account) {
	f.Helper()
	for _, file := range bodies() {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	corpus, _ := os.ReadFile("testdata/corpus")
	for line := range strings.Lines(string(corpus)) {
		body, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			f.Fatalf("testdata/corpus: %.80s: %v", line, err)
		}
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) { _, _ = hold(t, door, account, body) })
}

// bodies are the files that the door's own bodies stand in.
func bodies() []string {
	files, _ := filepath.Glob("testdata/*.json")
	documents, _ := filepath.Glob("testdata/*.xml")
	return append(files, documents...)
}

// hold reads a body twice, and fails if what becomes of it is not what webhook promises.
func hold(t *testing.T, door webhook.Door, account webhook.Account, body []byte) (webhook.Said, error) {
	t.Helper()
	d := webhook.Delivery{Body: body, Received: Received}
	said, err := door.Read(d, account)
	some := len(said.Tickets)+len(said.Signals)+len(said.Ignored) > 0
	switch {
	case err == nil && !some:
		t.Fatalf("neither an event nor a reason: %.300s", body)
	case err != nil && some:
		t.Fatalf("%v beside %+v", err, said)
	case err != nil && !errors.Is(err, webhook.ErrBody):
		t.Fatalf("%v is not webhook.ErrBody", err)
	}
	Sound(t, said)
	if again, err2 := door.Read(d, account); !reflect.DeepEqual(said, again) || fmt.Sprint(err) != fmt.Sprint(err2) {
		t.Fatalf("the same delivery gave other events: %+v, then %+v", said, again)
	}
	return said, err
}

// later are the events that a delivery gives beside those that it gave at first, when the
// vendor tries it again an hour later: none, but of what names no time of its own, or
// says that something lasts still.
func later(t *testing.T, door webhook.Door, account webhook.Account, body []byte) string {
	t.Helper()
	first, _ := door.Read(webhook.Delivery{Body: body, Received: Received}, account)
	again, _ := door.Read(webhook.Delivery{Body: body, Received: Received.Add(time.Hour)}, account)
	if len(first.Tickets) != len(again.Tickets) || len(first.Ignored) != len(again.Ignored) {
		t.Errorf("an hour later it says %+v, at first it said %+v", again, first)
	}
	var b strings.Builder
	before := ids(first)
	for _, id := range ids(again) {
		if !slices.Contains(before, id) {
			fmt.Fprintf(&b, "tried again an hour later, also: %s\n", id)
		}
	}
	return b.String()
}

// ids are by what events are known when they come again.
func ids(said webhook.Said) (all []string) {
	for _, ev := range said.Tickets {
		all = append(all, ev.ID)
	}
	for _, s := range said.Signals {
		all = append(all, s.ID)
	}
	return all
}

// Sound fails if one of the events is not an event of its own, or a signal would be
// refused whatever the clock says.
func Sound(t *testing.T, said webhook.Said) {
	t.Helper()
	tickets, signals := map[string]bool{}, map[string]bool{}
	folded := map[string]*receive.Ticket{}
	for _, ev := range said.Tickets {
		if tickets[ev.ID] || ev.ID == "" || ev.Source == "" || ev.Tenant == "" || ev.Ticket == "" || ev.Said == nil {
			t.Fatalf("not an event of its own: %+v", ev)
		}
		tickets[ev.ID] = true
		if len(receive.CheckTicketEvent(ev, ev.OccurredAt)) > 0 {
			continue // the door says so to the vendor
		}
		of := ev.Tenant + "\x00" + ev.Ticket
		if folded[of] == nil {
			folded[of] = &receive.Ticket{}
		}
		if _, err := receive.Fold(folded[of], ev); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range said.Signals {
		key := s.Source + "\x00" + s.ID
		if problems := receive.CheckSignal(s, s.OccurredAt); signals[key] || len(problems) > 0 {
			t.Fatalf("signal %+v: %v", s, problems)
		}
		signals[key] = true
	}
}

// Print is what a delivery says, for people: an event a line.
func Print(said webhook.Said, err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
	}
	for _, ev := range said.Tickets {
		fmt.Fprintf(&b, "%s %s %s/%s %s\n  %s %s\n", ev.OccurredAt.Format(time.RFC3339Nano), ev.Source, ev.Tenant, ev.Ticket, ev.ID, kind(ev.Said), fields(ev.Said))
	}
	for _, s := range said.Signals {
		fmt.Fprintf(&b, "%s %s %q %s\n  %s %s\n", s.OccurredAt.Format(time.RFC3339Nano), s.Source, s.Tenant, s.ID, kind(s.Kind), fields(s.Kind))
	}
	for _, why := range said.Ignored {
		fmt.Fprintf(&b, "ignored: %s\n", why)
	}
	return b.String()
}

func kind(v any) string { return reflect.TypeOf(v).Name() }

// fields are those that are set, by name.
func fields(v any) string {
	raw, _ := json.Marshal(v)
	var set map[string]any
	_ = json.Unmarshal(raw, &set)
	for name, value := range set {
		if value == nil || reflect.ValueOf(value).IsZero() || value == "0001-01-01T00:00:00Z" {
			delete(set, name)
		}
	}
	raw, _ = json.Marshal(set)
	return string(raw)
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := string(read(t, file)); got != want {
		t.Errorf("%s: got\n%s\nwant\n%s(write it anew with -update, and read the difference)", file, got, want)
	}
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// spoil is a body cut short at many places, and with each of its values replaced by
// one of another shape.
func spoil(body []byte) (all [][]byte) {
	for n := 0; n < len(body); n += max(1, len(body)/50) {
		all = append(all, body[:n])
	}
	var tree any
	if json.Unmarshal(body, &tree) != nil {
		return all
	}
	for n := range count(tree) {
		for _, other := range []any{nil, "", "x", -1.0, 1e300, true, []any{}, []any{nil}, map[string]any{}, map[string]any{"id": []any{}}} {
			at := n
			raw, err := json.Marshal(replaced(tree, &at, other))
			if err == nil {
				all = append(all, raw)
			}
		}
	}
	return all
}

func count(v any) int {
	n := 1
	switch v := v.(type) {
	case map[string]any:
		for _, of := range v {
			n += count(of)
		}
	case []any:
		for _, of := range v {
			n += count(of)
		}
	}
	return n
}

// replaced is the tree with its at-th value replaced.
func replaced(v any, at *int, other any) any {
	if *at--; *at == -1 {
		return other
	}
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			out[name] = replaced(v[name], at, other)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, of := range v {
			out[i] = replaced(of, at, other)
		}
		return out
	}
	return v
}
