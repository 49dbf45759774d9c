package decide

import (
	"testing"

	"tocsin/pkg/policy"
)

func TestATicketJoinsTheCaseWhoseConditionShowsItsClaim(t *testing.T) {
	for _, tt := range []struct {
		name, scope string
		change      func(*Ticket)
		joins       bool
	}{
		{"the same tenant", "acme", asks("n"), true},
		{"the platform", Platform, asks("n"), true},
		{"another tenant", "other", asks("n"), false},
		{"the same family", "acme", claims(policy.AuthFailuresOver100), true},
		{"another family", "acme", claims(policy.FTPDenied), false},
		{"what needs information by its words alone", "acme", recommended(NeedInfo), true},
		{"what a ground speaks against", "acme", small(3), true},
		{"the beta site", "acme", func(t *Ticket) { t.Environment = Beta }, false},
		{"a ticket that only states it", "acme", statement, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, first := range []string{"condition", "ticket"} {
				s := begin(t)
				raise := func() { s.condition("c1", tt.scope, policy.SSOUnavailable) }
				if first == "condition" {
					raise()
				}
				s.ticket("acme", "T-1", tt.change)
				if first == "ticket" {
					raise()
				}
				if of := s.desk().ofTicket("acme", "T-1"); (of != nil && of.Live()) != tt.joins {
					t.Errorf("%s first: joins %v, want %v", first, !tt.joins, tt.joins)
				}
			}
		})
	}
}

func TestAnOutageIsOneCaseHoweverManyTicketsItBrings(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	s.ticket("acme", "T-2")
	s.ticket("beta", "T-1")
	s.condition("c0", "beta", policy.AuthFailuresOver100)
	s.ticket("other", "T-9", claims(policy.FTPDenied))
	s.condition("c1", Platform, policy.SSOUnavailable)
	s.ticket("gamma", "T-1")
	s.condition("c2", "gamma", policy.AuthFailuresOver100)
	merged := 0
	var host *Case
	for _, c := range s.cases {
		switch {
		case c.State == Merged:
			merged++
		case c.Tenant == Platform:
			host = c
		case c.Tenant != "other":
			t.Errorf("case of %s is %s", c.Tenant, c.State)
		}
	}
	if merged != 2 || host == nil || host.ID != s.cases[0].ID {
		t.Fatalf("%d cases were merged, want 2, into the one that was opened first", merged)
	}
	if len(host.Tickets) != 4 || len(host.Conditions) != 3 || host.State != PendingReview {
		t.Errorf("%d tickets and %d conditions, %s; want 4, 3, pending_review", len(host.Tickets), len(host.Conditions), host.State)
	}
	if host.Impact.Tenants != 3 {
		t.Errorf("%d tenants, want 3", host.Impact.Tenants)
	}
}

func TestAConditionJoinsADecidedCaseWhoseTicketClaimsIt(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	c := s.only()
	if err := s.person(lena, c, approve); err != nil {
		t.Fatal(err)
	}
	s.condition("c1", "acme", policy.SSOUnavailable)
	s.wantState(s.only(), Approved)
	s.wantLast(ConditionLinked)
}

func TestAPlatformConditionLeavesADecidedCaseAlone(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	c := s.only()
	if err := s.person(lena, c, approve); err != nil {
		t.Fatal(err)
	}
	s.condition("c1", Platform, policy.SSOUnavailable)
	s.wantState(c, Approved)
	if len(s.cases) != 2 {
		t.Errorf("%d cases, want 2", len(s.cases))
	}
}

func TestConditionsWithSubjectsOfTheirOwnAreCasesOfTheirOwn(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.SecurityBreach, subject("f1"))
	s.condition("c2", "acme", policy.SecurityBreach, subject("f2"))
	s.condition("c3", "acme", policy.LXPFeaturesUnavailable, subject("feeds"))
	s.condition("c4", "acme", policy.LXPFeaturesUnavailable, subject("plans"))
	if len(s.cases) != 3 {
		t.Errorf("%d cases, want 3: two findings, and one outage of two components", len(s.cases))
	}
}

func TestABlockedLaunchJoinsTheOutageThatBlocksIt(t *testing.T) {
	s := begin(t)
	s.condition("c1", Platform, policy.SSOUnavailable)
	s.condition("c2", "acme", policy.ProgramLaunchBlocked, subject("autumn"))
	s.condition("c3", "acme", policy.UploadsFailing24h)
	if len(s.cases) != 2 || len(s.cases[0].Conditions) != 2 {
		t.Errorf("%d cases, %d conditions in the first; want 2 and 2", len(s.cases), len(s.cases[0].Conditions))
	}
}

func TestASilentTicketIsLinkedToItsCondition(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", statement, claims())
	s.ticket("acme", "T-2", claims(policy.FTPDenied))
	s.condition("c1", "acme", policy.StaleTicket1w, subject("T-1"))
	s.condition("c2", "acme", policy.StaleTicket1w, subject("T-2"))
	if len(s.cases) != 2 {
		t.Fatalf("%d cases, want 2", len(s.cases))
	}
	for _, c := range s.cases {
		if len(c.Tickets) != 1 || len(c.Conditions) != 1 || c.Conditions[0].Subject != c.Tickets[0].ID {
			t.Errorf("tickets %+v with conditions %+v", c.Tickets, c.Conditions)
		}
	}
}

func TestAReassessedTicketMovesToTheCaseThatShowsIt(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-1", claims(policy.FTPDenied))
	s.ticket("acme", "T-1", claims(policy.SSOUnavailable))
	c := s.only()
	if len(c.Tickets) != 1 || c.Tickets[0].Reasons[0] != policy.SSOUnavailable {
		t.Errorf("linked %+v", c.Tickets)
	}
}

func TestARequestMadeAnewJoinsWhatItIsAbout(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", claims(policy.FTPDenied))
	old := s.only()
	s.ticket("acme", "T-1", claims(policy.FTPDenied), status(StatusResolved))
	s.condition("c1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-1", asks("note-2"))
	s.wantState(old, Closed)
	if c := s.only(); len(c.Tickets) != 1 || c.State != PendingReview {
		t.Errorf("the outage has tickets %+v and is %s", c.Tickets, c.State)
	}
}
