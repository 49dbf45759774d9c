package decide

import (
	"errors"
	"testing"
	"time"
)

func TestADenialIsAppealedOnce(t *testing.T) {
	s, c := in(t, Denied)
	other := Person{ID: "otto", Role: CSM, Tenants: []string{"other"}}
	if err := s.person(other, c, appeal); !errors.Is(err, ErrHidden) {
		t.Errorf("a CSM of another tenant: %v, want ErrHidden", err)
	}
	if err := s.person(Person{ID: "vera", Role: Viewer}, c, appeal); !errors.Is(err, ErrNotLeader) {
		t.Errorf("a viewer: %v, want ErrNotLeader", err)
	}
	if err := s.person(cora, c, appeal); err != nil {
		t.Fatal(err)
	}
	s.wantState(c, PendingReview)
	if c.Round != 2 || c.Appealed == nil || c.Appealed.By != "cora" || c.Appealed.Note != "because" || len(c.Past) != 1 {
		t.Errorf("round %d, appealed %+v", c.Round, c.Appealed)
	}
	if err := s.person(lena, c, deny); err != nil {
		t.Fatal(err)
	}
	if err := s.person(ann, c, appeal); !errors.Is(err, ErrAppealed) {
		t.Errorf("against the denial of an appeal: %v, want ErrAppealed", err)
	}
	for _, do := range []func(*Case, Command) (Event, error){reopen, deny} {
		if err := s.person(lena, c, do); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.person(ann, c, appeal); err != nil {
		t.Errorf("in a round that leadership began: %v", err)
	}
}

func TestAnAppealIsHeardWhereNoTicketAsks(t *testing.T) {
	s := begin(t)
	err := s.plan(lena, func(on *Desk, cmd Command) ([]Change, error) { return on.Open(cmd, Opening{Tenant: "acme"}) })
	if err != nil {
		t.Fatal(err)
	}
	c := s.only()
	for _, step := range []struct {
		by Person
		do func(*Case, Command) (Event, error)
	}{{lena, deny}, {cora, appeal}} {
		if err := s.person(step.by, c, step.do); err != nil {
			t.Fatal(err)
		}
	}
	s.wantState(c, PendingReview)
}

func TestARequestIsTakenBackByHandUnlessItIsMeasured(t *testing.T) {
	s, c := in(t, Approved)
	if err := s.person(cora, c, withdraw); !errors.Is(err, ErrNotLeader) {
		t.Errorf("by a CSM: %v, want ErrNotLeader", err)
	}
	if err := s.person(ann, c, withdraw); err != nil {
		t.Fatal(err)
	}
	s.wantState(c, Withdrawn)
	s, c = in(t, Detected)
	if err := s.person(lena, c, withdraw); !errors.Is(err, ErrState) {
		t.Errorf("while a condition holds: %v, want ErrState", err)
	}
}

func TestAClaimEndsWithTheDecision(t *testing.T) {
	s, c := in(t, PendingReview)
	if err := s.person(ann, c, claim); !errors.Is(err, ErrNotLeader) {
		t.Errorf("an agent: %v, want ErrNotLeader", err)
	}
	if err := s.person(lena, c, release); !errors.Is(err, ErrState) {
		t.Errorf("release what is free: %v, want ErrState", err)
	}
	for _, by := range []Person{lena, omar} { // omar takes it over
		if err := s.person(by, c, claim); err != nil || c.ClaimedBy != by.ID {
			t.Fatalf("%v, claimed by %q", err, c.ClaimedBy)
		}
	}
	if err := s.person(omar, c, claim); !errors.Is(err, ErrState) {
		t.Errorf("twice: %v, want ErrState", err)
	}
	if err := s.person(lena, c, approve); err != nil || c.ClaimedBy != "" {
		t.Errorf("a claim hinders nobody: %v, still claimed by %q", err, c.ClaimedBy)
	}
}

func TestAnApprovalMayNameWhoWorksOnIt(t *testing.T) {
	s, c := in(t, PendingReview)
	err := s.person(lena, c, func(c *Case, cmd Command) (Event, error) {
		cmd.Technician = "tina"
		return c.Approve(cmd, time.Time{})
	})
	if err != nil || c.Technician != "tina" {
		t.Fatalf("%v, %q works on it", err, c.Technician)
	}
	if err := s.person(ann, c, assign); err != nil || c.Technician != "tech-ann" {
		t.Errorf("%v, %q works on it", err, c.Technician)
	}
	if e := s.events[len(s.events)-1]; e.Subject != "tech-ann" {
		t.Errorf("the audit names %q", e.Subject)
	}
}
