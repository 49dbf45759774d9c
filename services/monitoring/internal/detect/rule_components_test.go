package detect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// status lets probers say the same of a component every minute, both ends
// included, without a latency.
func (s *story) status(component string, st Status, from, to string, probers ...string) {
	for when := at(from); !when.After(at(to)); when = when.Add(time.Minute) {
		for _, p := range probers {
			s.result("", Probe{Component: component, Prober: p, Status: st}, when)
		}
	}
}

func (s *story) result(tenant string, p Probe, when time.Time) Signal {
	return s.add(tenant, when, Signal{Kind: KindProbe, Probe: p})
}

// lived lets an engine read the signals in order, each at its own stamp.
func (s *story) lived(opts Options) *live {
	l := s.live(opts)
	list := slices.Clone(s.signals)
	slices.SortStableFunc(list, func(a, b Signal) int { return Compare(&a, &b) })
	for _, sig := range list {
		l.apply(sig, sig.At)
	}
	return l
}

func TestEachComponentRaisesItsReasonAfterItsTime(t *testing.T) {
	for component, want := range map[string]struct{ reason, after string }{
		"site":          {"site_outage", "5m"},
		"pathways":      {"lxp_features_unavailable", "10m"},
		"feeds":         {"lxp_features_unavailable", "10m"},
		"plans":         {"lxp_features_unavailable", "10m"},
		"content_cards": {"lxp_features_unavailable", "10m"},
		"opportunities": {"career_mobility_unavailable", "10m"},
		"insights":      {"insights_unavailable", "10m"},
		"search":        {"core_function_down", "10m"},
	} {
		s := newStory(t)
		s.status(component, StatusDown, "0s", "12m", "eu", "us")
		all := s.signals
		s.signals = slices.DeleteFunc(slices.Clone(all), func(sig Signal) bool { return !sig.At.Before(at(want.after)) })
		s.want("", at(want.after).Add(-1))
		value := "2/2"
		if component == "site" {
			value = "1/1" // regions: both probers are of none
		}
		s.want("", at(want.after), at(want.after).Sub(nine).String()+" raised "+want.reason+" platform "+value)
		if got := s.replay(ReplayOptions{Until: at(want.after)}); len(got) == 1 && got[0].Subject != component {
			t.Errorf("%s: the subject is %q", component, got[0].Subject)
		}
	}
}

func TestEachComponentIsAConditionOfItsOwn(t *testing.T) {
	s := newStory(t)
	s.status("pathways", StatusDown, "0s", "30m", "eu")
	s.status("feeds", StatusDown, "1m", "20m", "eu")
	s.status("feeds", StatusUp, "21m", "30m", "eu")
	s.status("plans", StatusUp, "0s", "30m", "eu")
	var got []string
	for _, c := range s.replay(ReplayOptions{}) {
		got = append(got, fmt.Sprint(c.At.Sub(nine), " ", c.Change, " ", c.Subject))
	}
	want := []string{"10m0s raised pathways", "11m0s raised feeds", "26m0s cleared feeds"}
	if !slices.Equal(got, want) {
		t.Errorf("stated %q, want %q", got, want)
	}
}

func TestAListedComponentRaisesItsOwnReasonAndCore(t *testing.T) {
	s := newStory(t)
	s.rules.Components.Core.Listed = []string{"insights", "sso"}
	s.rules.Components.Core.Others = false
	s.status("insights", StatusDown, "0s", "10m", "eu")
	s.status("sso", StatusDown, "0s", "10m", "eu")
	s.status("search", StatusDown, "0s", "10m", "eu")
	s.want("", at("10m"),
		"5m0s raised sso_unavailable platform 1/1",
		"10m0s raised core_function_down platform 1/1", // insights
		"10m0s raised core_function_down platform 1/1", // sso
		"10m0s raised insights_unavailable platform 1/1")
}

func TestDegradedIsNotUnavailable(t *testing.T) {
	s := newStory(t)
	s.status("insights", StatusDegraded, "0s", "60m", "eu", "us")
	s.want("", at("60m"))
}

func TestOneDownResultIsNoSpell(t *testing.T) {
	s := newStory(t)
	s.status("insights", StatusDown, "0s", "0s", "eu")
	s.want("", at("1h"))
	s.status("insights", StatusDown, "14m", "14m", "eu")
	s.want("", at("14m"), "14m0s raised insights_unavailable platform 1/1")
}

func TestAnotherVerdictEndsTheSpellWhenItHasLastedTwoMinutes(t *testing.T) {
	for _, c := range []struct {
		back time.Duration
		want string
	}{
		{2*time.Minute - 1, "10m0s"},
		{2 * time.Minute, "16m0s"},
	} {
		s := newStory(t)
		s.status("insights", StatusDown, "0s", "3m", "eu")
		s.status("insights", StatusDegraded, "4m", "4m", "eu")
		s.result("", Probe{Component: "insights", Prober: "eu", Status: StatusDown}, at("4m").Add(c.back))
		s.status("insights", StatusDown, "7m", "16m", "eu")
		s.want("", at("16m"), c.want+" raised insights_unavailable platform 1/1")
	}
}

func TestAComponentIsClearedWhenItHasBeenUpForFiveMinutes(t *testing.T) {
	down := func() *story {
		s := newStory(t)
		s.status("site", StatusDown, "0s", "7m", "eu")
		return s
	}
	raised := "5m0s raised site_outage platform 1/1"
	s := down()
	s.status("site", StatusUp, "8m", "8m", "eu")
	s.want("", at("13m").Add(-1), raised)
	s.want("", at("13m"), raised, "13m0s cleared site_outage platform 0/1")
	// Another verdict in between begins the five minutes anew.
	s.status("site", StatusDegraded, "11m", "11m", "eu")
	s.status("site", StatusUp, "12m", "12m", "eu")
	s.want("", at("17m"), raised, "17m0s cleared site_outage platform 0/1")
	// DOWN before they are over is the same episode.
	s = down()
	s.status("site", StatusUp, "8m", "8m", "eu")
	s.status("site", StatusDown, "12m", "20m", "eu")
	s.status("site", StatusUp, "21m", "21m", "eu")
	s.want("", at("30m"), raised, "26m0s cleared site_outage platform 0/1")
}

func TestOnlyUpClearsAComponent(t *testing.T) {
	s := newStory(t)
	s.status("site", StatusDown, "0s", "7m", "eu")
	s.status("site", StatusDegraded, "8m", "30m", "eu")
	raised := "5m0s raised site_outage platform 1/1"
	s.want("", at("90m").Add(-1), raised)
	s.want("", at("90m"), raised, "1h30m0s expired site_outage platform 0/1")
}

func TestHalfOfTheProbersUpClearsNothing(t *testing.T) {
	s := newStory(t)
	s.status("insights", StatusDown, "0s", "10m", "eu", "us")
	s.status("insights", StatusUp, "11m", "20m", "eu")
	s.status("insights", StatusDegraded, "11m", "20m", "us")
	s.want("", at("20m"), "10m0s raised insights_unavailable platform 2/2")
}

func TestARestartForgetsNothingOfTheFiveMinutes(t *testing.T) {
	s := newStory(t)
	s.status("site", StatusDown, "0s", "7m", "eu")
	s.status("site", StatusUp, "8m", "12m", "eu")
	l := s.live(Options{Scopes: Platform})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
		l.restart()
	}
	l.tick(at("12m 1s"), at("13m"))
	compare(t, l.stated(), []string{"5m0s raised site_outage platform 1/1", "13m0s cleared site_outage platform 0/1"})
}

func TestAnUpResultThatPrecedesTheRaiseClearsNothing(t *testing.T) {
	s := newStory(t)
	s.status("insights", StatusUp, "10m", "10m", "us")
	s.status("insights", StatusDown, "0s", "10m", "eu", "ap")
	// eu and ap are not seen any more at 25 min: us alone is UP.
	s.status("insights", StatusUp, "9m", "9m", "us")
	raised := "10m0s raised insights_unavailable platform 2/2"
	s.want("", at("1h"), raised)
	s.want("", at("70m"), raised, "1h10m0s expired insights_unavailable platform 0/1")
}

func TestASilentComponentExpiresAnHourAfterItsLastResult(t *testing.T) {
	s := newStory(t)
	s.status("site", StatusDown, "0s", "6m", "eu")
	s.status("feeds", StatusUp, "30m", "30m", "eu") // of another component
	raised := "5m0s raised site_outage platform 1/1"
	s.want("", at("66m").Add(-1), raised)
	s.want("", at("66m"), raised, "1h6m0s expired site_outage platform 0/1")
}

func TestALateResultDoesNotHastenTheExpiry(t *testing.T) {
	s := newStory(t)
	s.status("site", StatusDown, "0s", "6m", "eu")
	l := s.lived(Options{Scopes: Platform})
	l.apply(s.result("", Probe{Component: "site", Prober: "eu", Status: StatusDown}, at("3m 30s")), at("7m"))
	l.tick(at("7m"), at("66m"))
	compare(t, l.stated(), []string{"5m0s raised site_outage platform 1/1", "1h6m0s expired site_outage platform 0/1"})
}

func TestASpellThatMayGoOnIsNotCleared(t *testing.T) {
	s := newStory(t)
	s.rules.Probes.ClearAfter = time.Minute // less than ends a spell
	s.status("site", StatusDown, "0s", "7m", "eu")
	s.status("site", StatusUp, "8m", "8m", "eu")
	s.want("", at("20m"), "5m0s raised site_outage platform 1/1", "10m0s cleared site_outage platform 0/1")
}

func TestProbesOfATenantAreItsOwn(t *testing.T) {
	s := newStory(t)
	for m := range 11 {
		s.result("acme", Probe{Component: "insights", Prober: "eu", Status: StatusDown}, at("0s").Add(time.Duration(m)*time.Minute))
	}
	s.want("", at("10m"), "10m0s raised insights_unavailable acme 1/1")
	if c := s.replay(ReplayOptions{})[0]; c.Tenants != 1 || c.People != 0 || !c.FirstAt.Equal(nine) || c.Window != 15*time.Minute {
		t.Errorf("evidence: %+v", c)
	}
}

func TestALateResultThatRefutesWithdraws(t *testing.T) {
	raised := "10m0s raised insights_unavailable platform 1/1"
	for _, c := range []struct{ at, want string }{
		{"0s", ""}, // a second too late to be read
		{"1s", "10m0s withdrawn insights_unavailable platform 1/2"}, // a tie
		{"10m", "10m0s withdrawn insights_unavailable platform 1/2"},
		{"10m 1s", ""},
	} {
		s := newStory(t)
		s.status("insights", StatusDown, "0s", "9m", "eu")
		l := s.lived(Options{Scopes: Platform})
		l.tick(at("9m"), at("10m"))
		l.apply(s.result("", Probe{Component: "insights", Prober: "us", Status: StatusUp}, at(c.at)), at("10m 1s"))
		want := []string{raised}
		if c.want != "" {
			want = append(want, c.want)
		}
		compare(t, l.stated(), want)
	}
}

func TestALateUpOfTheSameProberCutsTheSpell(t *testing.T) {
	s := newStory(t)
	s.status("insights", StatusDown, "0s", "4m", "eu")
	s.status("insights", StatusDown, "7m", "13m", "eu")
	l := s.lived(Options{Scopes: Platform})
	raised := "10m0s raised insights_unavailable platform 1/1"
	compare(t, l.stated(), []string{raised})
	// UP from 4 min and 1 s to 7 min: the spell began there.
	l.apply(s.result("", Probe{Component: "insights", Prober: "eu", Status: StatusUp}, at("4m 1s")), at("13m"))
	compare(t, l.stated(), []string{raised, "10m0s withdrawn insights_unavailable platform 1/1"})
	l.tick(at("13m"), at("17m"))
	compare(t, l.stated()[2:], []string{"17m0s raised insights_unavailable platform 1/1"})
}

func TestShuffledResultsLiveStandAsSorted(t *testing.T) {
	s := newStory(t)
	s.status("search", StatusDown, "0s", "9m", "eu", "us")
	l := s.live(Options{Scopes: Platform})
	for i := range s.signals {
		l.apply(s.signals[(i*7)%len(s.signals)], at("9m 30s"))
		l.restart()
	}
	l.tick(at("9m 31s"), at("10m"))
	compare(t, l.stated(), []string{"10m0s raised core_function_down platform 2/2"})
	if n := len(l.got[0].Evidence); n != 20 {
		t.Errorf("%d signals in evidence", n)
	}
}

func TestARepeatedResultWithAnotherLatencyIsRefused(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Platform})
	first := s.result("", Probe{Component: "search", Prober: "eu", Status: StatusUp, LatencyMS: 100}, at("0s"))
	l.apply(first, at("0s"))
	l.apply(first, at("1m"))
	other := first
	other.Probe.LatencyMS = 200
	l.apply(other, at("1m"))
	if sum := l.e.Summary(); sum.Duplicates != 1 || sum.Conflicting != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestAComponentOfWhichNothingIsKnownIsCoreWhereOthersAre(t *testing.T) {
	for component, want := range map[string]int{"search": 1, "": 0, policy.ComponentSSO: 0} {
		s := newStory(t)
		s.status(component, StatusDown, "0s", "10m", "eu")
		got := slices.DeleteFunc(s.replay(ReplayOptions{}), func(c Change) bool { return c.Reason != "core_function_down" })
		if len(got) != want {
			t.Errorf("%q: %s", component, lines(got))
		}
	}
}
