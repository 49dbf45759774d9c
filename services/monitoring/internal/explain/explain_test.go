package explain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/policy"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// A story is an engine and what reads along.
type story struct {
	engine *detect.Engine
	watch  Watcher
	said   []detect.Change
	steps  []Step
}

func begin(rules policy.Rules) *story {
	return &story{
		engine: detect.New(rules, detect.Options{Policy: "p"}),
		watch:  Watcher{KeepFrom: rules.KeepFrom},
	}
}

func (st *story) at(read time.Time, s *detect.Signal) {
	step := Step{Engine: st.engine, Message: uint64(len(st.steps) + 1), Read: read, Signal: s}
	if s == nil {
		step.Changes = st.engine.Advance(read)
	} else {
		step.Changes, _ = st.engine.Apply(*s, read)
	}
	st.said = append(st.said, step.Changes...)
	st.steps = append(st.steps, step)
	st.watch.See(&step)
}

// last is the last change of a kind, in a scope.
func (st *story) last(t *testing.T, kind detect.ChangeKind, scope string) *detect.Change {
	t.Helper()
	for i := range st.said {
		if c := &st.said[len(st.said)-1-i]; c.Change == kind && c.Scope == scope {
			return c
		}
	}
	t.Fatalf("never said: %s of %s: %v", kind, scope, st.said)
	return nil
}

// login is an attempt of a person of acme.
func login(user string, at time.Time, ok bool) *detect.Signal {
	s := &detect.Signal{Source: "okta", ID: user + at.Format("150405"), Tenant: "acme", At: at, Kind: detect.KindAuthAttempt}
	s.Auth = detect.AuthAttempt{User: user, Method: detect.MethodPassword, OK: ok}
	if !ok {
		s.Auth.Failure = detect.FailureTimeout
	}
	return s
}

// text explains a change as the story was told. The engine stands at its end, so
// that what it says of a standing is of then; the sentences tested do not ask.
func (st *story) text(t *testing.T, c *detect.Change) string {
	t.Helper()
	tr := Find(c.ID, &Target{c.Scope, c.Reason, c.Subject})
	tr.Want(c.Evidence)
	for i := range st.steps {
		tr.See(&st.steps[i])
	}
	if _, found := tr.Found(); !found {
		t.Fatal("not found:", c)
	}
	var b strings.Builder
	out := tr.Change("p")
	out.Reexecuted = Same
	if err := out.Text(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func says(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, s := range all {
		if !strings.Contains(text, s) {
			t.Errorf("does not say %q:\n%s", s, text)
		}
	}
}

func rules() policy.Rules {
	r := policy.Default().Rules
	r.AuthFailures.Over, r.AuthFailures.Clear = 2, 1
	return r
}

func TestEveryReasonOfMonitoringHasItsWords(t *testing.T) {
	for _, id := range policy.ReasonIDs() {
		w, ok := words[id]
		if !ok || len(w.kinds) == 0 || w.thing("") == "" && len(w.things) < 2 {
			t.Errorf("%s: %+v", id, w)
		}
	}
}

func TestTheSignalThatCrossedTheLineIsNamed(t *testing.T) {
	st := begin(rules())
	for i, u := range []string{"a", "b", "c"} {
		st.at(nine.Add(time.Duration(i)*time.Minute), login(u, nine.Add(time.Duration(i)*time.Minute), false))
	}
	says(t, st.text(t, st.last(t, detect.Raised, "acme")),
		"raised, at 2026-11-20T09:02:00Z", "3 people whose latest log-in failed for a reason that is not theirs; more than 2 raise it",
		"after 2026-11-20T08:02:00Z, up to 2026-11-20T09:02:00Z (1h)", "Made by:  okta/c090200 (c by password: time-out)", "message 1", "message 3")
}

func TestALateSignalThatRefutesIsNamed(t *testing.T) {
	st := begin(rules())
	for i, u := range []string{"a", "b", "c"} {
		at := nine.Add(time.Duration(i) * time.Minute)
		st.at(at, login(u, at, false))
	}
	st.at(nine.Add(3*time.Minute), login("a", nine.Add(time.Minute), true))
	says(t, st.text(t, st.last(t, detect.Withdrawn, "acme")),
		"withdrawn, at 2026-11-20T09:02:00Z",
		"by okta/a090100 (a by password: worked), which happened at 2026-11-20T09:01:00Z and was read at 2026-11-20T09:03:00Z it did not hold at 2026-11-20T09:02:00Z",
		"The episode so far:")
}

func TestWhatEndsInSilenceSaysSo(t *testing.T) {
	st := begin(rules())
	for _, u := range []string{"a", "b", "c"} {
		st.at(nine, login(u, nine, false))
	}
	for at := nine; !at.After(nine.Add(2 * time.Hour)); at = at.Add(time.Minute) {
		st.at(at, nil)
	}
	says(t, st.text(t, st.last(t, detect.Expired, "acme")),
		"expired, at 2026-11-20T10:00:00Z", "no success was seen, and the last relevant signal is of 2026-11-20T09:00:00Z", "Made by:  no signal of its own")
	st = begin(rules())
	for _, u := range []string{"a", "b", "c"} {
		st.at(nine, login(u, nine, false))
	}
	st.at(nine.Add(time.Minute), login("d", nine.Add(time.Minute), true))
	for at := nine.Add(time.Minute); !at.After(nine.Add(2 * time.Hour)); at = at.Add(time.Minute) {
		st.at(at, nil)
	}
	says(t, st.text(t, st.last(t, detect.Cleared, "acme")), "a success was seen: okta/d090100 (d by password: worked)", "Made by:  no signal of its own")
}

func TestHowNearItIs(t *testing.T) {
	st := begin(policy.Default().Rules)
	near := func() Nearness {
		t.Helper()
		list := st.watch.Nearness(Target{Scope: "acme", Reason: "auth_failures_over_100"})
		if len(list) != 1 {
			t.Fatal(list)
		}
		return list[0]
	}
	for i := range 87 {
		st.at(nine, login(fmt.Sprint("u", i), nine, false))
	}
	if n := near(); n.State != "near" || n.More != 14 || !strings.HasPrefix(n.Says, "87 of 100 people") || !strings.Contains(n.Says, "; the next 14 would raise it") {
		t.Errorf("%+v", n)
	}
	for i := 87; i < 100; i++ {
		st.at(nine, login(fmt.Sprint("u", i), nine, false))
	}
	if n := near(); !strings.Contains(n.Says, "100 of 100 people") || !strings.Contains(n.Says, "; the next one would raise it") {
		t.Errorf("%+v", n)
	}
	st.at(nine, login("u100", nine, false))
	if n := near(); n.State != "raised" || n.Raise != st.last(t, detect.Raised, "acme").ID || !strings.HasPrefix(n.Says, "raised since 2026-11-20T09:00:00Z") {
		t.Errorf("%+v", n)
	}
	for at := nine; !at.After(nine.Add(30 * time.Hour)); at = at.Add(time.Minute) {
		st.at(at, nil)
	}
	if n := near(); n.State != "undetermined" || !strings.HasPrefix(n.Says, "no data since 2026-11-20T09:00:00Z: undetermined, neither healthy nor failing") {
		t.Errorf("%+v", n)
	}
}

func TestASuccessThatSpeaksAgainstIsSaid(t *testing.T) {
	st := begin(policy.Default().Rules)
	run := func(id string, at time.Time, state detect.RunState) {
		st.at(at, &detect.Signal{Source: "r", ID: id, Tenant: "acme", At: at, Kind: detect.KindReportRun, Report: detect.ReportRun{Run: id, State: state}})
	}
	run("1", nine, detect.RunFailed)
	run("2", nine.Add(time.Hour), detect.RunFailed)
	of := Target{Scope: "acme", Reason: "reports_failing_24h"}
	if n := st.watch.Nearness(of)[0]; n.State != "near" || !strings.HasPrefix(n.Says, "2 of ") || !strings.Contains(n.Says, "report runs that failed") {
		t.Errorf("%+v", n)
	}
	run("3", nine.Add(2*time.Hour), detect.RunDelivered)
	if n := st.watch.Nearness(of)[0]; n.State != "calm" || !strings.Contains(n.Says, "a success in the window speaks against it") {
		t.Errorf("%+v", n)
	}
}

func TestAnUpdateAndALaunchAreExplained(t *testing.T) {
	st := begin(rules())
	st.at(nine.Add(-time.Hour), &detect.Signal{
		Source: "hr", ID: "l1", Tenant: "acme", At: nine.Add(-time.Hour), Kind: detect.KindLaunch,
		Launch: detect.Launch{Program: "onboarding", StartsAt: nine.Add(24 * time.Hour)},
	})
	for i, u := range []string{"a", "b", "c", "d", "e"} {
		at := nine.Add(time.Duration(i) * time.Minute)
		st.at(at, login(u, at, false))
	}
	update := st.last(t, detect.Updated, "acme")
	says(t, st.text(t, update), "acme updated, at 2026-11-20T09:0", "people whose latest log-in failed", "The episode so far:", "raised")
	for i := range st.said {
		if c := &st.said[i]; c.Reason == "program_launch_blocked" && c.Change == detect.Raised {
			says(t, st.text(t, c), "program_launch_blocked of acme, onboarding, raised", "2 conditions that block the launch; 1 or more raise it",
				"With it:  auth_failures_over_100 of acme raised", "hr/l1", "launch of onboarding at 2026-11-21T09:00:00Z")
			return
		}
	}
	t.Error("no launch was blocked")
}
