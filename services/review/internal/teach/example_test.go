package teach_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/teach"

	"tocsin/pkg/policy"
)

var (
	nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	lena = decide.Person{ID: "lena", Role: decide.Leadership}
)

var standard = sync.OnceValue(policy.Default)

// asking is a ticket on which somebody asks, with all that an assessment says.
func asking(change ...func(*decide.Ticket)) decide.Ticket {
	t := decide.Ticket{
		Tenant: "acme", ID: "T-1", Revision: 2, Language: "de", Asks: "desk/2", Status: "OPEN", Policy: "sha256:1",
		Recommendation: decide.Eligible, Reasons: []policy.ReasonID{policy.SSOUnavailable}, People: new(240), Hours: new(1.5),
		Environment: decide.Production, UrgencyGiven: true, ReasonGiven: true, ReadUpTo: nine,
		Quotes: []decide.Quote{{For: "request", Note: "desk/2"}, {For: "sso_unavailable", Note: "desk/1"}, {For: "x"}},
	}
	for _, c := range change {
		c(&t)
	}
	return t
}

// of is a case of these tickets that waits for a decision.
func of(tickets ...decide.Ticket) *decide.Case {
	return &decide.Case{ID: "c-1", Tenant: "acme", State: decide.PendingReview, Version: 3, Round: 1, Tickets: tickets, Recommendation: decide.Eligible}
}

// after is what a decision on the case teaches.
func after(t *testing.T, c *decide.Case, ground policy.GroundID) []teach.Example {
	t.Helper()
	cmd := decide.Command{ID: "o1", By: lena, At: nine, Note: "because"}
	ev, err := c.Approve(cmd, time.Time{})
	if ground != "" || c.Decision == nil {
		c.Decision, c.State = nil, decide.PendingReview
		ev, err = c.Deny(cmd, ground)
	}
	if err != nil {
		t.Fatal(err)
	}
	return teach.Decided(c, ev)
}

func TestAnApprovalSaysThatTheWordsWereEnough(t *testing.T) {
	unclear := asking(func(t *decide.Ticket) { t.ID, t.Recommendation, t.UrgencyGiven = "T-2", decide.NeedInfo, false })
	got := after(t, of(asking(), unclear), "")
	if len(got) != 2 {
		t.Fatalf("it taught %+v", got)
	}
	for _, e := range got {
		if e.Source != teach.OfDecision || e.By != "lena" || e.Case != "c-1" || e.Policy != "sha256:1" || e.Revision != 2 || !e.ReadUpTo.Equal(nine) ||
			e.Now.Recommendation != decide.Eligible || len(e.Now.Missing) != 0 || !strings.HasPrefix(e.ID, "leadership-") || e.Why != "" {
			t.Errorf("%+v", e)
		}
	}
	if w := got[1].Was; w.Recommendation != decide.NeedInfo || !slices.Equal(w.Missing, []policy.MissingID{policy.MissingUrgency}) {
		t.Errorf("what was read is %+v", w)
	}
	if !slices.Equal(got[0].Quoted, []string{"desk/1", "desk/2"}) || got[0].ID == got[1].ID {
		t.Errorf("%+v", got[0])
	}
}

func TestAnApprovalSaysNothingOfWordsThatOthersStoodInFor(t *testing.T) {
	for name, tickets := range map[string]decide.Ticket{
		"nobody asks on it":      asking(func(t *decide.Ticket) { t.Asks, t.MakesCase, t.Recommendation = "", true, decide.NotARequest }),
		"it was taken back":      asking(func(t *decide.Ticket) { t.Withdrawn = true }),
		"it is closed":           asking(func(t *decide.Ticket) { t.Status = decide.StatusClosed }),
		"it names no reason":     asking(func(t *decide.Ticket) { t.Reasons = nil }),
		"only measured, not yet": asking(func(t *decide.Ticket) { t.Recommendation = decide.NeedInfo }),
	} {
		c := of(tickets)
		if name == "only measured, not yet" {
			c.Conditions = []decide.Condition{{ID: "c1", State: decide.Raised}}
		}
		if got := after(t, c, ""); len(got) != 0 {
			t.Errorf("%s: it taught %+v", name, got)
		}
	}
	c := of(asking())
	c.Conditions = []decide.Condition{{ID: "c1", State: decide.Raised}}
	if got := after(t, c, ""); len(got) != 1 {
		t.Errorf("words that were enough anyway: %+v", got)
	}
}

func TestADenialSaysThatItsGroundHeld(t *testing.T) {
	for ground, why := range map[policy.GroundID]bool{
		policy.SmallAudience: false, policy.BetaOnly: true, policy.AwaitingCustomer: true, policy.TechniciansActive: true,
	} {
		said := asking(func(t *decide.Ticket) { t.Denials = []policy.GroundID{policy.SmallAudience} })
		got := after(t, of(said), ground)
		if len(got) != 1 || got[0].Now.Recommendation != decide.Ineligible || !slices.Contains(got[0].Now.Denials, ground) {
			t.Fatalf("%s: %+v", ground, got)
		}
		if (got[0].Why != "") != why {
			t.Errorf("%s: why is %q", ground, got[0].Why)
		}
		if env := *got[0].Now.Facts.Environment; (ground == policy.BetaOnly) != (env == decide.Beta) {
			t.Errorf("%s: on %s", ground, env)
		}
	}
	c := of(asking())
	ev, err := c.Deny(decide.Command{By: lena, At: nine, Note: "no time"}, "")
	if got := teach.Decided(c, ev); err != nil || len(got) != 0 {
		t.Errorf("a denial without a ground taught %+v (%v)", got, err)
	}
	if got := teach.Decided(c, decide.Event{Name: decide.TicketUpdated}); len(got) != 0 {
		t.Errorf("a ticket that came later taught %+v", got)
	}
}

// to is a correction that makes a change.
func to(change func(*teach.Reading)) teach.Correction {
	return teach.Correction{ID: "o1", By: lena, At: nine, Tenant: "acme", Ticket: "T-1", Comment: "look", Policy: standard(), Change: func(r teach.Reading) (teach.Reading, error) {
		change(&r)
		return r, nil
	}}
}

func TestACorrectionKeepsWhatWasReadBesideWhatIsRight(t *testing.T) {
	e, err := teach.Correct(of(asking()), nil, to(func(r *teach.Reading) {
		r.Recommendation, r.Facts.AffectedUsers, r.Facts.UrgencyGiven = decide.NeedInfo, nil, false
		r.Reasons = []policy.ReasonID{policy.SSOUnavailable, policy.SiteOutage, policy.SiteOutage}
	}))
	if err != nil {
		t.Fatal(err)
	}
	if e.Source != teach.OfCorrection || e.Was.Recommendation != decide.Eligible || *e.Was.Facts.AffectedUsers != 240 || e.Comment != "look" {
		t.Errorf("%+v", e)
	}
	if !slices.Equal(e.Now.Reasons, []policy.ReasonID{policy.SiteOutage, policy.SSOUnavailable}) ||
		!slices.Equal(e.Now.Missing, []policy.MissingID{policy.MissingUrgency, policy.MissingAffectedUsers}) {
		t.Errorf("it is %+v", e.Now)
	}
	again, err := teach.Correct(of(asking()), []teach.Example{e}, to(func(r *teach.Reading) { r.Facts.DurationHours = nil }))
	if err != nil || again.ID != e.ID || again.Now.Facts.DurationHours == nil {
		t.Errorf("the same order again gives %+v (%v)", again, err)
	}
	another := to(func(r *teach.Reading) { r.Facts.DurationHours = nil })
	another.ID = "o2"
	next, err := teach.Correct(of(asking()), []teach.Example{e}, another)
	if err != nil || next.Now.Recommendation != decide.NeedInfo || next.Was.Recommendation != decide.Eligible {
		t.Errorf("the next one begins from %+v (%v)", next.Now, err)
	}
	later := of(asking(func(t *decide.Ticket) { t.Revision = 3 }))
	another = to(func(*teach.Reading) {})
	another.ID = "o3"
	if next, err := teach.Correct(later, []teach.Example{e}, another); err != nil || next.Now.Recommendation != decide.Eligible {
		t.Errorf("of what was read since it begins from %+v (%v)", next.Now, err)
	}
}

func TestACorrectionIsOfTheTicketThatWasSeen(t *testing.T) {
	same := func(*teach.Reading) {}
	for name, c := range map[string]struct {
		change func(*teach.Correction)
		want   error
	}{
		"nobody":         {func(c *teach.Correction) { c.By.ID = "" }, decide.ErrNobody},
		"an agent":       {func(c *teach.Correction) { c.By.Role = decide.Agent }, decide.ErrNotLeader},
		"another ticket": {func(c *teach.Correction) { c.Ticket = "T-9" }, teach.ErrTicket},
		"another tenant": {func(c *teach.Correction) { c.Tenant = "globex" }, teach.ErrTicket},
		"an old page":    {func(c *teach.Correction) { c.Revision = 1 }, teach.ErrReread},
		"this page":      {func(c *teach.Correction) { c.Revision = 2 }, nil},
	} {
		cor := to(same)
		c.change(&cor)
		if _, err := teach.Correct(of(asking()), nil, cor); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
