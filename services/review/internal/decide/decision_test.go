package decide

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// in brings a case into a state by the ways that the package comment draws.
func in(t *testing.T, state State) (*story, *Case) {
	t.Helper()
	s := begin(t)
	do := func(steps ...func(*Case, Command) (Event, error)) {
		for _, step := range steps {
			if err := s.person(lena, s.cases[0], step); err != nil {
				t.Fatal(err)
			}
		}
	}
	switch state {
	case Detected:
		s.condition("c1", "acme", policy.SSOUnavailable)
	case NeedsInfo:
		s.ticket("acme", "T-1", recommended(NeedInfo))
	case Expired:
		s.condition("c1", "acme", policy.SSOUnavailable)
		s.condition("c1", "acme", policy.SSOUnavailable, ended(ConditionExpired))
	case Merged:
		s.ticket("beta", "T-0") // the case that goes on
		s.ticket("acme", "T-1")
		s.condition("c1", Platform, policy.SSOUnavailable)
		s.wantState(s.cases[1], Merged)
		return s, s.cases[1]
	default:
		s.ticket("acme", "T-1")
	}
	switch state {
	case Approved:
		do(approve)
	case InProgress:
		do(approve, eta)
	case Denied:
		do(deny)
	case Resolved:
		do(resolve)
	case Withdrawn:
		s.ticket("acme", "T-1", withdrawn)
	case Closed:
		do(resolve, shut)
	}
	s.wantState(s.cases[0], state)
	return s, s.cases[0]
}

var states = []State{Detected, NeedsInfo, PendingReview, Approved, InProgress, Denied, Resolved, Withdrawn, Expired, Closed, Merged}

func TestWhatAPersonMayDoWhereACaseStands(t *testing.T) {
	for _, tt := range []struct {
		name  string
		do    func(*Case, Command) (Event, error)
		ways  map[State]State // where it is allowed, and where it leads
		event Name
	}{
		{"approve", approve, map[State]State{Detected: Approved, NeedsInfo: Approved, PendingReview: Approved}, WasApproved},
		{"deny", deny, map[State]State{Detected: Denied, NeedsInfo: Denied, PendingReview: Denied}, WasDenied},
		{"ask", ask, map[State]State{NeedsInfo: NeedsInfo, PendingReview: NeedsInfo}, InfoRequested},
		{"eta", eta, map[State]State{
			Detected: Detected, NeedsInfo: NeedsInfo, PendingReview: PendingReview, Denied: Denied,
			Approved: InProgress, InProgress: InProgress,
		}, ""},
		{"resolve", resolve, map[State]State{
			Detected: Resolved, NeedsInfo: Resolved, PendingReview: Resolved, Approved: Resolved, InProgress: Resolved,
		}, WasResolved},
		{"close", shut, map[State]State{Denied: Closed, Resolved: Closed, Withdrawn: Closed, Expired: Closed}, WasClosed},
		{"reopen", reopen, map[State]State{
			Denied: PendingReview, Resolved: PendingReview, Withdrawn: PendingReview, Expired: PendingReview,
		}, Reopened},
	} {
		for _, state := range states {
			s, c := in(t, state)
			before := *c
			err := s.person(lena, c, tt.do)
			want, allowed := tt.ways[state]
			switch {
			case allowed && err != nil:
				t.Errorf("%s where it is %s: %v", tt.name, state, err)
			case allowed && (c.State != want || c.Version != before.Version+1):
				t.Errorf("%s where it is %s leads to %s@%d, want %s@%d", tt.name, state, c.State, c.Version, want, before.Version+1)
			case allowed && tt.event != "":
				s.wantLast(tt.event)
			case !allowed && (err == nil || !reflect.DeepEqual(before, *c)):
				t.Errorf("%s where it is %s is done (%v)", tt.name, state, err)
			}
		}
	}
}

func TestTheFirstDecisionStands(t *testing.T) {
	for _, first := range []func(*Case, Command) (Event, error){approve, deny} {
		for _, second := range []func(*Case, Command) (Event, error){approve, deny} {
			s, c := in(t, PendingReview)
			if err := s.person(lena, c, first); err != nil {
				t.Fatal(err)
			}
			before := *c
			if err := s.person(omar, c, second); !errors.Is(err, ErrDecided) {
				t.Errorf("the second decision got %v, want ErrDecided", err)
			}
			if !reflect.DeepEqual(before, *c) || c.Decision.By != "lena" {
				t.Errorf("the second decision changed the case: %+v", c)
			}
		}
	}
}

func TestADecisionKeepsWhatWasRecommended(t *testing.T) {
	s, c := in(t, NeedsInfo)
	if err := s.person(lena, c, deny); err != nil {
		t.Fatal(err)
	}
	want := Decision{Round: 1, Verdict: Deny, Ground: policy.SmallAudience, By: "lena", At: s.now(), Note: "because", Recommended: NeedInfo}
	if *c.Decision != want {
		t.Errorf("decided %+v, want %+v", *c.Decision, want)
	}
}

func TestWhoIsNobodyOrNotOfLeadershipDoesNotDecide(t *testing.T) {
	for _, nobody := range []struct {
		by   Person
		want error
	}{
		{Person{}, ErrNobody},
		{Person{Role: Leadership}, ErrNobody},
		{ann, ErrNotLeader},
		{Person{ID: "x"}, ErrHidden},
		{Person{ID: "vera", Role: Viewer}, ErrNotLeader},
		{Person{ID: "cem", Role: CSM}, ErrHidden},
		{Person{ID: "cem", Role: CSM, Tenants: []string{"other"}}, ErrHidden},
		{Person{ID: "cem", Role: CSM, Tenants: []string{"acme"}}, ErrNotLeader},
	} {
		s, c := in(t, PendingReview)
		for _, do := range []func(*Case, Command) (Event, error){approve, deny, ask} {
			if err := s.person(nobody.by, c, do); !errors.Is(err, nobody.want) {
				t.Errorf("%+v got %v, want %v", nobody.by, err, nobody.want)
			}
		}
		s.wantState(c, PendingReview)
	}
}

func TestAnAgentGivesTheETAAndResolves(t *testing.T) {
	s, c := in(t, Approved)
	for _, do := range []func(*Case, Command) (Event, error){eta, resolve} {
		if err := s.person(ann, c, do); err != nil {
			t.Error(err)
		}
	}
	s.wantState(c, Resolved)
}

func TestAStaleCommandLearnsTheCurrentVersion(t *testing.T) {
	s, c := in(t, PendingReview)
	s.ticket("acme", "T-1", asks("note-2"))
	_, err := c.Approve(Command{By: lena, At: s.now(), Version: 1}, time.Time{})
	var stale *StaleError
	if !errors.Is(err, ErrStale) || !errors.As(err, &stale) || stale.Current != 2 {
		t.Errorf("got %v, want ErrStale that names version 2", err)
	}
	if _, err := c.Approve(Command{By: lena, At: s.now(), Version: 2}, time.Time{}); err != nil {
		t.Errorf("at the current version: %v", err)
	}
}

func TestAnETAIsMovedWithAReasonOnly(t *testing.T) {
	s, c := in(t, InProgress)
	later := Command{By: ann, At: s.now()}
	if _, err := c.SetETA(later, c.ETA.Add(time.Hour)); !errors.Is(err, ErrNote) {
		t.Errorf("moved without a reason: %v, want ErrNote", err)
	}
	later.Note = "the fix needs a review"
	e, err := c.SetETA(later, c.ETA.Add(time.Hour))
	if err != nil || e.Name != ETAMoved || c.ETAMoves != 1 || c.ETAReason != later.Note {
		t.Errorf("moved as %+v (%v), %d moves", e, err, c.ETAMoves)
	}
	if _, err := c.SetETA(later, later.At); !errors.Is(err, ErrETA) {
		t.Errorf("an ETA that is now: %v, want ErrETA", err)
	}
}

func TestAnETAGivenBeforeTheApprovalIsConfirmedAfterIt(t *testing.T) {
	s, c := in(t, PendingReview)
	at := nine.Add(24 * time.Hour)
	set := func(c *Case, cmd Command) (Event, error) { cmd.Note = ""; return c.SetETA(cmd, at) }
	for _, do := range []func(*Case, Command) (Event, error){set, approve} {
		if err := s.person(lena, c, do); err != nil {
			t.Fatal(err)
		}
	}
	s.wantState(c, Approved)
	if err := s.person(ann, c, set); err != nil {
		t.Error(err)
	}
	s.wantState(c, InProgress)
}

func TestADenialNeedsAGroundOfThePolicyOrANote(t *testing.T) {
	_, c := in(t, PendingReview)
	if _, err := c.Deny(Command{By: lena, At: nine}, ""); !errors.Is(err, ErrNote) {
		t.Errorf("without either: %v, want ErrNote", err)
	}
	if _, err := c.Deny(Command{By: lena, At: nine}, "no_time"); !errors.Is(err, ErrGround) {
		t.Errorf("on another ground: %v, want ErrGround", err)
	}
	if _, err := c.Deny(Command{By: lena, At: nine, Note: "known and announced"}, ""); err != nil {
		t.Error(err)
	}
}

func TestAQuestionWaitsForTheCustomer(t *testing.T) {
	s, c := in(t, PendingReview)
	if err := s.person(lena, c, ask); err != nil {
		t.Fatal(err)
	}
	acted := func(at time.Time) func(*Ticket) { return func(t *Ticket) { t.CustomerActedAt = at } }
	s.ticket("acme", "T-1", acted(c.AskedAt), func(t *Ticket) { t.Agent = "ann" })
	s.wantState(c, NeedsInfo)
	s.ticket("acme", "T-1", acted(c.AskedAt.Add(time.Second)), func(t *Ticket) { t.Agent = "ann" })
	s.wantState(c, PendingReview)
	if c.Question != "" {
		t.Errorf("still asks %q", c.Question)
	}
}

func TestADenialStandsAgainstARepeatedRequest(t *testing.T) {
	s, c := in(t, Denied)
	s.ticket("acme", "T-1", asks("note-2"))
	s.wantState(c, Denied)
	s.wantLast(WasAskedAgain)
}

func TestFactsThatADenialDidNotKnowBeginAnotherRound(t *testing.T) {
	for name, happens := range map[string]func(*story){
		"a condition": func(s *story) { s.condition("c1", "acme", policy.SSOUnavailable) },
		"a better recommendation": func(s *story) {
			s.ticket("acme", "T-1", recommended(Eligible))
		},
	} {
		s := begin(t)
		s.ticket("acme", "T-1", recommended(Ineligible))
		c := s.only()
		if err := s.person(lena, c, deny); err != nil {
			t.Fatal(err)
		}
		happens(s)
		s.wantState(c, PendingReview)
		s.wantLast(Reopened)
		if c.Decision != nil || len(c.Past) != 1 || c.Past[0].By != "lena" || c.Round != 2 {
			t.Errorf("%s: round %d, decision %v, past %v", name, c.Round, c.Decision, c.Past)
		}
		if err := s.person(omar, c, approve); err != nil {
			t.Errorf("%s: the next round: %v", name, err)
		}
	}
}

func TestADeniedCaseClosesWithItsTicket(t *testing.T) {
	s, c := in(t, Denied)
	s.ticket("acme", "T-1", status(StatusClosed))
	s.wantState(c, Closed)
}

func TestARequestAfterTheCaseWasClosedOpensAnother(t *testing.T) {
	s, c := in(t, Closed)
	s.ticket("acme", "T-1", people(7))
	if len(s.cases) != 1 {
		t.Fatal("the old request opened another case")
	}
	s.ticket("acme", "T-1", asks("note-2"))
	if again := s.only(); again == c || again.ID == c.ID || again.Version != 1 {
		t.Errorf("opened %+v", again)
	}
}

func TestARoundThatAPersonBeganIsEndedByAPerson(t *testing.T) {
	s, c := in(t, Withdrawn)
	if err := s.person(lena, c, reopen); err != nil {
		t.Fatal(err)
	}
	s.ticket("acme", "T-1", withdrawn, status(StatusClosed))
	s.wantState(c, PendingReview)
	if !c.DecisionDueAt.After(c.RoundAt) {
		t.Errorf("due at %s, in a round that began at %s", c.DecisionDueAt, c.RoundAt)
	}
	if err := s.person(ann, c, resolve); err != nil {
		t.Error(err)
	}
}

func TestACaseIsNotClosedWhileItsConditionHolds(t *testing.T) {
	s, c := in(t, Detected)
	if err := s.person(lena, c, deny); err != nil {
		t.Fatal(err)
	}
	if err := s.person(lena, c, shut); !errors.Is(err, ErrState) {
		t.Errorf("got %v, want ErrState", err)
	}
	s.ticket("acme", "T-1")
	s.wantState(c, PendingReview) // another ticket asks: the denial did not know it
}

func TestEachDeadlineIsStatedOnce(t *testing.T) {
	s, c := in(t, PendingReview)
	wake := func(at time.Time, want Name) {
		t.Helper()
		if due := c.WakeAt(); !due.Equal(at) {
			t.Errorf("wakes at %s, want %s", due, at)
		}
		if _, err := c.Wake(News{At: at.Add(-time.Nanosecond)}); !errors.Is(err, ErrNotDue) {
			t.Errorf("before the deadline: %v, want ErrNotDue", err)
		}
		e, err := c.Wake(News{At: at, Actor: "review"})
		if err != nil || e.Name != want || e.Person {
			t.Errorf("woke as %+v (%v), want %s", e, err, want)
		}
		if _, err := c.Wake(News{At: at}); !errors.Is(err, ErrNotDue) {
			t.Errorf("twice: %v, want ErrNotDue", err)
		}
	}
	wake(c.DecisionDueAt, DecisionOverdue)
	wake(c.DecisionDueAt.Add(c.DecisionDueAt.Sub(c.RoundAt)/2), DecisionPassedOn)
	s.minutes = 24 * 60
	for _, do := range []func(*Case, Command) (Event, error){approve, eta} {
		if err := s.person(lena, c, do); err != nil {
			t.Fatal(err)
		}
	}
	wake(c.UpdatedAt.Add(UpdateEvery(c.Impact.Priority)), UpdateOverdue)
	wake(c.ETA.Add(-30*time.Minute), ETAIsNear)
	wake(c.ETA, ETAOverdue)
	s.minutes += 24 * 60
	if err := s.person(lena, c, resolve); err != nil {
		t.Fatal(err)
	}
	wake(c.EndedAt.Add(CloseAfter), WasClosed)
	s.wantState(c, Closed)
}
