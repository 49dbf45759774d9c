package monitoring_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/monitoring"

	"tocsin/pkg/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

// small is the policy with numbers that a few signals cross.
func small() *policy.Policy {
	p := *policy.Default()
	p.Version = "sha256:small"
	p.Rules.AuthFailures.Over, p.Rules.AuthFailures.Clear = 2, 1
	return &p
}

func replay(t testing.TB, opts monitoring.ReplayOptions, lines ...string) ([]string, monitoring.ReplaySummary, error) {
	t.Helper()
	if opts.Policy == nil {
		opts.Policy = small()
	}
	var out bytes.Buffer
	sum, err := monitoring.Replay(t.Context(), strings.NewReader(strings.Join(lines, "\n")), &out, opts)
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"), sum, err
}

// login is a line; what says "ok", or why it failed.
func login(id, tenant, user, at, what string) string {
	outcome := `"outcome":"FAILURE","failure":"` + what + `"`
	if what == "ok" {
		outcome = `"outcome":"SUCCESS"`
	}
	return fmt.Sprintf(`{"id":%q,"source":"okta","tenant":%q,"occurred_at":"2026-11-20T%sZ","auth_attempt":{"user":%q,"method":"PASSWORD",%s}}`,
		id, tenant, at, user, outcome)
}

func note(id, at string) string {
	return fmt.Sprintf(`{"id":%q,"source":"okta","tenant":"acme","ticket":"T-1","occurred_at":"2026-11-20T%sZ","note":{"author_kind":"CUSTOMER","author":"c","text":"hello","public":true}}`, id, at)
}

// outage: three people of each of two tenants cannot log in; one tenant recovers.
func outage() []string {
	var lines []string
	for u := range 3 {
		for _, tenant := range []string{"beta", "acme"} {
			lines = append(lines, login(fmt.Sprint(tenant, u), tenant, fmt.Sprint("u", u), fmt.Sprintf("09:0%d:00.000000001", u), "TIMEOUT"))
		}
	}
	return append(lines, login("r0", "acme", "u0", "09:20:00", "ok"), login("r1", "acme", "u1", "09:20:01", "ok"))
}

func golden(t *testing.T, name string, got []string) {
	t.Helper()
	path := "testdata/" + name
	text := strings.Join(got, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("%s is no longer what replay prints; got:\n%s", path, text)
	}
}

func TestAReplayPrintsOneChangeALine(t *testing.T) {
	lines, sum, err := replay(t, monitoring.ReplayOptions{}, outage()...)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "outage.jsonl", lines)
	for _, line := range lines {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{
			"id", "at", "detected_at", "change", "reason", "scope", "subject", "value", "threshold",
			"window_seconds", "tenants", "people", "evidence", "first_at", "policy",
		} {
			if fields[name] == nil {
				t.Errorf("no %s in %s", name, line)
			}
		}
	}
	if sum.Read != 8 || sum.Counted != 8 || sum.Changes != len(lines) {
		t.Errorf("summary = %+v", sum)
	}
}

func TestTheOrderOfTheInputIsOfNoMatter(t *testing.T) {
	input := outage()
	want, _, err := replay(t, monitoring.ReplayOptions{}, input...)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(input)
	got, sum, err := replay(t, monitoring.ReplayOptions{}, append(input, input[:3]...)...)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("error %v, got\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if sum.Duplicates != 3 || sum.Read != 11 {
		t.Errorf("summary = %+v", sum)
	}
	keys := make([]string, len(got))
	for i, line := range got {
		var c struct{ At, Scope, Reason, Subject string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		keys[i] = strings.Join([]string{c.At, c.Scope, c.Reason, c.Subject}, "|")
	}
	if !slices.IsSorted(keys) {
		t.Errorf("not in order of at, scope, reason, subject: %v", keys)
	}
}

// brief is what changed, where, and when.
func brief(t testing.TB, lines []string) []string {
	t.Helper()
	var list []string
	for _, line := range lines {
		if line == "" {
			continue
		}
		var c struct{ Change, Scope, At string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		list = append(list, c.Change+" "+c.Scope+" "+strings.TrimSuffix(strings.TrimPrefix(c.At, "2026-11-20T"), "Z"))
	}
	return list
}

func TestTimePassesOnlyAsFarAsAsked(t *testing.T) {
	one := outage()[1:6:6]
	one = []string{one[0], one[2], one[4]} // acme alone, and nobody comes back
	nothing := monitoring.ReplayOptions{}
	until := monitoring.ReplayOptions{Until: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)}
	before := monitoring.ReplayOptions{Until: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}
	raised := []string{"raised acme 09:02:00.000000001", "raised platform 09:02:00.000000001"}
	for name, c := range map[string]struct {
		opts  monitoring.ReplayOptions
		lines []string
		more  int
	}{
		"as far as the last signal":   {nothing, one, 0},
		"to a time that is long past": {before, one, 0},
		"to the given time":           {until, one, 2},
		"to the last ticket event":    {nothing, append(slices.Clone(one), note("n1", "23:00:00")), 2},
	} {
		t.Run(name, func(t *testing.T) {
			lines, _, err := replay(t, c.opts, c.lines...)
			got := brief(t, lines)
			if err != nil || len(got) != 2+c.more || !slices.Equal(got[:2], raised) {
				t.Errorf("got %v, %v; want %v and %d more", got, err, raised, c.more)
			}
		})
	}
}

func TestATicketEventIsNoSignalOfTheSameName(t *testing.T) {
	input := outage()
	want, _, err := replay(t, monitoring.ReplayOptions{}, input...)
	if err != nil {
		t.Fatal(err)
	}
	// The same source and id: an id is given once for tickets and once for signals.
	got, sum, err := replay(t, monitoring.ReplayOptions{}, append(input, note("acme1", "08:59:00"), note("acme1", "08:59:00"))...)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("error %v, got %v, want %v", err, brief(t, got), brief(t, want))
	}
	if sum.TicketEvents != 2 || sum.Counted != 8 || sum.Conflicting != 0 || sum.Read != 10 {
		t.Errorf("summary = %+v", sum)
	}
}

func TestAsLiveKeepsTheOrderAndTheLateness(t *testing.T) {
	input := []string{
		login("1", "acme", "u1", "09:00:00", "TIMEOUT"),
		login("2", "acme", "u2", "10:00:00", "ok"),
		login("3", "acme", "u3", "09:30:00", "TIMEOUT"),
		login("4", "acme", "u4", "09:30:01", "TIMEOUT"),
	}
	sorted, _, err := replay(t, monitoring.ReplayOptions{}, input...)
	if err != nil || len(brief(t, sorted)) == 0 {
		t.Errorf("sorted: %v, %v; want a raise", sorted, err)
	}
	lines, sum, err := replay(t, monitoring.ReplayOptions{AsLive: true}, input...)
	if err != nil || len(brief(t, lines)) != 0 || sum.Late != 2 {
		t.Errorf("as live: %v, %+v, %v; want two that come too late and nothing said", lines, sum, err)
	}
}

func TestALineThatIsNoEventEndsTheReplayAndIsNamed(t *testing.T) {
	good := login("1", "acme", "u1", "09:00:00", "TIMEOUT")
	for name, c := range map[string]struct{ line, field string }{
		"no JSON":          {"nonsense", "line 3"},
		"an unknown field": {strings.Replace(good, `"tenant"`, `"tenent"`, 1), "tenent"},
		"a wrong time":     {strings.Replace(good, "2026-11-20T", "yesterday ", 1), "occurred_at"},
		"no time":          {strings.Replace(good, `"occurred_at":"2026-11-20T09:00:00Z",`, "", 1), "occurred_at"},
		"a wrong word":     {strings.Replace(good, "TIMEOUT", "LAZY", 1), "failure"},
		"no id":            {strings.Replace(good, `"id":"1"`, `"id":""`, 1), "id"},
		"no kind":          {`{"id":"1","source":"okta","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z"}`, "kind"},
		"a ticket event":   {strings.Replace(note("n", "09:00:00"), "CUSTOMER", "ALIEN", 1), "author_kind"},
	} {
		t.Run(name, func(t *testing.T) {
			lines, _, err := replay(t, monitoring.ReplayOptions{}, good, "", c.line, good)
			if err == nil || !strings.HasPrefix(err.Error(), "line 3: ") || !strings.Contains(err.Error(), c.field) {
				t.Errorf("error = %v; want line 3 and %s", err, c.field)
			}
			if lines[0] != "" {
				t.Errorf("printed %v", lines)
			}
		})
	}
}

func TestNothingComesOfNothing(t *testing.T) {
	for _, input := range []string{"", "\n\n", "  \r\n"} {
		lines, sum, err := replay(t, monitoring.ReplayOptions{Until: time.Now()}, input)
		if err != nil || lines[0] != "" || sum != (monitoring.ReplaySummary{}) {
			t.Errorf("%q: %v, %+v, %v", input, lines, sum, err)
		}
	}
}

func TestTheSummaryCountsEachLineOnce(t *testing.T) {
	_, sum, err := replay(t, monitoring.ReplayOptions{},
		login("1", "acme", "u1", "09:00:00", "TIMEOUT"),
		login("1", "acme", "u1", "09:00:00", "TIMEOUT"),
		login("1", "acme", "u2", "09:00:00", "TIMEOUT"),
		strings.Replace(login("2", "acme", "u1", "09:00:00", "TIMEOUT"), "2026", "2326", 1),
		note("n1", "09:00:00"),
		`{"id":"f1","source":"sftp","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z","ftp_session":{"session":"s","outcome":"ALLOWED"}}`,
	)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Read != 6 || sum.Counted != 2 || sum.Duplicates != 1 || sum.Conflicting != 1 || sum.Invalid != 1 || sum.Ignored != 1 || sum.TicketEvents != 1 {
		t.Errorf("summary = %+v", sum)
	}
}

func TestAReaderThatIsGoneEndsTheReplay(t *testing.T) {
	gone := errors.New("broken pipe")
	_, err := monitoring.Replay(t.Context(), strings.NewReader(strings.Join(outage(), "\n")), broken{gone}, monitoring.ReplayOptions{Policy: small()})
	if !errors.Is(err, gone) {
		t.Errorf("error = %v, want that of the writer", err)
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
