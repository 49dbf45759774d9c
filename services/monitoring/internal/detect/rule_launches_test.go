package detect

import (
	"fmt"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

func (s *story) launch(tenant, program string, when, starts time.Time) Signal {
	return s.add(tenant, when, Signal{Kind: KindLaunch, Launch: Launch{Program: program, StartsAt: starts}})
}

// ssoOutage raises sso_unavailable for a tenant (and, by its size, for the
// platform), at an instant, and ends it with a log-in at another.
func (s *story) ssoOutage(tenant string, from, to time.Time) {
	for i := range 20 {
		s.sso(tenant, fmt.Sprintf("u%d", i%5), from)
	}
	if !to.IsZero() {
		s.ssoOK(tenant, "u1", to)
	}
}

// blocked are the changes of the launches alone.
func blocked(list []Change) []Change { return about("program_launch_blocked", list) }

func about(reason string, list []Change) []Change {
	var out []Change
	for _, c := range list {
		if c.Reason == reason {
			out = append(out, c)
		}
	}
	return out
}

func (s *story) wantLaunches(until time.Time, want ...string) {
	s.t.Helper()
	compare(s.t, blocked(s.replay(ReplayOptions{Until: until})), want)
}

const week = 7 * 24 * time.Hour

func TestALaunchIsNearFromAWeekBeforeItsStartToAWeekAfter(t *testing.T) {
	for name, c := range map[string]struct {
		starts time.Time
		want   []string
	}{
		"a week ahead":                     {at("1h").Add(week), []string{"1h0m0s raised program_launch_blocked acme 2/1"}},
		"a week and a nanosecond ahead":    {at("1h").Add(week + 1), []string{"1h0m0.000000001s raised program_launch_blocked acme 2/1"}},
		"long ahead":                       {at("3h").Add(week), nil},
		"just now":                         {at("1h"), []string{"1h0m0s raised program_launch_blocked acme 2/1"}},
		"a week less a nanosecond ago":     {at("1h").Add(1 - week), []string{"1h0m0s raised program_launch_blocked acme 2/1", "1h0m0.000000001s expired program_launch_blocked acme 2/1"}},
		"a week ago":                       {at("1h").Add(-week), nil},
		"near when nothing blocks it, yet": {at("30m"), []string{"1h0m0s raised program_launch_blocked acme 2/1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.launch("acme", "onboarding", at("0s"), c.starts)
			s.ssoOutage("acme", at("1h"), time.Time{})
			s.wantLaunches(at("90m"), c.want...)
		})
	}
}

func TestALaunchIsBlockedByWhatWasRaisedBeforeItCameNear(t *testing.T) {
	s := newStory(t)
	s.launch("acme", "onboarding", at("0s"), at("1h").Add(week))
	s.ssoOutage("acme", at("30m"), at("70m"))
	got := blocked(s.replay(ReplayOptions{Until: at("3h")}))
	compare(t, got, []string{
		"1h0m0s raised program_launch_blocked acme 2/1",
		"1h10m0s cleared program_launch_blocked acme 0/1",
	})
	c := got[0]
	if c.Subject != "onboarding" || c.Window != 2*week || c.Tenants != 1 || c.People != 0 || !c.FirstAt.Equal(nine) ||
		len(c.Evidence) != 1 || c.Evidence[0] != "test/s000001" {
		t.Errorf("evidence of the launch: %+v", c)
	}
}

func TestALaunchRegisteredWhileItIsBlockedIsRaisedAtOnce(t *testing.T) {
	s := newStory(t)
	s.ssoOutage("acme", at("0s"), at("50m"))
	s.launch("acme", "onboarding", at("10m"), at("48h"))
	s.wantLaunches(at("1h"), "10m0s raised program_launch_blocked acme 2/1", "50m0s cleared program_launch_blocked acme 0/1")
}

// Sixty of a hundred other people get in, so that the platform is well.
func (s *story) only(tenant string, from, to time.Time) {
	s.rules.SSO.Attempts, s.rules.SSO.People = 1000, 1000
	s.crowd(tenant, 1, 101, from)
	for i := range 3000 {
		s.login("other", fmt.Sprintf("o%d", i), from.Add(-time.Minute))
	}
	if !to.IsZero() {
		for i := range 21 {
			s.login(tenant, fmt.Sprintf("u%d", i+1), to)
		}
	}
}

func TestALaunchEndsWithTheLastOfWhatBlocksIt(t *testing.T) {
	s := newStory(t)
	s.launch("acme", "onboarding", at("0s"), at("48h"))
	s.only("acme", at("10m"), at("30m"))
	for i := range 3 {
		s.upload("acme", fmt.Sprintf("f%d", i), at("-1h").Add(-25*time.Hour), FileUpload{})
		s.upload("acme", fmt.Sprintf("f%d", i), at("15m").Add(time.Duration(i-2)), FileUpload{})
	}
	s.upload("acme", "f9", at("2h"), FileUpload{Accepted: true})
	s.wantLaunches(at("3h"), "10m0s raised program_launch_blocked acme 1/1", "2h0m0s cleared program_launch_blocked acme 0/1")
}

func TestAnotherTenantsConditionBlocksNothing(t *testing.T) {
	s := newStory(t)
	s.launch("beta", "onboarding", at("0s"), at("48h"))
	s.launch("", "everywhere", at("0s"), at("48h"))
	s.only("acme", at("10m"), at("30m"))
	s.wantLaunches(at("3h"))
}

func TestAConditionOfThePlatformBlocksEveryLaunch(t *testing.T) {
	s := newStory(t)
	s.launch("beta", "onboarding", at("0s"), at("48h"))
	s.launch("acme", "onboarding", at("0s"), at("48h"))
	s.launch("", "everywhere", at("0s"), at("48h"))
	s.ssoOutage("", at("10m"), at("30m"))
	s.wantLaunches(at("3h"),
		"10m0s raised program_launch_blocked acme 1/1", "10m0s raised program_launch_blocked beta 1/1", "10m0s raised program_launch_blocked platform 1/1",
		"30m0s cleared program_launch_blocked acme 0/1", "30m0s cleared program_launch_blocked beta 0/1", "30m0s cleared program_launch_blocked platform 0/1")
}

func TestAReasonThatIsNotListedBlocksNothing(t *testing.T) {
	s := newStory(t)
	s.rules.Launches.BlockedBy = []policy.ReasonID{policy.UploadsFailing24h}
	s.launch("acme", "onboarding", at("0s"), at("48h"))
	s.ssoOutage("acme", at("10m"), at("30m"))
	s.wantLaunches(at("3h"))
}

func TestALaunchThatIsMovedIsJudgedAnew(t *testing.T) {
	for name, c := range map[string]struct {
		starts time.Time
		want   []string
	}{
		"still near": {at("50h"), []string{"10m0s raised program_launch_blocked acme 2/1", "40m0s cleared program_launch_blocked acme 0/1"}},
		"far off":    {at("0s").Add(30 * 24 * time.Hour), []string{"10m0s raised program_launch_blocked acme 2/1", "20m0s expired program_launch_blocked acme 2/1"}},
		"long past":  {at("0s").Add(-30 * 24 * time.Hour), []string{"10m0s raised program_launch_blocked acme 2/1", "20m0s expired program_launch_blocked acme 2/1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.launch("acme", "onboarding", at("0s"), at("48h"))
			s.ssoOutage("acme", at("10m"), at("40m"))
			s.launch("acme", "onboarding", at("20m"), c.starts)
			s.wantLaunches(at("3h"), c.want...)
		})
	}
}

func TestALaunchThatIsMovedNearIsRaised(t *testing.T) {
	s := newStory(t)
	s.launch("acme", "onboarding", at("0s"), at("0s").Add(30*24*time.Hour))
	s.ssoOutage("acme", at("10m"), time.Time{})
	s.launch("acme", "onboarding", at("20m"), at("48h"))
	s.wantLaunches(at("30m"), "20m0s raised program_launch_blocked acme 2/1")
}

func TestTheFourteenDaysOfALaunchPass(t *testing.T) {
	s := newStory(t)
	s.rules.SSO.Expire = 60 * 24 * time.Hour
	s.launch("acme", "onboarding", at("0s"), at("48h"))
	s.ssoOutage("acme", at("10m"), time.Time{})
	s.wantLaunches(at("2000h"), "10m0s raised program_launch_blocked acme 2/1", "216h0m0s expired program_launch_blocked acme 2/1")
}

func TestALaunchExpiresWithAConditionThatExpires(t *testing.T) {
	s := newStory(t)
	s.launch("acme", "onboarding", at("0s"), at("48h"))
	s.ssoOutage("acme", at("10m"), time.Time{})
	s.wantLaunches(at("3h"), "10m0s raised program_launch_blocked acme 2/1", "1h10m0s expired program_launch_blocked acme 0/1")
}

func TestWhileAConditionFlapsItBlocks(t *testing.T) {
	s := newStory(t)
	s.rules.SSO.Window, s.rules.SSO.Sparse = 4*time.Minute, 4*time.Minute
	s.launch("acme", "onboarding", at("25m"), at("48h"))
	s.flicker(6)
	s.wantLaunches(at("3h"), "30m0.000000004s raised program_launch_blocked acme 2/1", "1h24m0.000000015s cleared program_launch_blocked acme 0/1")
}

func TestALaunchIsWithdrawnWithWhatBlockedIt(t *testing.T) {
	s := newStory(t)
	s.rules.SSO.Attempts, s.rules.SSO.People = 1000, 1000
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.launch("acme", "onboarding", at("0s"), at("48h")), at("0s"))
	s.crowd("acme", 1, 101, at("10m"))
	for _, sig := range s.signals[1:] {
		l.apply(sig, at("10m"))
	}
	l.restart()
	l.apply(s.login("acme", "u7", at("9m 59s 990ms")), at("12m"))
	compare(t, blocked(l.stated()), []string{"10m0s raised program_launch_blocked acme 1/1", "10m0s withdrawn program_launch_blocked acme 0/1"})
}

func TestALaunchIsWithdrawnWhereItsLateMoveIsHeardOf(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.launch("acme", "onboarding", at("0s"), at("48h")), at("0s"))
	n := len(s.signals)
	s.ssoOutage("acme", at("10m"), time.Time{})
	for _, sig := range s.signals[n:] {
		l.apply(sig, at("10m"))
	}
	l.restart()
	l.apply(s.launch("acme", "onboarding", at("5m"), at("0s").Add(30*24*time.Hour)), at("12m"))
	compare(t, blocked(l.stated()), []string{"10m0s raised program_launch_blocked acme 1/1", "10m0s withdrawn program_launch_blocked acme 1/1"})
}

func TestAnotherConditionThatIsHeardOfLateKeepsTheLaunchRaised(t *testing.T) {
	s := newStory(t)
	s.rules.Launches.BlockedBy = []policy.ReasonID{policy.SSOUnavailable, policy.AuthFailuresOver100}
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.launch("acme", "onboarding", at("0s"), at("48h")), at("0s"))
	l.apply(toldOf(1, Raised, policy.SSOUnavailable, "", at("10m")), at("10m"))
	l.apply(toldOf(2, Raised, policy.AuthFailuresOver100, "", at("9m")), at("11m"))
	l.apply(toldOf(3, Withdrawn, policy.SSOUnavailable, "", at("10m")), at("12m"))
	l.restart()
	l.apply(toldOf(4, Expired, policy.AuthFailuresOver100, "", at("13m")), at("13m"))
	compare(t, blocked(l.stated()), []string{"10m0s raised program_launch_blocked acme 1/1", "13m0s expired program_launch_blocked acme 0/1"})
}

// toldOf is what a tenants' shard is told of a condition of the platform.
func toldOf(position uint64, kind ChangeKind, reason policy.ReasonID, subject string, when time.Time) Signal {
	return Signal{
		Source: "monitoring", ID: fmt.Sprint("told", position), At: when, Kind: KindCondition,
		News: ConditionNews{Reason: string(reason), Subject: subject, Change: kind, Episode: "e", Position: position},
	}
}

func TestATenantsEngineIsToldOfThePlatform(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.launch("acme", "early", at("0s"), at("48h")), at("0s"))
	l.apply(toldOf(5, Raised, policy.CoreFunctionDown, "search", at("10m")), at("11m"))
	l.apply(toldOf(6, Raised, policy.CoreFunctionDown, "feeds", at("11m")), at("12m"))
	l.restart()
	l.apply(s.launch("beta", "late", at("20m"), at("48h")), at("20m"))
	l.apply(toldOf(7, Cleared, policy.CoreFunctionDown, "search", at("30m")), at("30m"))
	l.apply(toldOf(5, Raised, policy.CoreFunctionDown, "search", at("10m")), at("31m")) // again, and too late
	l.apply(toldOf(7, Cleared, policy.CoreFunctionDown, "search", at("30m")), at("31m"))
	l.apply(toldOf(8, Raised, policy.FTPDenied, "", at("31m")), at("31m")) // blocks no launch
	if sum := l.e.Summary(); sum.Counted != 2 || sum.Duplicates != 2 || sum.Ignored != 1 {
		t.Errorf("%+v", sum)
	}
	l.restart()
	l.apply(toldOf(9, Cleared, policy.CoreFunctionDown, "feeds", at("32m")), at("33m"))
	compare(t, l.stated(), []string{
		"10m0s raised program_launch_blocked acme 1/1",
		"20m0s raised program_launch_blocked beta 2/1",
		"32m0s cleared program_launch_blocked acme 0/1",
		"32m0s cleared program_launch_blocked beta 0/1",
	})
}

func TestAnEngineThatSeesThePlatformItselfIsNotTold(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{})
	l.apply(s.launch("acme", "onboarding", at("0s"), at("48h")), at("0s"))
	l.apply(toldOf(1, Raised, policy.SSOUnavailable, "", at("10m")), at("10m"))
	compare(t, l.stated(), nil)
	if l.e.Summary().Ignored != 1 {
		t.Errorf("%+v", l.e.Summary())
	}
}

func TestAnOlderStatementOfALaunchChangesNothing(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	first := s.launch("acme", "onboarding", at("10m"), at("48h"))
	l.apply(first, at("10m"))
	l.apply(s.launch("acme", "onboarding", at("5m"), at("4800h")), at("11m"))
	l.apply(first, at("12m"))
	changed := first
	changed.Launch.StartsAt = at("4800h")
	l.apply(changed, at("12m"))
	l.apply(toldOf(1, Raised, policy.SSOUnavailable, "", at("20m")), at("20m"))
	compare(t, l.stated(), []string{"20m0s raised program_launch_blocked acme 1/1"})
	if sum := l.e.Summary(); sum.Late != 1 || sum.Duplicates != 1 || sum.Conflicting != 1 {
		t.Errorf("%+v", sum)
	}
}
