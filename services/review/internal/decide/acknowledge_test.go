package decide

import (
	"errors"
	"testing"
)

func TestARoundIsAcknowledgedOnce(t *testing.T) {
	s, c := in(t, PendingReview)
	due := c.WakeAt()
	if err := s.person(ann, c, seen); !errors.Is(err, ErrNotLeader) {
		t.Errorf("an agent: %v, want ErrNotLeader", err)
	}
	if err := s.person(lena, c, seen); err != nil || c.AcknowledgedBy != "lena" || !c.AcknowledgedAt.Equal(s.now()) {
		t.Fatalf("%v, acknowledged by %q at %s", err, c.AcknowledgedBy, c.AcknowledgedAt)
	}
	if e := s.events[len(s.events)-1]; e.Name != WasAcknowledged || e.From != PendingReview || e.To != PendingReview || !e.Person {
		t.Errorf("stated %+v", e)
	}
	if !c.WakeAt().Equal(due) {
		t.Errorf("the decision was due at %s, now at %s", due, c.WakeAt())
	}
	var first *AcknowledgedError
	for _, by := range []Person{lena, omar} {
		if err := s.person(by, c, seen); !errors.As(err, &first) || first.By != "lena" || first.Current != c.Version {
			t.Errorf("again, by %s: %v", by.ID, err)
		}
	}
	if err := s.person(cora, c, seen); errors.Is(err, ErrAcknowledged) {
		t.Errorf("who may not acknowledge learns who did: %v", err)
	}
	if err := s.person(omar, c, approve); err != nil || c.AcknowledgedBy != "lena" {
		t.Errorf("%v, after the decision acknowledged by %q", err, c.AcknowledgedBy)
	}
	var decided *DecidedError
	if err := s.person(lena, c, seen); !errors.As(err, &decided) || decided.By != "omar" {
		t.Errorf("of a decided round: %v, want who decided it", err)
	}
}

func TestWhoActsOnACaseHasSeenIt(t *testing.T) {
	for name, do := range map[string]func(*Case, Command) (Event, error){
		"claim": claim, "approve": approve, "deny": deny, "ask": ask, "eta": eta,
	} {
		s, c := in(t, PendingReview)
		if err := s.person(lena, c, do); err != nil || c.AcknowledgedBy != "lena" || !c.AcknowledgedAt.Equal(s.now()) {
			t.Errorf("%s: %v, acknowledged by %q", name, err, c.AcknowledgedBy)
		}
		if e := s.events[len(s.events)-1]; e.Name == WasAcknowledged {
			t.Errorf("%s states it as an event of its own", name)
		}
	}
	s, c := in(t, PendingReview)
	for _, do := range []func(*Case, Command) (Event, error){claim, release} {
		if err := s.person(lena, c, do); err != nil {
			t.Fatal(err)
		}
	}
	if c.AcknowledgedBy != "lena" {
		t.Errorf("who gave the decision back had seen it; acknowledged by %q", c.AcknowledgedBy)
	}
}

func TestANewRoundIsToBeAcknowledgedAnew(t *testing.T) {
	s, c := in(t, Denied)
	if c.AcknowledgedBy == "" {
		t.Fatal("nobody has seen what was denied")
	}
	if err := s.person(lena, c, reopen); err != nil || c.AcknowledgedBy != "" || !c.AcknowledgedAt.IsZero() {
		t.Errorf("%v, round %d begins acknowledged by %q", err, c.Round, c.AcknowledgedBy)
	}
	if err := s.person(omar, c, seen); err != nil || c.AcknowledgedBy != "omar" {
		t.Errorf("%v, acknowledged by %q", err, c.AcknowledgedBy)
	}
}

func TestALinkAcknowledgesTheRoundItWasSentFor(t *testing.T) {
	s, c := in(t, PendingReview)
	by := func(round uint64) func(*Case, Command) (Event, error) {
		return func(c *Case, cmd Command) (Event, error) {
			return c.AcknowledgeByLink(cmd, Link{ID: "link-1", Round: round, To: "pager"})
		}
	}
	if err := s.person(Person{}, c, by(2)); !errors.Is(err, ErrRound) {
		t.Errorf("of a round that is not: %v, want ErrRound", err)
	}
	if err := s.person(Person{}, c, by(1)); err != nil || c.AcknowledgedBy != "link:pager" {
		t.Fatalf("%v, acknowledged by %q", err, c.AcknowledgedBy)
	}
	if e := s.events[len(s.events)-1]; e.Actor != "link:pager" || e.Subject != "link-1" || !e.Person {
		t.Errorf("the audit says %+v", e)
	}
	if err := s.person(Person{}, c, by(1)); !errors.Is(err, ErrAcknowledged) {
		t.Errorf("a second time: %v, want ErrAcknowledged", err)
	}
	for _, do := range []func(*Case, Command) (Event, error){deny, reopen} {
		if err := s.person(lena, c, do); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.person(Person{}, c, by(1)); !errors.Is(err, ErrRound) || c.AcknowledgedBy != "" {
		t.Errorf("in the next round: %v, want ErrRound", err)
	}
}

func TestAPartOfACaseWasSeenWithIt(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	s.condition("k1", "acme", "sso_unavailable")
	c := s.only()
	if err := s.person(lena, c, seen); err != nil {
		t.Fatal(err)
	}
	err := s.plan(omar, func(on *Desk, cmd Command) ([]Change, error) {
		return on.Split(cmd, c.ID, Part{Tickets: []TicketID{{"acme", "T-1"}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.cases {
		if c.AcknowledgedBy != "lena" {
			t.Errorf("case %s was acknowledged by %q", c.ID, c.AcknowledgedBy)
		}
	}
}
