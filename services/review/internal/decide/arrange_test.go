package decide

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// split has lena part tickets from a case.
func (s *story) split(c *Case, tickets ...string) *Case {
	s.Helper()
	var part Part
	for _, id := range tickets {
		part.Tickets = append(part.Tickets, TicketID{"acme", id})
	}
	if err := s.plan(lena, func(on *Desk, cmd Command) ([]Change, error) { return on.Split(cmd, c.ID, part) }); err != nil {
		s.Fatalf("split: %v", err)
	}
	return s.cases[len(s.cases)-1]
}

func TestWhatAPersonPartsFactsDoNotBringTogether(t *testing.T) {
	s := begin(t)
	s.condition("e-1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-1")
	s.ticket("acme", "T-2")
	c := s.only()
	n := s.split(c, "T-2")
	s.wantState(c, PendingReview)
	s.wantState(n, PendingReview)
	if n.SplitFrom != c.ID || !slices.Equal(n.Apart, []string{c.ID}) || !slices.Equal(c.Apart, []string{n.ID}) {
		t.Errorf("split from %q, apart %v and %v", n.SplitFrom, n.Apart, c.Apart)
	}
	s.ticket("acme", "T-2", asks("note-2"))                // claims what the other's condition shows
	s.condition("e-2", "acme", policy.AuthFailuresOver100) // of the same trouble
	s.condition("e-3", Platform, policy.SSOUnavailable)    // everybody's
	s.ticket("acme", "T-1", asks("note-3"), people(4))     // again
	if c.State.Final() || n.State.Final() || c.ticket("acme", "T-2") != nil || n.ticket("acme", "T-2") == nil {
		t.Errorf("they are %s with %d and %s with %d tickets", c.State, len(c.Tickets), n.State, len(n.Tickets))
	}
}

func TestASplitPostponesNoDeadlineAndRingsNoneTwice(t *testing.T) {
	s, c := in(t, PendingReview)
	s.ticket("acme", "T-1", claims(policy.SSOUnavailable)) // nothing new
	s.condition("e-1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-9")
	due := c.DecisionDueAt
	if _, err := c.Wake(News{At: due, Actor: "review"}); err != nil {
		t.Fatal(err)
	}
	n := s.split(c, "T-9")
	if !n.DecisionDueAt.Equal(due) || n.WakeAt().Equal(due) || !n.WakeAt().Equal(c.WakeAt()) {
		t.Errorf("due at %s and wakes at %s; the other at %s and %s", n.DecisionDueAt, n.WakeAt(), due, c.WakeAt())
	}
}

func TestWhatIsSplitFromADecidedCaseWaitsForItsOwnDecision(t *testing.T) {
	s, c := in(t, PendingReview)
	s.condition("e-1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-9")
	if err := s.person(lena, c, func(c *Case, cmd Command) (Event, error) { return c.Approve(cmd, cmd.At.Add(time.Hour)) }); err != nil {
		t.Fatal(err)
	}
	n := s.split(c, "T-9")
	s.wantState(c, InProgress)
	s.wantState(n, PendingReview)
	if n.Decision != nil || !n.ETA.Equal(c.ETA) || len(n.Promises) != 0 {
		t.Errorf("decided %+v, ETA %s with %d promises: the ETA goes along and counts once", n.Decision, n.ETA, len(n.Promises))
	}
}

func TestASplitLeavesSomethingAndTakesSomething(t *testing.T) {
	s, c := in(t, PendingReview)
	for name, part := range map[string]Part{
		"nothing": {}, "all": {Tickets: []TicketID{{"acme", c.Tickets[0].ID}}},
		"what is not there": {Tickets: []TicketID{{"acme", "T-404"}}}, "no such condition": {Conditions: []string{"e-404"}},
	} {
		err := s.plan(lena, func(on *Desk, cmd Command) ([]Change, error) { return on.Split(cmd, c.ID, part) })
		if !errors.Is(err, ErrPart) {
			t.Errorf("%s: %v, want ErrPart", name, err)
		}
	}
}

func TestMergedByHandIsOneCaseThatKeepsItsDecision(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", claims(policy.FTPDenied))
	s.ticket("other", "T-2", claims(policy.SSOUnavailable))
	host, c := s.cases[0], s.cases[1]
	if err := s.person(lena, host, approve); err != nil {
		t.Fatal(err)
	}
	merge := func(by Person, from, into *Case) error {
		return s.plan(by, func(on *Desk, cmd Command) ([]Change, error) { return on.Merge(cmd, from.ID, into.ID) })
	}
	if err := merge(lena, host, c); !errors.Is(err, ErrDecided) {
		t.Errorf("a decided case into another: %v, want ErrDecided", err)
	}
	if err := merge(cora, c, host); !errors.Is(err, ErrHidden) {
		t.Errorf("a case that the person does not see: %v, want ErrHidden", err)
	}
	if err := merge(ann, c, host); !errors.Is(err, ErrNotLeader) {
		t.Errorf("by an agent: %v, want ErrNotLeader", err)
	}
	if err := merge(lena, c, host); err != nil {
		t.Fatal(err)
	}
	s.wantState(host, Approved)
	if c.State != Merged || c.MergedInto != host.ID || len(host.Tickets) != 2 || host.Tenant != Platform {
		t.Errorf("%s into %q; %d tickets of %s", c.State, c.MergedInto, len(host.Tickets), host.Tenant)
	}
	s.ticket("other", "T-2", asks("note-2"), claims(policy.SSOUnavailable))
	if s.only() != host {
		t.Error("the ticket has left the case it was merged into")
	}
}

func TestSplitAndMergedAgainKeepsTheTickets(t *testing.T) {
	s := begin(t)
	s.condition("e-1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-1")
	s.ticket("acme", "T-2")
	c := s.only()
	n := s.split(c, "T-2")
	err := s.plan(lena, func(on *Desk, cmd Command) ([]Change, error) { return on.Merge(cmd, n.ID, c.ID) })
	if err != nil || len(c.Tickets) != 2 || len(c.Apart) != 0 || s.only() != c {
		t.Errorf("%v: %d tickets, apart from %v", err, len(c.Tickets), c.Apart)
	}
}

func TestACaseThatAPersonOpensIsEndedByAPerson(t *testing.T) {
	s := begin(t)
	opening := func(by Person, o Opening) error {
		return s.plan(by, func(on *Desk, cmd Command) ([]Change, error) { return on.Open(cmd, o) })
	}
	acme := Opening{Tenant: "acme", Reason: policy.SSOUnavailable}
	for name, c := range map[string]struct {
		by   Person
		o    Opening
		want error
	}{
		"nobody": {Person{}, acme, ErrNobody}, "an agent": {ann, acme, ErrNotLeader},
		"a leader of another tenant": {Person{ID: "lea", Role: Leadership, Tenants: []string{"other"}}, acme, ErrHidden},
		"no such reason":             {lena, Opening{Tenant: "acme", Reason: "no_coffee"}, ErrReason},
		"no such ticket":             {lena, Opening{Tenant: "acme", Tickets: []TicketID{{"acme", "T-404"}}}, ErrTicket},
	} {
		if err := opening(c.by, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	s.ticket("acme", "T-1", statement) // it claims something, and asks for nothing
	if err := opening(lena, Opening{Tenant: "acme", Reason: policy.SSOUnavailable, Tickets: []TicketID{{"acme", "T-1"}}}); err != nil {
		t.Fatal(err)
	}
	c := s.only()
	s.wantState(c, PendingReview)
	if c.OpenedBy != "lena" || c.Recommendation != NeedInfo || !slices.Equal(c.Reasons, []policy.ReasonID{policy.SSOUnavailable}) || len(c.Tickets) != 1 {
		t.Errorf("opened by %q, recommended %s for %v with %d tickets", c.OpenedBy, c.Recommendation, c.Reasons, len(c.Tickets))
	}
	s.condition("e-1", "acme", policy.SSOUnavailable)
	if s.only() != c || c.Recommendation != Eligible {
		t.Errorf("a condition of what it names did not join it: %s", c.Recommendation)
	}
	s.condition("e-1", "acme", policy.SSOUnavailable, ended(Cleared))
	s.wantState(c, PendingReview)
	if err := s.person(lena, c, resolve); err != nil {
		t.Error(err)
	}
}

func TestATicketThatComesNearAReasonJoinsTheConditionThatShowsIt(t *testing.T) {
	near := func(t *Ticket) {
		t.Reasons, t.Recommendation = nil, Ineligible
		t.NearMisses = []NearMiss{{Reason: policy.AuthFailuresOver100, Stated: "99", Needed: "over 100"}}
	}
	s := begin(t)
	s.ticket("acme", "T-1", near)
	s.ticket("acme", "T-2", near, statement)
	s.condition("e-1", "acme", policy.SSOUnavailable)
	if c := s.only(); len(c.Tickets) != 2 || len(c.Conditions) != 1 {
		t.Errorf("the case has %d tickets and %d conditions", len(c.Tickets), len(c.Conditions))
	}
}
