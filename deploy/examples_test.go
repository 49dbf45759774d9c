package deploy

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// An event is what all signals and ticket events have, and the kinds used here.
type event struct {
	ID         string          `json:"id"`
	Source     string          `json:"source"`
	Tenant     string          `json:"tenant"`
	OccurredAt time.Time       `json:"occurred_at"`
	Ticket     string          `json:"ticket"`
	Opened     json.RawMessage `json:"opened"`
	Probe      json.RawMessage `json:"probe"`
	Auth       *struct {
		User    string `json:"user"`
		Method  string `json:"method"`
		Outcome string `json:"outcome"`
		Failure string `json:"failure"`
	} `json:"auth_attempt"`
}

func TestExamplesAreEventsEachWithItsOwnID(t *testing.T) {
	for _, name := range []string{"examples/ticket.json", "examples/signals.jsonl"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		unique(t, events(t, source))
	}
}

func TestAnIncidentIsMoreThanAHundredPeopleAndThreeTickets(t *testing.T) {
	now := time.Date(2028, 2, 29, 23, 59, 59, 0, time.UTC)
	incident := events(t, script(t, "", "examples/incident", "1835481599"))
	unique(t, incident)
	people, tickets := map[string]bool{}, 0
	for _, e := range incident {
		if ago := now.Sub(e.OccurredAt); ago < 0 || ago > 5*time.Minute {
			t.Errorf("%s happened at %v, not just before %v", e.ID, e.OccurredAt, now)
		}
		switch {
		case e.Auth != nil:
			people[e.Auth.User] = true
		case e.Opened != nil:
			tickets++
		}
	}
	if len(people) <= 100 || tickets != 3 {
		t.Errorf("%d people and %d tickets, want more than 100 and 3", len(people), tickets)
	}
}

func TestALogBecomesAttempts(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"a password", "Mar  7 13:08:09 h sshd[1]: Accepted password for kim from 192.0.2.1 port 4 ssh2", "2026-03-07T13:08:09Z kim PASSWORD SUCCESS"},
		{"a key", "Mar 17 13:08:09 h sshd[1]: Accepted publickey for kim from 2001:db8::1 port 4 ssh2: RSA SHA256:x", "2026-03-17T13:08:09Z kim API SUCCESS"},
		{"a wrong password", "Mar 17 13:08:09 h sshd[1]: Failed password for kim from 192.0.2.1 port 4 ssh2", "2026-03-17T13:08:09Z kim PASSWORD FAILURE BAD_CREDENTIALS"},
		{"a stranger", "Mar 17 13:08:09 h sshd[1]: Failed password for invalid user admin from 192.0.2.1 port 4 ssh2", "2026-03-17T13:08:09Z admin PASSWORD FAILURE UNKNOWN_USER"},
		{"a person called invalid", "Mar 17 13:08:09 h sshd[1]: Accepted password for invalid from 192.0.2.1 port 4 ssh2", "2026-03-17T13:08:09Z invalid PASSWORD SUCCESS"},
		{"no name", "Mar 17 13:08:09 h sshd[1]: Failed password for invalid user  from 192.0.2.1 port 4 ssh2", "2026-03-17T13:08:09Z - PASSWORD FAILURE UNKNOWN_USER"},
		{"a name made to deceive", `Mar 17 13:08:09 h sshd[1]: Failed password for invalid user "\ from 198.51.100.9 port 1 from 192.0.2.1 port 4 ssh2`, `2026-03-17T13:08:09Z "\ from 198.51.100.9 port 1 PASSWORD FAILURE UNKNOWN_USER`},
		{"a name that is no text", "Mar 17 13:08:09 h sshd[1]: Failed password for a\xff\x01b from 192.0.2.1 port 4 ssh2", "2026-03-17T13:08:09Z a??b PASSWORD FAILURE BAD_CREDENTIALS"},
		{"repeated", "Mar 17 13:08:09 h sshd[1]: message repeated 2 times: [ Failed password for kim from 192.0.2.1 port 4 ssh2]", strings.Repeat("2026-03-17T13:08:09Z kim PASSWORD FAILURE BAD_CREDENTIALS\n", 2)},
		{"a new year", "Dec 31 23:59:59 h sshd[1]: Accepted password for kim from 192.0.2.1 port 4 ssh2\nJan  1 00:00:00 h sshd[1]: Accepted password for kim from 192.0.2.1 port 4 ssh2", "2026-12-31T23:59:59Z kim PASSWORD SUCCESS\n2027-01-01T00:00:00Z kim PASSWORD SUCCESS"},
		{"a time that says all", "2025-03-17T13:08:09.25+01:00 h sshd-session[1]: Accepted password for kim from 192.0.2.1 port 4 ssh2", "2025-03-17T12:08:09.25Z kim PASSWORD SUCCESS"},
		{"said in other words", "Mar 17 13:08:09 h sshd[1]: error: maximum authentication attempts exceeded for kim from 192.0.2.1 port 4 ssh2 [preauth]", ""},
		{"another program", "Mar 17 13:08:09 h cron[1]: Accepted password for kim from 192.0.2.1 port 4 ssh2", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			signals := events(t, script(t, c.line+"\n", "examples/authlog2signals", "--year", "2026"))
			unique(t, signals)
			var got []string
			for _, e := range signals {
				got = append(got, strings.TrimSpace(strings.Join([]string{e.OccurredAt.UTC().Format(time.RFC3339Nano), e.Auth.User, e.Auth.Method, e.Auth.Outcome, e.Auth.Failure}, " ")))
			}
			if want := strings.TrimSpace(c.want); strings.Join(got, "\n") != want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), want)
			}
		})
	}
}

func TestALogWithoutAYearIsRefused(t *testing.T) {
	command := exec.CommandContext(t.Context(), "examples/authlog2signals")
	command.Stdin = strings.NewReader("Mar 17 13:08:09 h sshd[1]: Accepted password for kim from 192.0.2.1 port 4 ssh2\n")
	out, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--year") {
		t.Errorf("got %q, %v; want an error that speaks of --year", out, err)
	}
}

func script(t *testing.T, stdin, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin = strings.NewReader(stdin)
	var problems bytes.Buffer
	command.Stderr = &problems
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, problems.String())
	}
	return out
}

// events reads one event a line.
func events(t *testing.T, source []byte) []event {
	t.Helper()
	var all []event
	for line := range bytes.Lines(source) {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if e.ID == "" || e.Source == "" || e.OccurredAt.IsZero() || e.Opened != nil && e.Ticket == "" {
			t.Errorf("%s lacks what an event has", line)
		}
		all = append(all, e)
	}
	return all
}

func unique(t *testing.T, all []event) {
	t.Helper()
	var ids []string
	for _, e := range all {
		ids = append(ids, e.Source+"/"+e.ID)
	}
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n != len(all) {
		t.Errorf("%d events, %d ids", len(all), n)
	}
}
