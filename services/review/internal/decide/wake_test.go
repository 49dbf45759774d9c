package decide

import (
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// wakes has the case woken again and again until a time, as the timers do, and
// gives what it stated.
func wakes(c *Case, until time.Time) (names []Name) {
	for at := c.WakeAt(); !at.IsZero() && !at.After(until); at = c.WakeAt() {
		e, err := c.Wake(News{At: until, Actor: "review"})
		if err != nil {
			return append(names, Name(err.Error()))
		}
		names = append(names, e.Name)
	}
	return names
}

func same(t *testing.T, got []Name, want ...Name) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("stated %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("stated %v, want %v", got, want)
		}
	}
}

func TestNobodyDecidesAndTheNextLevelIsCalled(t *testing.T) {
	_, c := in(t, PendingReview)
	same(t, wakes(c, c.DecisionDueAt.Add(1000*time.Hour)), DecisionOverdue, DecisionPassedOn)
	if c.Level != 2 {
		t.Errorf("level %d, want 2", c.Level)
	}
}

func TestThatADecisionIsOverdueIsSaidOnceThoughItBecomesDueSooner(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", claims(policy.StaleTicket1w))
	c := s.only()
	due := c.DecisionDueAt
	same(t, wakes(c, due), DecisionOverdue)
	s.ticket("acme", "T-1", claims(policy.SiteOutage))
	if !c.DecisionDueAt.Before(due) {
		t.Fatalf("due at %s, as before", due)
	}
	same(t, wakes(c, due), DecisionPassedOn)
}

func TestAQuestionIsRepeatedOnceAndThenTheCaseExpires(t *testing.T) {
	s, c := in(t, NeedsInfo)
	since := c.WaitsSince
	same(t, wakes(c, since.Add(ExpireAfter)), DecisionOverdue, DecisionPassedOn, InfoReminder, WasExpired)
	s.wantState(c, Expired)
	s.minutes += int(ExpireAfter/time.Minute) + 60
	s.ticket("acme", "T-1", recommended(Eligible), func(t *Ticket) { t.CustomerActedAt = s.now() })
	s.wantState(c, PendingReview)
	s.wantLast(Reopened)
}

func TestAnAnswerThatSaysTooLittleIsAnAnswer(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", recommended(NeedInfo))
	c := s.only()
	s.minutes += 6 * 24 * 60
	s.ticket("acme", "T-1", recommended(NeedInfo), func(t *Ticket) { t.CustomerActedAt = s.now() })
	s.wantState(c, NeedsInfo)
	if want := s.now(); !c.WaitsSince.Equal(want) {
		t.Errorf("waits since %s, want %s", c.WaitsSince, want)
	}
}

func TestWhatIsMeasuredOrOpenedByHandDoesNotExpire(t *testing.T) {
	s, c := in(t, PendingReview)
	s.condition("e-1", "acme", policy.SSOUnavailable)
	if err := s.person(lena, c, ask); err != nil {
		t.Fatal(err)
	}
	same(t, wakes(c, c.WaitsSince.Add(10*ExpireAfter)), DecisionOverdue, DecisionPassedOn, InfoReminder)
	s.wantState(c, NeedsInfo)
}

func TestWhoAskedHearsAgainAsOftenAsWasPromised(t *testing.T) {
	s, c := in(t, Approved)
	every := UpdateEvery(c.Impact.Priority)
	same(t, wakes(c, c.UpdatedAt.Add(every)), UpdateOverdue)
	if !c.WakeAt().IsZero() {
		t.Errorf("wakes again at %s", c.WakeAt())
	}
	if err := s.person(ann, c, tell); err != nil {
		t.Fatal(err)
	}
	if want := c.UpdatedAt.Add(every); !c.UpdateDueAt.Equal(want) || !c.WakeAt().Equal(want) {
		t.Errorf("due at %s, wakes at %s, want %s", c.UpdateDueAt, c.WakeAt(), want)
	}
}

func TestAClockThatIsSetBackRingsNothingTwice(t *testing.T) {
	s, c := in(t, PendingReview)
	same(t, wakes(c, c.DecisionDueAt), DecisionOverdue)
	s.minutes -= 30 // the clock of the next command
	if err := s.person(lena, c, reopen); err == nil {
		t.Fatal("reopened what is open")
	}
	s.ticket("acme", "T-1", people(3))
	same(t, wakes(c, c.DecisionDueAt))
	s.minutes -= 600
	for _, do := range []func(*Case, Command) (Event, error){deny, reopen} {
		if err := s.person(lena, c, do); err != nil {
			t.Fatal(err)
		}
	}
	same(t, wakes(c, c.DecisionDueAt), DecisionOverdue) // another round's, though its time is earlier
}

func TestAPromiseIsKeptMissedMovedOrVoid(t *testing.T) {
	give := func(in time.Duration) func(*Case, Command) (Event, error) {
		return func(c *Case, cmd Command) (Event, error) { return c.SetETA(cmd, cmd.At.Add(in)) }
	}
	for name, play := range map[Outcome]func(s *story, c *Case) []func(*Case, Command) (Event, error){
		Kept: func(*story, *Case) []func(*Case, Command) (Event, error) {
			return []func(*Case, Command) (Event, error){resolve}
		},
		Moved: func(*story, *Case) []func(*Case, Command) (Event, error) {
			return []func(*Case, Command) (Event, error){give(3 * time.Hour)}
		},
		Void: func(*story, *Case) []func(*Case, Command) (Event, error) {
			return []func(*Case, Command) (Event, error){withdraw}
		},
		Missed: func(s *story, c *Case) []func(*Case, Command) (Event, error) {
			wakes(c, c.ETA)
			s.minutes += 600
			return []func(*Case, Command) (Event, error){give(time.Hour), resolve}
		},
	} {
		s, c := in(t, Approved)
		if err := s.person(ann, c, give(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for _, do := range play(s, c) {
			if err := s.person(ann, c, do); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.Promises[0].Outcome; got != name {
			t.Errorf("the promise is %q, want %q", got, name)
		}
		if name == Missed {
			var all Accuracy
			for _, p := range c.Promises {
				all.Add(p.Outcome, 1)
			}
			if share, known := all.Share(); !known || share != 0.5 || c.Promises[1].Reason != "because" {
				t.Errorf("%v of %+v", share, c.Promises)
			}
		}
	}
}
