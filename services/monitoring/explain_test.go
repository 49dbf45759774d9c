package monitoring_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tocsin/services/monitoring"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

func explained(t testing.TB, opts monitoring.ExplainOptions, do func(*bytes.Buffer, monitoring.ExplainOptions) error) string {
	t.Helper()
	if opts.Policy == nil {
		opts.Policy = small()
	}
	var out bytes.Buffer
	if err := do(&out, opts); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// holds fails the test unless all of these are in the text.
func holds(t testing.TB, text string, all ...string) {
	t.Helper()
	for _, s := range all {
		if !strings.Contains(text, s) {
			t.Errorf("does not say %q:\n%s", s, text)
		}
	}
}

func TestAPublishedChangeIsExplainedFromTheStoredMessages(t *testing.T) {
	conn := natstest.Connect(t)
	fails(t, conn, "acme", "a", "b", "c")
	monitor(t, conn, many(2))
	gets(t, conn, "acme", "a", "b")
	said := monitor(t, conn, many(4))
	explain := func(what string, opts monitoring.ExplainOptions) string {
		opts.What = what
		return explained(t, opts, func(out *bytes.Buffer, opts monitoring.ExplainOptions) error {
			return monitoring.Explain(t.Context(), conn, out, opts)
		})
	}
	of := func(scope, change string) *monitoringv1.Condition {
		for _, c := range said {
			if c.Scope == scope && c.Change == change {
				return c
			}
		}
		t.Fatal("not said:", scope, change)
		return nil
	}
	for _, scope := range []string{"acme", "platform"} {
		raise, end := of(scope, "raised"), of(scope, "cleared")
		holds(t, explain(raise.Id, monitoring.ExplainOptions{}),
			"auth_failures_over_100 of "+scope+" raised, at ", "3 people whose latest log-in failed", "more than 2 raise it",
			"Made by:  okta/acmecfalse (c by password: time-out)", "okta/acmeafalse", ", message ", "Run again: same; the same id, the same bytes")
		holds(t, explain(end.Id, monitoring.ExplainOptions{}),
			"cleared, at ", "a success was seen: okta/acmebtrue (b by password: worked)", "Made by:  okta/acmebtrue", "The episode so far:", raise.Id, "Run again: same")
	}
	raise := of("acme", "raised")
	holds(t, explain(raise.Id, monitoring.ExplainOptions{JSON: true}),
		`{"change":{"id":"`+raise.Id+`"`, `"why":"3 people`, `"made_by":{"id":"okta/acmecfalse"`, `"reexecuted":"same"`)
	stricter := small()
	stricter.Version = "sha256:stricter"
	holds(t, explain(raise.Id, monitoring.ExplainOptions{ReplayOptions: monitoring.ReplayOptions{Policy: stricter}}),
		"Run again: not run", "stated under policy sha256:small", "--policy")

	holds(t, explain("acme", monitoring.ExplainOptions{}), "auth_failures_over_100 of acme: near", "1 of 2 people", "the next 2 would raise it")
	var out bytes.Buffer
	for what, says := range map[string]string{
		strings.Repeat("0", 32): "no change with the id", "globex": "nothing was heard for globex", "acme/ftp_denied": "nothing was heard for acme/ftp_denied",
	} {
		if err := monitoring.Explain(t.Context(), conn, &out, monitoring.ExplainOptions{What: what, ReplayOptions: monitoring.ReplayOptions{Policy: small()}}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// forget drops all that the bus holds of the shards' input; the ticker goes on.
func forget(t testing.TB, conn *bus.Conn) {
	t.Helper()
	for _, subject := range []string{topology.AllSignals, topology.TickSubject()} {
		if err := conn.Purge(t.Context(), topology.Signals, subject); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNoLongerRetainedIsSaidPlainly(t *testing.T) {
	conn := natstest.Connect(t)
	fails(t, conn, "acme", "a", "b", "c")
	said := monitor(t, conn, many(2))
	gets(t, conn, "acme", "a", "b", "c")
	monitor(t, conn, many(4))
	forget(t, conn)
	fails(t, conn, "acme", "d", "e", "f")
	said = append(said[:2:2], monitor(t, conn, many(6))[4:]...)
	explain := func(id string) string {
		return explained(t, monitoring.ExplainOptions{What: id}, func(out *bytes.Buffer, opts monitoring.ExplainOptions) error {
			return monitoring.Explain(t.Context(), conn, out, opts)
		})
	}
	holds(t, explain(said[0].Id), "raised, at ", "okta/acmeafalse", "Run again: not found", "is no longer retained")
	holds(t, explain(said[2].Id), "raised, at ", "Made by:  okta/acmeffalse (f by password: time-out)",
		"Run again: other id; all else is as it was published as "+said[2].Id, "is no longer retained")
}

func TestAChangeOfAFileIsExplainedWithoutAServer(t *testing.T) {
	input := strings.Join(outage(), "\n")
	lines, _, err := replay(t, monitoring.ReplayOptions{}, outage()...)
	if err != nil {
		t.Fatal(err)
	}
	explain := func(what string, opts monitoring.ExplainOptions) string {
		opts.What = what
		return explained(t, opts, func(out *bytes.Buffer, opts monitoring.ExplainOptions) error {
			return monitoring.ExplainReplay(t.Context(), strings.NewReader(input), out, opts)
		})
	}
	for i, says := range map[int][]string{
		1: {"auth_failures_over_100 of acme raised, at 2026-11-20T09:02:00.000000001Z", "Made by:  okta/acme2 (u2 by password: time-out)", "okta/acme0", "3 people"},
		3: {"auth_failures_over_100 of acme cleared, at 2026-11-20T09:20:01Z", "a success was seen: okta/r1 (u1 by password: worked)", "The episode so far:"},
	} {
		var c struct{ ID string }
		if err := json.Unmarshal([]byte(lines[i]), &c); err != nil {
			t.Fatal(err)
		}
		text := explain(c.ID, monitoring.ExplainOptions{})
		holds(t, text, append(says, "id "+c.ID, "Run again: replayed.")...)
	}
	holds(t, explain("beta", monitoring.ExplainOptions{}), "auth_failures_over_100 of beta: raised", "raised since 2026-11-20T09:02:00.000000001Z", "tocsin explain ")
	late := monitoring.ExplainOptions{JSON: true, ReplayOptions: monitoring.ReplayOptions{Until: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}}
	holds(t, explain("beta/auth_failures_over_100", late), `"state":"undetermined"`, "no data since 2026-11-20T09:02:00.000000001Z: undetermined")
	var out bytes.Buffer
	opts := monitoring.ExplainOptions{What: strings.Repeat("0", 32), ReplayOptions: monitoring.ReplayOptions{Policy: small()}}
	if err := monitoring.ExplainReplay(t.Context(), strings.NewReader(input), &out, opts); err == nil || !strings.Contains(err.Error(), "no change with the id") {
		t.Error(err)
	}
	if err := monitoring.ExplainReplay(t.Context(), strings.NewReader("{}"), &out, opts); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
		t.Error(err)
	}
}

func TestEveryChangeOfAReplayCanBeExplained(t *testing.T) {
	for _, asLive := range []bool{false, true} {
		input := crowd(5, 600)
		ropts := monitoring.ReplayOptions{AsLive: asLive, Until: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC), Policy: small()}
		lines, _, err := replay(t, ropts, input...)
		if err != nil || len(lines) < 8 {
			t.Fatal(err, len(lines))
		}
		for _, line := range lines {
			var want struct{ ID string }
			if err := json.Unmarshal([]byte(line), &want); err != nil {
				t.Fatal(err)
			}
			got := explained(t, monitoring.ExplainOptions{What: want.ID, JSON: true, ReplayOptions: ropts}, func(out *bytes.Buffer, opts monitoring.ExplainOptions) error {
				return monitoring.ExplainReplay(t.Context(), strings.NewReader(strings.Join(input, "\n")), out, opts)
			})
			holds(t, got, `{"change":`+line, `"reexecuted":"replayed"`)
			if strings.Contains(got, "not among what is retained") {
				t.Errorf("a signal was not found: %s", got)
			}
		}
	}
}
