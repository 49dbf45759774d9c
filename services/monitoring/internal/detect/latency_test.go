package detect

import (
	"fmt"
	"math"
	"testing"
	"time"
)

const core = "core_function_down"

// slow is a day in which a core part takes 600 ms, then is DEGRADED for 15 min
// from nine o'clock on and takes so long.
func slow(t *testing.T, ms float64) *story {
	t.Helper()
	s := newStory(t)
	s.took("search", StatusUp, 600, "-60m", "-1m")
	s.took("search", StatusDegraded, ms, "0s", "15m")
	return s
}

// took lets one prober say the same every minute, with a latency.
func (s *story) took(component string, st Status, ms float64, from, to string) {
	for when := at(from); !when.After(at(to)); when = when.Add(time.Minute) {
		s.result("", Probe{Component: component, Prober: "eu", Status: st, LatencyMS: ms}, when)
	}
}

func TestDegradedForAQuarterOfAnHourAndVerySlowRaises(t *testing.T) {
	s := slow(t, 3000)
	raised := "15m0s raised " + core + " platform 1/1"
	s.want("", at("15m"), raised)
	c := s.replay(ReplayOptions{})[0]
	if c.Subject != "search" || len(c.Evidence) != 15 || !c.FirstAt.Equal(nine) {
		t.Errorf("evidence: %+v", c)
	}
	s.signals = s.signals[:len(s.signals)-1] // without the result of 15 min: a deadline
	s.want("", at("15m").Add(-1))
	s.want("", at("15m"), raised)
}

func TestLessThanThreeSecondsIsNotSevere(t *testing.T) {
	s := slow(t, 2999)
	s.want("", at("15m"))
}

func TestSlowIsFiveTimesTheUsual(t *testing.T) {
	for _, c := range []struct {
		usual float64
		want  int
	}{{600, 1}, {600.001, 0}, {599.999, 1}} {
		s := newStory(t)
		s.took("search", StatusUp, c.usual, "-60m", "-1m")
		s.took("search", StatusDegraded, 3000, "0s", "15m")
		if got := s.replay(ReplayOptions{}); len(got) != c.want {
			t.Errorf("usually %v ms: stated %q", c.usual, lines(got))
		}
	}
}

func TestTheUsualIsTheMedianOfADayBeforeTheSpell(t *testing.T) {
	for _, c := range []struct {
		first time.Time // of a result of 100 ms that tips the median
		want  int
	}{
		{at("-24h"), 0}, // it has left the day
		{at("-24h").Add(1), 1},
		{at("0s").Add(-1), 1},
	} {
		s := newStory(t)
		s.result("", Probe{Component: "search", Prober: "eu", Status: StatusUp, LatencyMS: 900}, at("-20h"))
		s.result("", Probe{Component: "search", Prober: "eu", Status: StatusUp, LatencyMS: 100}, c.first)
		s.took("search", StatusDegraded, 3000, "0s", "15m")
		if got := s.replay(ReplayOptions{}); len(got) != c.want {
			t.Errorf("a result at %v: stated %q", c.first.Sub(nine), lines(got))
		}
	}
}

func TestWithoutAUsualLatencyNothingIsSlow(t *testing.T) {
	s := newStory(t)
	s.took("search", StatusUp, 0, "-60m", "-1m") // none stated
	s.took("search", StatusDegraded, 60000, "0s", "30m")
	s.want("", at("30m"))
}

func TestResultsThatStateNoLatencyTipNoMedian(t *testing.T) {
	s := newStory(t)
	s.took("search", StatusUp, 0, "-60m", "-31m")
	s.took("search", StatusUp, 700, "-30m", "-1m")
	s.took("search", StatusDegraded, 3000, "0s", "15m")
	s.want("", at("15m")) // with them five times the median would be 1750 ms
	s = newStory(t)
	s.took("search", StatusUp, 600, "-30m", "-1m")
	s.took("search", StatusDegraded, 3000, "0s", "15m")
	for m := range 16 {
		s.result("", Probe{Component: "search", Prober: "us", Status: StatusDegraded}, at("0s").Add(time.Duration(m)*time.Minute))
	}
	s.want("", at("15m"), "15m0s raised "+core+" platform 2/2")
}

func TestTheMedianOfTheLastQuarterOfAnHourDecides(t *testing.T) {
	s := newStory(t)
	s.took("search", StatusUp, 600, "-60m", "-1m")
	s.took("search", StatusDegraded, 1000, "0s", "12m")
	s.took("search", StatusDegraded, 5000, "13m", "60m")
	// (5 min, 20 min]: seven of 1 s and eight of 5 s.
	s.want("", at("60m"), "20m0s raised "+core+" platform 1/1")
}

func TestALatencyThatLeavesRaisesByItself(t *testing.T) {
	s := newStory(t)
	s.took("search", StatusUp, 600, "-60m", "-1m")
	s.took("search", StatusDegraded, 1000, "0s", "3m")
	s.took("search", StatusDegraded, 1000, "5m", "5m")
	for _, when := range []string{"6m", "10m", "14m"} {
		s.result("", Probe{Component: "search", Prober: "eu", Status: StatusDegraded, LatencyMS: 5000}, at(when))
	}
	// At 16 min the result of 1 min leaves: three of 1 s, and three of 5 s.
	s.want("", at("16m").Add(-1))
	s.want("", at("16m"), "16m0s raised "+core+" platform 1/1")
}

func TestASlowComponentThatIsDownForAWhileIsNotDegraded(t *testing.T) {
	s := newStory(t)
	s.took("search", StatusUp, 600, "-60m", "-1m")
	s.took("search", StatusDegraded, 4000, "0s", "9m")
	s.took("search", StatusDown, 4000, "10m", "12m")
	s.took("search", StatusDegraded, 4000, "13m", "40m")
	s.want("", at("40m"), "28m0s raised "+core+" platform 1/1")
}

func TestWhatWasRaisedAsSlowLastsUntilItIsUp(t *testing.T) {
	s := slow(t, 3000)
	s.took("search", StatusDegraded, 10, "16m", "60m")
	s.took("search", StatusDown, 10, "61m", "65m")
	s.took("search", StatusUp, 10, "66m", "72m")
	s.want("", at("72m"), "15m0s raised "+core+" platform 1/1", "1h11m0s cleared "+core+" platform 0/1")
}

func TestASlowComponentThatGoesDownIsDownTenMinutesLater(t *testing.T) {
	s := slow(t, 3000)
	s.signals = s.signals[:len(s.signals)-16]
	for m := range 30 {
		when := at("0s").Add(time.Duration(m) * time.Minute)
		st := StatusDegraded
		if m >= 5 {
			st = StatusDown
		}
		s.result("", Probe{Component: "search", Prober: "eu", Status: st, LatencyMS: 9000}, when)
	}
	got := s.replay(ReplayOptions{})
	compare(t, got, []string{"15m0s raised " + core + " platform 1/1"})
	if len(got) == 1 && !got[0].FirstAt.Equal(at("5m")) {
		t.Errorf("first at %v", got[0].FirstAt)
	}
}

func TestALateFastResultWithdrawsASlowSpell(t *testing.T) {
	s := newStory(t)
	s.took("search", StatusUp, 600, "-60m", "-1m")
	for _, when := range []string{"0s", "7m", "14m"} {
		s.result("", Probe{Component: "search", Prober: "eu", Status: StatusDegraded, LatencyMS: 3000}, at(when))
	}
	l := s.lived(Options{Scopes: Platform})
	l.tick(at("14m"), at("15m"))
	raised := "15m0s raised " + core + " platform 1/1"
	compare(t, l.stated(), []string{raised})
	l.apply(s.result("", Probe{Component: "search", Prober: "eu", Status: StatusDegraded, LatencyMS: 2999}, at("13m")), at("16m"))
	compare(t, l.stated(), []string{raised}) // 3000 of three
	l.apply(s.result("", Probe{Component: "search", Prober: "eu", Status: StatusDegraded, LatencyMS: 2999}, at("12m")), at("16m"))
	compare(t, l.stated(), []string{raised, "15m0s withdrawn " + core + " platform 1/1"})
	l.restart()
	l.apply(s.result("", Probe{Component: "search", Prober: "eu", Status: StatusDegraded, LatencyMS: 9000}, at("16m")), at("16m"))
	compare(t, l.stated()[2:], []string{"16m0s raised " + core + " platform 1/1"})
}

func TestLateResultsFindTheSpellAndWhatWasUsual(t *testing.T) {
	s := slow(t, 3000)
	l := s.live(Options{Scopes: Platform})
	n := len(s.signals)
	for _, sig := range s.signals[:n-16] {
		l.apply(sig, sig.At)
	}
	// The spell is heard of backwards.
	for i := range 9 {
		l.apply(s.signals[n-8-i], at("9m"))
		l.restart()
	}
	for _, sig := range s.signals[n-7:] {
		l.apply(sig, sig.At)
	}
	compare(t, l.stated(), []string{"15m0s raised " + core + " platform 1/1"})
}

func TestTheMemoryOfLatenciesIsBounded(t *testing.T) {
	day := slowness{}
	day.Median = 24 * time.Hour
	for i := range 3 * usualOf {
		at := nine.Add(time.Duration(i) * time.Second).UnixNano()
		day.remember(result{at: at, took: uint32(i + 1)}, at-int64(time.Minute))
	}
	if n := len(day.before); n != usualOf+61 {
		t.Errorf("%d latencies are remembered", n)
	}
	// A spell that starts with the last result has as usual the newest before it.
	last := day.before[len(day.before)-1].at
	if got, want := day.usual(last), int64(2*(3*usualOf-1)-(usualOf-1)); got != want {
		t.Errorf("usual is %d, want %d", got, want)
	}
}

func TestLatenciesLeaveTheMemoryADayAfterTheyAreSettled(t *testing.T) {
	day := slowness{}
	day.Median = 24 * time.Hour
	settled := nine.UnixNano()
	day.remember(result{at: settled - int64(day.Median), took: 1}, longAgo)
	day.remember(result{at: settled - int64(day.Median) + 1, took: 2}, longAgo)
	day.remember(result{at: settled, took: 3}, settled)
	if got := fmt.Sprint(day.before); len(day.before) != 2 || day.before[0].took != 2 {
		t.Errorf("remembered: %s", got)
	}
}

func TestALatencyIsInWholeMicroseconds(t *testing.T) {
	for ms, want := range map[float64]uint32{
		0: 0, -1: 0, math.NaN(): 0, math.Inf(-1): 0, 0.0009: 0, 0.001: 1, 2999.9999: 2999999, 1e9: math.MaxUint32, math.Inf(1): math.MaxUint32,
	} {
		if got := tookOf(ms); got != want {
			t.Errorf("%v ms: %d µs, want %d", ms, got, want)
		}
	}
}

func TestTheMedianOfAnEvenNumberIsTheMeanOfTwo(t *testing.T) {
	for _, c := range []struct {
		took []uint32
		want int64
	}{{nil, 0}, {[]uint32{7}, 14}, {[]uint32{9, 2}, 11}, {[]uint32{5, 1, 9}, 10}, {[]uint32{1, 9, 4, 6}, 10}} {
		var list []latency
		for _, took := range c.took {
			list = append(list, latency{took: took})
		}
		if got := twiceMedian(list); got != c.want {
			t.Errorf("%v: twice the median is %d, want %d", c.took, got, c.want)
		}
	}
}
