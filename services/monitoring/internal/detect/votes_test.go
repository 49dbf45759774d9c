package detect

import (
	"slices"
	"testing"
	"time"
)

func TestATieOfTheProbersIsNotDown(t *testing.T) {
	s := newStory(t)
	s.status("insights", StatusDown, "0s", "30m", "eu", "us")
	s.status("insights", StatusDegraded, "0s", "30m", "ap", "sa")
	s.want("", at("30m"))
	// At 16 min sa was seen 15 min ago for the last time: two of three.
	s.signals = slices.DeleteFunc(s.signals, func(sig Signal) bool {
		return sig.Probe.Prober == "sa" && sig.At.After(at("1m")) || sig.At.After(at("25m"))
	})
	s.want("", at("26m").Add(-1))
	s.want("", at("26m"), "26m0s raised insights_unavailable platform 2/2")
}

func TestTheRegionsOfASiteVote(t *testing.T) {
	s := newStory(t)
	say := func(region string, st Status, probers ...string) {
		for when := at("0s"); !when.After(at("5m")); when = when.Add(time.Minute) {
			for _, p := range probers {
				s.result("", Probe{Component: "site", Prober: p, Region: region, Status: st}, when)
			}
		}
	}
	// Four of nine probers are DOWN, and two of three regions.
	say("eu", StatusDown, "e1", "e2")
	say("eu", StatusUp, "e3")
	say("us", StatusDown, "u1", "u2")
	say("us", StatusUp, "u3")
	say("ap", StatusUp, "a1", "a2", "a3")
	s.want("", at("5m"), "5m0s raised site_outage platform 2/2")
	if n := len(s.replay(ReplayOptions{Until: at("5m")})[0].Evidence); n != 20 {
		t.Errorf("%d signals in evidence", n)
	}
	for i := range s.signals { // of another component the probers vote
		s.signals[i].Probe.Component = "insights"
	}
	s.want("", at("10m"))
	// Two regions of four are a tie, though more than half of the probers are DOWN.
	s = newStory(t)
	say("eu", StatusDown, "e1", "e2", "e3")
	say("us", StatusDown, "u1", "u2", "u3")
	say("ap", StatusUp, "a1")
	say("", StatusUp, "s1", "s2")
	s.want("", at("5m"))
}

func TestAProberVotesInTheRegionOfItsLatestResult(t *testing.T) {
	s := newStory(t)
	for m := range 7 {
		when := at("0s").Add(time.Duration(m) * time.Minute)
		s.result("", Probe{Component: "site", Prober: "a", Region: "eu", Status: StatusDown}, when)
		s.result("", Probe{Component: "site", Prober: "b", Region: "us", Status: StatusUp}, when.Add(1))
	}
	s.want("", at("6m"))
	s.result("", Probe{Component: "site", Prober: "b", Region: "eu", Status: StatusDown}, at("6m 30s"))
	s.status("site", StatusDown, "8m", "12m", "a")
	s.want("", at("12m"), "11m30s raised site_outage platform 2/2") // eu, and none
}

func TestARegionOfTwoMindsSaysNothing(t *testing.T) {
	site := func(prober string, st Status) result {
		names := map[string]uint32{"e": 1, "u": 2}
		return result{region: names[prober[:1]], status: st}
	}
	for _, c := range []struct {
		probers []result
		want    votes
	}{
		{[]result{site("e1", StatusDown), site("e2", StatusUp), site("u1", StatusDown)}, votes{seen: 2, say: 1}},
		{[]result{site("e1", StatusDown), site("e2", StatusDown), site("e3", StatusUp), site("u1", StatusUp)}, votes{seen: 2, say: 1, up: 1}},
		{nil, votes{}},
	} {
		v := verdict{probers: c.probers}
		if got := v.tally(&demand{status: StatusDown, regions: true}); got != c.want {
			t.Errorf("%+v: %+v, want %+v", c.probers, got, c.want)
		}
	}
}
