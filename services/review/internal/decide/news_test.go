package decide

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
)

// says has an agent give an update in these words.
func says(note string) func(*Case, Command) (Event, error) {
	return func(c *Case, cmd Command) (Event, error) {
		cmd.Note = note
		return c.Update(cmd)
	}
}

func (s *story) must(c *Case, do ...func(*Case, Command) (Event, error)) {
	s.Helper()
	for _, one := range do {
		if err := s.person(lena, c, one); err != nil {
			s.Fatalf("refused: %v", err)
		}
	}
}

func TestOfUpdatesWithinTheCadenceTheLastIsTold(t *testing.T) {
	s, c := in(t, Approved)
	s.must(c, says("first"))
	s.wantLast(Progress)
	told := c.NewsAt
	s.must(c, says("second"))
	s.wantLast(UpdateWaits)
	s.must(c, says("third"))
	if want := told.Add(Cadence(c.Impact.Priority)); !c.WakeAt().Equal(want) {
		t.Fatalf("wakes at %s, want %s", c.WakeAt(), want)
	}
	then, event, waits := c.Later("review")
	if !waits || event.Note != "third" || !event.At.Equal(c.WakeAt()) || !then.LastUpdate.ToldAt.Equal(event.At) || !c.Waits() {
		t.Errorf("later %+v of %+v", event, c.LastUpdate)
	}
	e, err := c.Wake(News{At: c.WakeAt(), Actor: "review"})
	if err != nil || e.Name != Progress || e.Note != "third" || e.Subject != "lena" || e.Person {
		t.Fatalf("%+v, %v", e, err)
	}
	if c.Waits() || !c.NewsAt.Equal(e.At) || !c.UpdateDueAt.Equal(e.At.Add(UpdateEvery(c.Impact.Priority))) {
		t.Errorf("told at %s, due at %s, update %+v", c.NewsAt, c.UpdateDueAt, c.LastUpdate)
	}
}

func TestWhatCanNotWaitTakesTheUpdateAlong(t *testing.T) {
	for name, do := range map[string]func(*story, *Case){
		"an ETA":  func(s *story, c *Case) { s.must(c, eta) },
		"the end": func(s *story, c *Case) { s.must(c, resolve) },
		"the end, by facts": func(s *story, c *Case) {
			s.ticket("acme", "T-1", status(StatusResolved))
			s.wantState(c, Resolved)
		},
	} {
		s, c := in(t, Approved)
		s.must(c, says("first"), says("second"))
		do(s, c)
		if c.Waits() || c.LastUpdate.Note != "second" || !c.LastUpdate.ToldAt.Equal(c.UpdatedAt) {
			t.Errorf("%s: %+v", name, c.LastUpdate)
		}
	}
}

func TestADenialLeavesTheUpdateToItsTime(t *testing.T) {
	s, c := in(t, PendingReview)
	s.must(c, says("first"), says("second"), deny)
	same(t, wakes(c, c.NewsFrom()), Progress)
}

func TestWhatNobodyWillHearIsNotToldLater(t *testing.T) {
	s, c := in(t, Approved)
	s.must(c, says("first"), says("second"), withdraw)
	if c.LastUpdate != nil {
		t.Errorf("%+v waits", c.LastUpdate)
	}
	s.must(c, reopen)
	for _, name := range wakes(c, c.UpdatedAt.Add(1000*time.Hour)) {
		if name == Progress {
			t.Error("told what had become of no use")
		}
	}
}

func TestAPromiseToWriteGoesBeforeTheCadence(t *testing.T) {
	s, c := in(t, Approved)
	c.Impact.Priority = policy.PriorityCritical
	s.must(c, says("first")) // the next is promised within the hour
	c.Impact.Priority = policy.PriorityNormal
	s.must(c, says("second"))
	due := c.UpdateDueAt
	if !c.NewsFrom().Equal(due) {
		t.Fatalf("told at %s, promised by %s", c.NewsFrom(), due)
	}
	same(t, wakes(c, due), Progress)
}

func TestAnUpdateForOneTenantIsNotToldToOthers(t *testing.T) {
	c := &Case{ID: "c-1", Tenant: Platform}
	o := &Case{ID: "c-2", Tenant: "acme", NewsAt: nine, LastUpdate: &Update{Note: "a", At: nine}}
	c.absorb(o)
	if c.LastUpdate != nil || !c.NewsAt.Equal(nine) {
		t.Errorf("%+v at %s", c.LastUpdate, c.NewsAt)
	}
	n := &Case{ID: "c-3", Tenant: "acme"}
	if n.absorb(o); !n.Waits() || n.LastUpdate.Note != "a" {
		t.Errorf("lost: %+v", n.LastUpdate)
	}
}

// priorities are what the impact of a case may be.
var priorities = []policy.Priority{policy.PriorityCritical, policy.PriorityHigh, policy.PriorityNormal}

// A listener is somebody who asked, and hears what a case tells them.
type listener struct {
	*rapid.T
	c        *Case
	now      time.Time
	heard    time.Time     // the last update
	shortest time.Duration // the cadence since
	owed     time.Time     // by when they were told that they hear
	given    string        // the last update
	told     string
}

// hears is what one event tells.
func (l *listener) hears(e Event) {
	if !l.owed.IsZero() && e.At.After(l.owed) {
		l.Fatalf("silent until %s; promised by %s", e.At, l.owed)
	}
	switch e.Name {
	case Progress:
		if !l.heard.IsZero() && e.At.Sub(l.heard) < l.shortest {
			l.Fatalf("%s came %s after the one before; want %s at least", e.Name, e.At.Sub(l.heard), l.shortest)
		}
	}
	u := l.c.LastUpdate
	along := u != nil && u.ToldAt.Equal(e.At)
	if along {
		l.told, l.heard, l.shortest = u.Note, e.At, Cadence(l.c.Impact.Priority)
	}
	switch {
	case reachesAll(e.Name) && e.Name != ETAOverdue, along:
		l.owed = e.At.Add(UpdateEvery(l.c.Impact.Priority))
	case e.Name == UpdateOverdue:
		l.owed = time.Time{}
	}
}

// waits lets time pass, and wakes the case when it is due.
func (l *listener) waits(d time.Duration) {
	until := l.now.Add(d)
	for at := l.c.WakeAt(); !at.IsZero() && !at.After(until); at = l.c.WakeAt() {
		e, err := l.c.Wake(News{At: at, Actor: "review"})
		if err != nil {
			l.Fatalf("%v", err)
		}
		l.hears(e)
	}
	l.now = until
	if !l.owed.IsZero() && l.now.After(l.owed) {
		l.Fatalf("at %s nothing came since it was promised by %s", l.now, l.owed)
	}
}

func TestNeverMoreOftenThanTheCadenceAndNeverSilentLongerThanPromised(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := begin(r)
		s.ticket("acme", "T-1")
		l := &listener{T: r, c: s.only(), now: s.now()}
		do := func(f func(*Case, Command) (Event, error)) {
			cmd := Command{ID: fmt.Sprint("command-", l.c.Version), By: lena, At: l.now, Note: "because"}
			if e, err := f(l.c, cmd); err == nil {
				l.hears(e)
			}
		}
		do(approve)
		for i := range rapid.IntRange(1, 60).Draw(r, "steps") {
			switch rapid.IntRange(0, 7).Draw(r, "what") {
			case 0:
				do(eta)
			case 1:
				l.c.Impact.Priority = rapid.SampledFrom(priorities).Draw(r, "priority")
				l.shortest = min(l.shortest, Cadence(l.c.Impact.Priority))
			case 2, 3, 4:
				l.given = fmt.Sprint("update ", i)
				do(says(l.given))
			default:
				l.waits(time.Duration(rapid.IntRange(1, 300).Draw(r, "minutes")) * time.Minute)
			}
		}
		if l.waits(Cadence(policy.PriorityNormal)); l.told != l.given {
			r.Fatalf("%q was given last, %q was told", l.given, l.told)
		}
	})
}

func TestThatAnETAPassesSoonIsSaidOnceForEach(t *testing.T) {
	for _, one := range []struct{ given, before time.Duration }{
		{15 * time.Minute, 0}, // with less time than that, nothing is said
		{16 * time.Minute, 15 * time.Minute},
		{time.Hour, 15 * time.Minute},
		{2 * time.Hour, 30 * time.Minute},
		{16 * time.Hour, 4 * time.Hour},
		{100 * time.Hour, 4 * time.Hour},
	} {
		p := Promise{GivenAt: nine, ETA: nine.Add(one.given)}
		want := time.Time{}
		if one.before > 0 {
			want = p.ETA.Add(-one.before)
		}
		if got := p.NearAt(); !got.Equal(want) {
			t.Errorf("given %s before: near at %s, want %s", one.given, got, want)
		}
	}
	s, c := in(t, Approved)
	c.Impact.Priority = policy.PriorityNormal
	s.must(c, eta) // in two hours
	same(t, wakes(c, c.ETA.Add(-time.Minute)), ETAIsNear)
	s.minutes += 100
	s.must(c, eta)
	same(t, wakes(c, c.ETA.Add(-time.Minute)), ETAIsNear)
	same(t, wakes(c, c.ETA), ETAOverdue)
}

func TestWhoWakesAfterAnETAPassedSaysOnlyThat(t *testing.T) {
	s, c := in(t, Approved)
	s.must(c, eta)
	c.UpdateDueAt = c.ETA.Add(time.Hour)
	same(t, wakes(c, c.ETA.Add(time.Minute)), ETAOverdue)
}

func TestNearIsWithinThePromise(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := Promise{GivenAt: nine, ETA: nine.Add(time.Duration(rapid.Int64Range(1, int64(1000*time.Hour)).Draw(r, "given")))}
		near := p.NearAt()
		before := p.ETA.Sub(near)
		switch {
		case near.IsZero() && p.ETA.Sub(nine) > nearAtLeast:
			r.Fatalf("nothing is said %s before", p.ETA.Sub(nine))
		case !near.IsZero() && (!near.After(p.GivenAt) || before < nearAtLeast || before > nearAtMost):
			r.Fatalf("said %s before, %s after it was given", before, near.Sub(nine))
		}
	})
}

func TestEachPriorityHasACadenceWithinWhatIsPromised(t *testing.T) {
	for _, p := range slices.Concat(priorities, []policy.Priority{""}) {
		if Cadence(p) <= 0 || Cadence(p) > UpdateEvery(p) {
			t.Errorf("%q: %s and %s", p, Cadence(p), UpdateEvery(p))
		}
	}
}
