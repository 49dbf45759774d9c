package decide

import (
	"fmt"
	"slices"
	"testing"

	"tocsin/pkg/policy"
)

func TestARequestOpensACase(t *testing.T) {
	for _, tt := range []struct {
		recommended Recommendation
		state       State
	}{{Eligible, PendingReview}, {NeedInfo, NeedsInfo}, {Ineligible, PendingReview}} {
		t.Run(string(tt.recommended), func(t *testing.T) {
			s := begin(t)
			s.ticket("acme", "T-1", recommended(tt.recommended))
			c := s.only()
			s.wantState(c, tt.state)
			s.wantLast(Opened)
			if c.Tenant != "acme" || c.Version != 1 || c.Round != 1 || c.Recommendation != tt.recommended {
				t.Errorf("opened as %+v", c)
			}
			if want := c.OpenedAt.Add(policy.Default().DecideWithin(policy.SSOUnavailable)); !c.DecisionDueAt.Equal(want) {
				t.Errorf("due at %s, want %s", c.DecisionDueAt, want)
			}
		})
	}
}

func TestATicketOnWhichNobodyAsksOpensNoCase(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", statement)
	if len(s.cases) != 0 {
		t.Errorf("it opened %+v", s.cases[0])
	}
}

func TestAStatedSecurityBreachOpensACaseThoughNobodyAsks(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", statement, claims(policy.SecurityBreach), func(t *Ticket) { t.MakesCase = true })
	s.wantState(s.only(), PendingReview)
	if r := s.only().Recommendation; r != Eligible {
		t.Errorf("recommended %s, want eligible", r)
	}
}

func TestReasonsThatTheOperatorAddedStandBehindTheSixteenAndDoNotGoWithThePolicy(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", claims("video_calls_down", policy.InsightsUnavailable, "badge_printers_down"))
	want := []policy.ReasonID{policy.InsightsUnavailable, "badge_printers_down", "video_calls_down"}
	if got := s.only().Reasons; !slices.Equal(got, want) {
		t.Errorf("reasons %v, want %v", got, want)
	}
}

func TestASecondRequestOnATicketOpensNoSecondCase(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	s.ticket("acme", "T-1", asks("note-2"))
	if c := s.only(); c.AskedAgain != 1 || c.Version != 2 {
		t.Errorf("asked again %d times, version %d; want 1 and 2", c.AskedAgain, c.Version)
	}
	s.wantLast(WasAskedAgain)
}

func TestTwoTicketsWithoutAConditionAreTwoCases(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	s.ticket("acme", "T-2")
	if len(s.cases) != 2 {
		t.Errorf("%d cases, want 2", len(s.cases))
	}
}

func TestARevisionThatWasHeardOrSaysNothingNewChangesNothing(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	if got := s.ticket("acme", "T-1"); len(got) != 0 {
		t.Errorf("a revision that says the same made %+v", got)
	}
	if got := s.ticket("acme", "T-1", withdrawn, func(t *Ticket) { t.Revision = 1 }); len(got) != 0 {
		t.Errorf("an old revision made %+v", got)
	}
}

func TestAConditionOpensACaseThatNobodyAskedFor(t *testing.T) {
	s := begin(t)
	s.condition("c1", Platform, policy.SSOUnavailable, counted(240))
	c := s.only()
	s.wantState(c, Detected)
	if c.Tenant != Platform || c.Recommendation != Eligible {
		t.Errorf("opened as %+v", c)
	}
	if n, ok := c.Impact.People(); !ok || n != 240 {
		t.Errorf("%d people known (%v), want 240", n, ok)
	}
}

func TestARequestThatAConditionShowsIsEligible(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-1", recommended(NeedInfo))
	c := s.only()
	s.wantState(c, PendingReview)
	if c.Recommendation != Eligible {
		t.Errorf("recommended %s, want eligible", c.Recommendation)
	}
	s.condition("c1", "acme", policy.SSOUnavailable, ended(Cleared))
	s.wantState(c, NeedsInfo) // the words alone do not carry it
}

func TestACaseThatNobodyDecidedEndsAsItsConditionsDid(t *testing.T) {
	for _, tt := range []struct {
		first, second ConditionState
		want          State
	}{
		{Cleared, Cleared, Resolved},
		{Cleared, ConditionExpired, Resolved},
		{ConditionExpired, ConditionWithdrawn, Expired},
		{ConditionWithdrawn, ConditionWithdrawn, Withdrawn},
		{ConditionExpired, Raised, Detected},
	} {
		s := begin(t)
		s.condition("c1", "acme", policy.SSOUnavailable)
		s.condition("c2", "acme", policy.AuthFailuresOver100)
		c := s.only()
		s.condition("c1", "acme", policy.SSOUnavailable, ended(tt.first))
		s.wantState(c, Detected)
		s.condition("c2", "acme", policy.AuthFailuresOver100, ended(tt.second))
		s.wantState(c, tt.want)
	}
}

func TestAnEndKeepsTheCaseOfSomebodyWhoAsks(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.SSOUnavailable)
	s.ticket("acme", "T-1")
	s.condition("c1", "acme", policy.SSOUnavailable, ended(Cleared))
	s.wantState(s.only(), PendingReview)
	s.ticket("acme", "T-1", withdrawn)
	s.wantState(s.only(), Resolved)
	s.wantLast(TicketWithdrawn)
}

func TestAnEndedConditionDoesNotComeBack(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.SSOUnavailable)
	s.condition("c1", "acme", policy.SSOUnavailable, ended(Cleared))
	if got := s.condition("c1", "acme", policy.SSOUnavailable); len(got) != 0 {
		t.Errorf("a late raise made %+v", got)
	}
	s.condition("c2", "acme", policy.SSOUnavailable, ended(ConditionExpired))
	if got := s.condition("c2", "acme", policy.SSOUnavailable); len(got) != 0 {
		t.Errorf("a raise after its end made %+v", got)
	}
}

func TestAnOlderUpdateOfAConditionSaysNothing(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.SSOUnavailable, counted(120))
	old := func(c *Condition) { c.DetectedAt = nine }
	if got := s.condition("c1", "acme", policy.SSOUnavailable, counted(7), old); len(got) != 0 {
		t.Errorf("an older update made %+v", got)
	}
	s.condition("c1", "acme", policy.SSOUnavailable, counted(90))
	if n, _ := s.only().Impact.People(); n != 120 {
		t.Errorf("%d people hit, want the most that were counted: 120", n)
	}
}

func TestARequestThatIsTakenBackEndsItsCase(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1")
	c := s.only()
	s.ticket("acme", "T-1", withdrawn)
	s.wantState(c, Withdrawn)
	s.ticket("acme", "T-1", asks("note-2"))
	s.wantState(s.only(), PendingReview)
	s.wantLast(Reopened)
	if c.Round != 2 {
		t.Errorf("round %d, want 2", c.Round)
	}
}

func TestAResolvedTicketResolvesItsCase(t *testing.T) {
	for _, first := range []func(*Case, Command) (Event, error){nil, approve} {
		s := begin(t)
		s.ticket("acme", "T-1")
		c := s.only()
		if first != nil {
			if err := s.person(lena, c, first); err != nil {
				t.Fatal(err)
			}
		}
		s.ticket("acme", "T-1", status(StatusResolved))
		s.wantState(c, Resolved)
		s.ticket("acme", "T-1", status("OPEN"))
		s.wantState(c, Resolved) // thanks on a ticket are no new request
		s.ticket("acme", "T-1", asks("note-2"))
		s.wantState(c, PendingReview)
	}
}

func TestTicketsThatTogetherAreNotSmallAreEligible(t *testing.T) {
	s := begin(t)
	s.ticket("acme", "T-1", small(15))
	s.ticket("acme", "T-2", small(15))
	if r := s.cases[0].Recommendation; r != Ineligible {
		t.Fatalf("alone it is %s, want ineligible", r)
	}
	s.condition("c1", "acme", policy.SSOUnavailable)
	s.condition("c1", "acme", policy.SSOUnavailable, ended(Cleared))
	c := s.only()
	if c.Recommendation != Eligible || len(c.Grounds) != 0 {
		t.Errorf("30 people are %s with %v, want eligible", c.Recommendation, c.Grounds)
	}
}

func TestMeasuredPeopleOutrankClaimedOnes(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.AuthFailuresOver100, counted(143))
	s.ticket("acme", "T-1", people(500))
	c := s.only()
	if n, _ := c.Impact.People(); n != 143 || *c.Impact.Claimed != 500 {
		t.Errorf("%d people, %d claimed; want 143 and 500", n, *c.Impact.Claimed)
	}
}

func TestTheSameFactsGiveTheSameCases(t *testing.T) {
	run := func() []*Case {
		s := begin(t)
		s.ticket("acme", "T-1")
		s.condition("c1", "acme", policy.SSOUnavailable)
		s.condition("c2", Platform, policy.FTPDenied)
		return s.cases
	}
	for i, c := range run() {
		if again := run()[i]; again.ID != c.ID || again.Version != c.Version {
			t.Errorf("%s@%d, then %s@%d", c.ID, c.Version, again.ID, again.Version)
		}
	}
}

func TestOfManyTicketsACaseKeepsWhatCounts(t *testing.T) {
	s := begin(t)
	s.condition("c1", "acme", policy.SSOUnavailable)
	said := func(t *Ticket) {
		t.Subject, t.Quotes = "SSO is down", []Quote{{For: "urgency", Text: "at 10 we start"}}
	}
	for i := range InDetail + 1 {
		s.ticket("acme", fmt.Sprint(i), said, people(i))
	}
	c := s.only()
	last, one := c.Tickets[InDetail], c.Tickets[InDetail-1]
	if one.Subject == "" || len(one.Quotes) == 0 || last.Subject != "" || len(last.Quotes) != 0 || *last.People != InDetail {
		t.Errorf("ticket %d is %+v, the one before it %+v", InDetail, last, one)
	}
	if got := s.ticket("acme", fmt.Sprint(InDetail), said, people(InDetail)); len(got) != 0 {
		t.Errorf("the same words again made %+v", got)
	}
}
