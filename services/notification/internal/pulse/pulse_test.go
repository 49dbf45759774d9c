package pulse

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// A watch is looks one after the other, and what people are told at each.
type watch struct {
	t      testing.TB
	state  State
	limits Limits
	facts  Facts
	said   []string
}

func watching(t testing.TB, l Limits) *watch {
	return &watch{t: t, limits: l, facts: Facts{At: nine, Parts: well()}}
}

// well is a way whose parts all work.
func well() Parts {
	return Parts{Readers: []Reader{{Name: "review-ticket-assessed", Reads: true}}, Looked: 30 * time.Second, Review: true}
}

// look looks after a while, and tells.
func (w *watch) look(after time.Duration) *watch {
	w.facts.At = w.facts.At.Add(after)
	w.state = w.state.Next(w.facts, w.limits)
	for _, n := range w.state.News() {
		w.said = append(w.said, fmt.Sprintf("%s silent=%t", n.Name, n.Silent))
		w.state.Told(n)
	}
	return w
}

// pass looks every ten seconds for so long.
func (w *watch) pass(long time.Duration) *watch {
	for ; long > 0; long -= 10 * time.Second {
		w.look(10 * time.Second)
	}
	return w
}

// hear makes the next look find that a source was heard just then.
func (w *watch) hear(name string, before time.Duration) *watch {
	w.facts.Sources = put(w.facts.Sources, Heard{Name: name, At: w.facts.At.Add(10*time.Second - before)})
	return w
}

func put(list []Heard, h Heard) []Heard {
	for i := range list {
		if list[i].Name == h.Name {
			h.Mark = list[i].Mark + 1
			list[i] = h
			return list
		}
	}
	h.Mark = 1
	return append(list, h)
}

func (w *watch) told(want ...string) *watch {
	w.t.Helper()
	if got := strings.Join(w.said, "; "); got != strings.Join(want, "; ") {
		w.t.Errorf("told %q, want %q", got, strings.Join(want, "; "))
	}
	w.said = nil
	return w
}

func okta(limit time.Duration) Limits {
	return Limits{Sources: map[string]time.Duration{"okta": limit}}
}

func TestLongerThanTheLimitNotAsLongAs(t *testing.T) {
	w := watching(t, okta(10*time.Minute)).look(0).hear("okta", 0).look(10 * time.Second)
	w.pass(10 * time.Minute).told() // exactly ten minutes
	w.look(time.Nanosecond).told("okta silent=true")
}

func TestASilenceCountsFromWhenItWasHeardNotFromTheLook(t *testing.T) {
	w := watching(t, okta(10*time.Minute)).look(0).hear("okta", 7*time.Second).look(10 * time.Second)
	w.pass(9*time.Minute + 50*time.Second).told()
	w.look(3 * time.Second).told()
	w.look(time.Millisecond).told("okta silent=true")
}

func TestASilenceIsToldOnceAndItsEndToo(t *testing.T) {
	w := watching(t, okta(time.Minute)).look(0).pass(10 * time.Minute).told("okta silent=true")
	w.hear("okta", 0).look(10 * time.Second).told("okta silent=false")
	w.pass(time.Minute).told()
	w.pass(time.Hour).told("okta silent=true")
}

func TestASourceThatWasNeverHeardIsSilentFromTheFirstStartOn(t *testing.T) {
	w := watching(t, okta(10*time.Minute)).look(0)
	for range 20 { // stops and starts: the state is kept
		w.look(35 * time.Second)
	}
	w.told("okta silent=true")
	if v := w.state.Sources[0]; !v.HeardAt.IsZero() || !v.Since.Equal(nine) {
		t.Errorf("voice = %+v", v)
	}
}

func TestOthersAreWatchedOnceTheyWereHeard(t *testing.T) {
	l := okta(time.Hour)
	l.Others = 2 * time.Minute
	w := watching(t, l).look(0).hear("zendesk", 0).pass(3 * time.Minute).told("zendesk silent=true")
	w.limits.Others = 0 // nobody asks any more
	w.pass(time.Minute).hear("zendesk", 0).pass(time.Minute).told()
	if v := w.state.Sources[1]; v.Name != "zendesk" || v.Limit != 0 || v.Silent || v.HeardAt.IsZero() {
		t.Errorf("voice = %+v", v)
	}
}

func TestTimeThatNobodyWatchedSilencesNobody(t *testing.T) {
	for name, jump := range map[string]time.Duration{"a weekend": 60 * time.Hour, "a clock that jumps": 61 * time.Second, "back": -5 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			l := Limits{Others: 10 * time.Minute, Destinations: 10 * time.Minute}
			w := watching(t, l)
			for i := range 50 {
				w.hear(fmt.Sprint("source ", i), 0)
				w.facts.Destinations = put(w.facts.Destinations, Heard{Name: fmt.Sprint("d", i), At: nine, Waiting: 3})
			}
			w.look(0).pass(5 * time.Minute).look(jump).pass(5 * time.Minute).told()
			w.pass(20 * time.Second)
			if len(w.said) != 100 {
				t.Errorf("after ten minutes that were watched, %d were told", len(w.said))
			}
		})
	}
}

func TestWhileIntakeIsAwayNobodyIsCalledSilent(t *testing.T) {
	w := watching(t, okta(2*time.Minute)).look(0).hear("okta", 0).look(10 * time.Second)
	w.facts.Deaf = true
	w.pass(time.Hour).told()
	w.facts.Deaf = false
	w.pass(2 * time.Minute).told()
	w.pass(10 * time.Second).told("okta silent=true")
}

func TestADestinationIsSilentWhileSomethingWaitsAndItTakesNothing(t *testing.T) {
	w := watching(t, Limits{Destinations: 10 * time.Minute})
	finds := func(waiting uint64) {
		w.facts.Destinations = []Heard{{Name: "ops", Mark: 4, At: nine, Waiting: waiting}}
	}
	finds(0)
	w.look(0).pass(2 * time.Hour).told() // nothing waits
	finds(1)
	w.look(10 * time.Second).pass(10 * time.Minute).told()
	w.pass(10 * time.Second).told("ops silent=true")
	finds(700)
	w.pass(time.Hour).told()
	w.facts.Destinations[0].Mark++ // it takes one
	w.look(10 * time.Second).told("ops silent=false")
	if v := w.state.Destinations[0]; v.Waiting != 700 {
		t.Errorf("voice = %+v", v)
	}
}

func TestADestinationThatTakesSlowlyIsNotSilent(t *testing.T) {
	w := watching(t, Limits{Destinations: 2 * time.Minute})
	w.facts.Destinations = []Heard{{Name: "ops", Mark: 1, At: nine, Waiting: 500}}
	w.look(0)
	for range 60 {
		w.pass(2 * time.Minute)
		w.facts.Destinations[0].Mark++
	}
	w.told()
}

func TestAnIdleDestinationIsCalledOnceInItsTime(t *testing.T) {
	w := watching(t, Limits{})
	w.facts.Destinations = []Heard{{Name: "ops", Mark: 1, At: nine}}
	w.look(0)
	idle := func() bool { return w.state.Destinations[0].Idle(w.state.At, 24*time.Hour) }
	if w.look(24 * time.Hour); idle() {
		t.Error("after a day it is called; it is to be longer")
	}
	if w.look(time.Second); !idle() {
		t.Fatal("after more than a day it is not called")
	}
	w.state.Called("ops", w.state.At)
	if w.look(time.Hour); idle() {
		t.Error("it is called again at once")
	}
	w.facts.Destinations[0].Waiting = 1
	if w.look(48 * time.Hour); idle() {
		t.Error("it is called though something waits")
	}
}

func TestTheWayIsWellOnlyWhileEachPartShowsIt(t *testing.T) {
	w := watching(t, Limits{}).look(0)
	troubles := func(want string) {
		t.Helper()
		if got := fmt.Sprint(w.state.Troubles); got != want {
			t.Errorf("troubles %s, want %s", got, want)
		}
	}
	troubles("[]")
	r := &w.facts.Parts.Readers[0]
	r.Waiting, r.Waits = 3, time.Minute
	w.pass(10 * time.Minute)
	troubles("[]") // as long as, not longer
	r.Waits++
	w.pass(10 * time.Second)
	troubles("[reader_behind review-ticket-assessed 1m0s]")
	*r = Reader{Name: r.Name}
	w.pass(time.Minute)
	troubles("[]")
	w.pass(10 * time.Second)
	troubles("[reader_away review-ticket-assessed 1m10s]")
	r.Reads = true
	w.facts.Parts.Looked = 4 * time.Minute
	w.pass(10 * time.Second)
	troubles("[monitoring_blind - 4m0s]")
	w.facts.Parts.Looked, w.facts.Parts.Review = -1, false
	w.pass(10 * time.Second)
	troubles("[monitoring_blind - 0s review_away - 0s]")
	w.facts.Parts = well()
	w.facts.Parts.Unsent = 61 * time.Second
	w.pass(10 * time.Second)
	troubles("[review_behind - 1m1s]")
}

func TestWhateverHappensSilenceIsToldInTurnsAndNeverTooEarly(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		limit := time.Duration(rapid.IntRange(30, 120).Draw(r, "limit")) * time.Second
		w := watching(t, okta(limit)).look(0)
		var watched time.Duration // since it was heard
		last := ""
		for range rapid.IntRange(1, 80).Draw(r, "looks") {
			step := time.Duration(rapid.IntRange(-100, 100).Draw(r, "step")) * time.Second
			if rapid.IntRange(0, 9).Draw(r, "heard") == 0 {
				w.facts.Sources = put(w.facts.Sources, Heard{Name: "okta", At: w.facts.At.Add(step)})
				watched = 0
			} else if step > 0 {
				watched += min(step, unseen)
			}
			w.look(step)
			for _, said := range w.said {
				if said == last {
					r.Fatalf("told twice: %s", said)
				}
				if last = said; strings.HasSuffix(said, "true") && watched <= limit {
					r.Fatalf("called silent after %s of %s", watched, limit)
				}
			}
			w.said = nil
		}
	})
}
