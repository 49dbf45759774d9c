package detect

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// flicker raises and clears acme's SSO condition, so many times, every ten minutes.
func (s *story) flicker(times int) {
	for i := range times {
		from := at("0s").Add(time.Duration(i) * 10 * time.Minute)
		for p := range 20 {
			s.sso("acme", fmt.Sprintf("u%d", p%5), from.Add(time.Duration(p)))
		}
		s.ssoOK("acme", "u1", from.Add(5*time.Minute))
	}
}

func kinds(list []Change) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s %s\n", c.At.Sub(nine).Truncate(time.Second), c.Change)
	}
	return b.String()
}

// The last attempts leave their window at 54 min: it does not hold from then on.
func TestTheFourthRaiseInAnHourFlapsAndItsEndIsHeldBack(t *testing.T) {
	s := newStory(t)
	s.rules.SSO.Window, s.rules.SSO.Sparse = 4*time.Minute, 4*time.Minute
	s.flicker(6)
	got := kinds(of("acme", s.replay(ReplayOptions{Until: at("3h")})))
	want := "0s raised\n5m0s cleared\n10m0s raised\n15m0s cleared\n20m0s raised\n25m0s cleared\n" +
		"30m0s raised\n30m0s flapping\n1h24m0s cleared\n"
	if got != want {
		t.Errorf("stated:\n%swant:\n%s", got, want)
	}
}

func TestThreeRaisesAreNoFlapping(t *testing.T) {
	s := newStory(t)
	s.rules.SSO.Window, s.rules.SSO.Sparse = 4*time.Minute, 4*time.Minute
	s.flicker(3)
	s.signals = append(s.signals, func() []Signal {
		n := len(s.signals)
		for p := range 20 {
			s.sso("acme", fmt.Sprintf("u%d", p%5), at("60m").Add(time.Duration(p)))
		}
		late := s.signals[n:]
		s.signals = s.signals[:n]
		return late
	}()...)
	// The first of the four is 60 min before the last: it has left the hour.
	if got := kinds(of("acme", s.replay(ReplayOptions{}))); strings.Contains(got, "flapping") {
		t.Errorf("stated:\n%s", got)
	}
}

func TestTheTenantsOfTheHouseAreRefused(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{})
	l.apply(s.fail("platform", "u", at("0s")), at("0s"))
	l.apply(s.fail("_", "u", at("0s")), at("0s"))
	if len(l.refusals) != 2 || l.refusals[0].Reason != Reserved || l.refusals[1].Reason != Reserved {
		t.Errorf("refused: %v", l.refusals)
	}
}

func TestFiveMinutesAheadIsReadAndMoreIsRefused(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{})
	l.apply(s.fail("acme", "u", at("5m")), at("0s"))
	l.apply(s.fail("acme", "v", at("5m 1ns")), at("0s"))
	if len(l.refusals) != 1 || l.refusals[0].Reason != Ahead || l.refusals[0].ID != "s000002" {
		t.Errorf("refused: %v", l.refusals)
	}
}

func TestTheLatenessItselfIsStillTaken(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{})
	l.apply(s.fail("acme", "u", at("0s")), at("10m"))
	l.apply(s.fail("acme", "v", at("0s").Add(-1)), at("10m"))
	if len(l.refusals) != 1 || l.refusals[0].Reason != Late || l.refusals[0].ID != "s000002" {
		t.Errorf("refused: %v", l.refusals)
	}
}

func TestKindsWithoutARuleAreIgnoredAndCounted(t *testing.T) {
	s := newStory(t)
	s.add("acme", at("0s"), Signal{Kind: Kind(99)})
	s.add("acme", at("0s"), Signal{Kind: KindUnknown})
	s.fail("acme", "u", at("0s"))
	sum := Replay(s.rules, ReplayOptions{}, s.signals, func(Change) {})
	if sum.Read != 3 || sum.Ignored != 2 || sum.Counted != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestSignalsThatNameNoTenantCountForThePlatform(t *testing.T) {
	s := newStory(t)
	s.crowd("", 1, 50, at("10m"))
	s.crowd("acme", 1, 51, at("11m"))
	s.want("", at("12m"), "11m0s raised "+auth+" platform 101/100")
	if c := s.replay(ReplayOptions{})[0]; c.Tenants != 1 {
		t.Errorf("%d tenants", c.Tenants)
	}
}

func TestAnUpdateComesAtMostOnceAMinute(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	for i := range 90 {
		l.apply(s.fail("acme", fmt.Sprintf("v%d", i), at("10m").Add(time.Duration(i)*time.Second)), at("10m").Add(time.Duration(i)*time.Second))
	}
	l.tick(at("11m 30s"), at("20m"))
	compare(t, l.got, []string{
		"10m0s raised " + auth + " acme 101/100",
		"11m0s updated " + auth + " acme 161/100",
		"12m0s updated " + auth + " acme 191/100",
	})
	if len(s.replay(ReplayOptions{Until: at("20m"), Scopes: Tenants})) != 1 {
		t.Error("a replay states updates")
	}
}

func TestAfterAGapDeadlinesWaitForTheBacklog(t *testing.T) {
	s := newStory(t)
	s.outage("acme", 5, 5, at("0s"))
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	raised := "0s raised " + sso + " acme 5/5"
	l.got = append(l.got, l.e.Advance(at("2h"))...) // the first tick after the gap
	compare(t, l.stated(), []string{raised})
	l.apply(s.ssoOK("acme", "u1", at("50m")), at("2h"))
	compare(t, l.stated(), []string{raised, "50m0s cleared " + sso + " acme 5/5"})
	l.apply(s.sso("acme", "u1", at("118m")), at("2h")) // two minutes behind: read up
	if got := l.e.clock.now; got != at("2h").UnixNano() {
		t.Errorf("the clock is at %v", timeOf(got))
	}
}

func TestTwoTicksInARowSayThatThereIsNoBacklog(t *testing.T) {
	s := newStory(t)
	s.outage("acme", 5, 5, at("0s"))
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.tick(at("2h"), at("2h 1s"))
	compare(t, l.stated(), []string{"0s raised " + sso + " acme 5/5", "1h0m0s expired " + sso + " acme 0/5"})
}

func TestAnEngineStatesOnlyItsScopes(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	for scopes, want := range map[Scopes]string{Tenants: "acme", Platform: "platform"} {
		got := s.replay(ReplayOptions{Scopes: scopes})
		if len(got) != 1 || got[0].Scope != want {
			t.Errorf("scopes %d: %s", scopes, lines(got))
		}
	}
}

func TestAsLiveKeepsTheOrderAndAppliesTheLateness(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 100, at("10m"))
	s.login("acme", "x", at("21m"))
	s.fail("acme", "u101", at("10m"))
	if got := s.replay(ReplayOptions{Scopes: Tenants}); len(got) != 1 {
		t.Errorf("sorted:\n%s", lines(got))
	}
	if got := s.replay(ReplayOptions{Scopes: Tenants, AsLive: true}); len(got) != 0 {
		t.Errorf("as live:\n%s", lines(got))
	}
}

func TestOfTwoContentsUnderOneIdTheEarlierThenTheSmallerStands(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 100, at("10m"))
	a := s.fail("acme", "u101", at("9m"))
	b := a
	b.At, b.Auth = at("8m"), AuthAttempt{User: "u101", OK: true}
	s.signals = append(s.signals, b)
	s.want("acme", at("12m"))
	sum := Replay(s.rules, ReplayOptions{}, s.signals, func(Change) {})
	if sum.Conflicting != 1 || sum.Duplicates != 0 {
		t.Errorf("%+v", sum)
	}
}

func TestASnapshotOfAnotherKindIsRefused(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Policy: "p1"})
	good := l.snapshot()
	bad := bytes.Clone(good)
	bad[len(bad)/2] ^= 1
	for name, c := range map[string]struct {
		bytes []byte
		opts  Options
		says  string
	}{
		"changed byte": {bad, Options{Policy: "p1"}, "checksum"},
		"cut":          {good[:len(good)-1], Options{Policy: "p1"}, "checksum"},
		"empty":        {nil, Options{Policy: "p1"}, "checksum"},
		"policy":       {good, Options{Policy: "p2"}, `policy "p1"`},
		"scopes":       {good, Options{Policy: "p1", Scopes: Tenants}, "other scopes"},
	} {
		_, err := Restore(bytes.NewReader(c.bytes), s.rules, c.opts)
		if !errors.Is(err, ErrSnapshot) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Restore(bytes.NewReader(good), s.rules, Options{Policy: "p1"}); err != nil {
		t.Error(err)
	}
}

func TestASourceThatMakesUpTenantsIsRefusedMoreOfThem(t *testing.T) {
	const most, named = 100_000, 1_000_000
	e, refused := New(smallRules(), Options{Scopes: Tenants}), 0
	for i := range named {
		s := attemptOf("u", MethodPassword, FailureNone)
		s.Source, s.ID, s.Tenant, s.At = "mad", "i", fmt.Sprint("t", i), nine
		_, refusals := e.Apply(s, nine)
		for _, r := range refusals {
			if r.Reason != Crowded {
				t.Fatalf("refused: %v", r)
			}
			refused++
		}
	}
	if refused != named-most || e.Summary().Invalid != refused {
		t.Errorf("%d refused, %+v", refused, e.Summary())
	}
	e = restarted(t, e, Options{Scopes: Tenants})
	for _, known := range []Signal{
		{Source: "mad", ID: "a", Tenant: "t999", At: nine, Kind: KindAuthAttempt},
		{Source: "sane", ID: "b", Tenant: "t200000", At: nine, Kind: KindAuthAttempt},
		{Source: "mad", ID: "c", Tenant: "t200000", At: nine, Kind: KindAuthAttempt},
	} {
		if _, refusals := e.Apply(known, nine); len(refusals) > 0 {
			t.Errorf("refused: %v", refusals)
		}
	}
	if _, refusals := e.Apply(Signal{Source: "mad", ID: "d", Tenant: "t200001", At: nine, Kind: KindAuthAttempt}, nine); len(refusals) != 1 {
		t.Error("a restart forgot what the source had named")
	}
}

func restarted(t *testing.T, e *Engine, opts Options) *Engine {
	t.Helper()
	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	e, err := Restore(&b, smallRules(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAReasonThatThePolicyTurnsOffIsNotRaised(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("0s"))
	if said := s.replay(ReplayOptions{}); len(said) == 0 {
		t.Fatal("nothing raised")
	}
	s.rules.Off = map[policy.ReasonID]bool{policy.AuthFailuresOver100: true}
	for _, c := range s.replay(ReplayOptions{}) {
		if c.Reason == string(policy.AuthFailuresOver100) {
			t.Errorf("raised: %v", c)
		}
	}
}
