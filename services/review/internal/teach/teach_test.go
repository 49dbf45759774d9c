package teach_test

import (
	"encoding/json"
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
		Environment: teach.Production, UrgencyGiven: true, ReasonGiven: true, ReadUpTo: nine,
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

func TestALabelThatContradictsItselfIsRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*teach.Reading)
		rule   string
	}{
		{func(r *teach.Reading) { r.Request = false }, "request"},
		{func(r *teach.Reading) { r.Recommendation = decide.NotARequest }, "request"},
		{func(r *teach.Reading) { r.Reasons = nil }, "eligible"},
		{func(r *teach.Reading) { r.Recommendation = decide.Ineligible }, "ineligible"},
		{func(r *teach.Reading) { r.Recommendation = decide.NeedInfo }, "needs_info"},
		{func(r *teach.Reading) { r.Recommendation = "maybe" }, "value"},
		{func(r *teach.Reading) { r.Reasons = []policy.ReasonID{"sso_down"} }, "value"},
		{func(r *teach.Reading) { r.Denials = []policy.GroundID{"beta"} }, "value"},
		{func(r *teach.Reading) { r.Facts.AffectedUsers = new(-1) }, "value"},
		{func(r *teach.Reading) { r.Facts.DurationHours = new(-0.5) }, "value"},
		{func(r *teach.Reading) { r.Facts.Environment = new("test") }, "value"},
		{func(r *teach.Reading) { r.Language = "fr" }, "value"},
	} {
		var unsound *teach.UnsoundError
		if _, err := teach.Correct(of(asking()), nil, to(c.change)); !errors.As(err, &unsound) || unsound.Rule != c.rule {
			t.Errorf("got %v, want that %s is broken", err, c.rule)
		}
	}
	for name, change := range map[string]func(*teach.Reading){
		"nothing is changed": func(*teach.Reading) {},
		"nobody asks":        func(r *teach.Reading) { r.Request, r.Recommendation = false, decide.NotARequest },
		"a threshold missed": func(r *teach.Reading) { r.Recommendation, r.Reasons = decide.Ineligible, nil },
	} {
		if _, err := teach.Correct(of(asking()), nil, to(change)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAReadingIsOfTheWordsAndNotOfWhatCorrectedThem(t *testing.T) {
	r := teach.ReadingOf(new(asking(func(t *decide.Ticket) {
		t.People, t.Environment = new(143), decide.Beta
		t.Contradictions = []decide.Contradiction{
			{About: "environment", Claimed: teach.Production, Measured: decide.Beta},
			{About: "affected_users", Claimed: "500", Measured: "200"},
			{About: "affected_users", Claimed: "200", Measured: "143"},
			{About: "sso_unavailable", Claimed: "holds", Measured: "ended"},
		}
	})))
	if *r.Facts.AffectedUsers != 500 || *r.Facts.Environment != teach.Production {
		t.Errorf("%d people on %s", *r.Facts.AffectedUsers, *r.Facts.Environment)
	}
}

func TestWordsAreWhatWasReadOfTheCustomersSide(t *testing.T) {
	notes := []teach.Note{
		{ID: "desk/5", AuthorKind: "CUSTOMER", Text: "after the decision", At: nine.Add(time.Second)},
		{ID: "desk/4", AuthorKind: "AGENT", Text: "the lead asks to escalate", At: nine},
		{ID: "desk/3", AuthorKind: "AGENT", Text: "internal", At: nine.Add(-time.Minute)},
		{ID: "desk/2", AuthorKind: "CSM", Text: " any news?\n", At: nine.Add(-2 * time.Minute)},
		{ID: "desk/6", AuthorKind: "CUSTOMER", Text: " ", At: nine.Add(-2 * time.Minute)},
		{ID: "desk/1", AuthorKind: "CUSTOMER", Text: "SSO\n\nNobody can log in.", At: nine.Add(-time.Minute), Opening: true},
	}
	e := teach.Example{ID: "leadership-a", ReadUpTo: nine, Quoted: []string{"desk/4"}, Source: teach.OfCorrection}
	w := e.Words(notes)
	if want := "SSO\n\nNobody can log in.\n\nany news?\n\nthe lead asks to escalate"; w.Text != want || w.AuthorKind != "CUSTOMER" || w.Form {
		t.Errorf("got %+v, want %q", w, want)
	}
	if l := teach.LineOf(e, w); l.Difficulty != "plain" || l.Why != "" || l.Writer != "leadership" {
		t.Errorf("the line is %+v", l)
	}
	w = e.Words(append(notes, teach.Note{ID: "desk/7", AuthorKind: "CSM", Text: "the launch is at noon", At: nine, Form: true}))
	if l := teach.LineOf(e, w); l.Difficulty != "hard" || l.Why != "a form or a flag asked" || !strings.HasSuffix(l.Text, "at noon") {
		t.Errorf("where a form asked the line is %+v", l)
	}
	if w := e.Words(nil); w.Text != "" {
		t.Errorf("words of nothing: %q", w.Text)
	}
}

func TestALabelIsWrittenAsLabelledNotesAre(t *testing.T) {
	e, err := teach.Correct(of(asking()), nil, to(func(r *teach.Reading) {
		r.Request, r.Recommendation, r.Reasons, r.Facts.AffectedUsers = false, decide.NotARequest, nil, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	e.ID = "leadership-a"
	data, err := json.Marshal(teach.LineOf(e, teach.Words{Text: "Danke!", AuthorKind: "CSM"}))
	want := `{"id":"leadership-a","writer":"leadership","author_kind":"CSM","difficulty":"plain","source":"correction","text":"Danke!",` +
		`"label":{"language":"de","is_escalation_request":false,"recommendation":"not_a_request","reasons":[],"denials":[],"missing":[],` +
		`"facts":{"affected_users":null,"duration_hours":1.5,"environment":"production","urgency_given":true,"reason_given":true}}}`
	if err != nil || string(data) != want {
		t.Errorf("got  %s\nwant %s (%v)", data, want, err)
	}
}

func TestAnOperatorsOwnReasonIsOne(t *testing.T) {
	grounds := "# ---------------------------------------------------------------------------\n# The four grounds"
	own := `  video_calls_down:
    title: {en: Video calls down, de: Videoanrufe ausgefallen}
    description: {en: Nobody can hold a video call., de: Niemand kann einen Videoanruf führen.}
    text: true
    signal: false
    priority: high

`
	words := "    video_calls_down:\n      en: [video call]\n      de: [videoanruf]\n"
	text := strings.Replace(string(policy.Builtin()), grounds, own+grounds, 1)
	p, err := policy.Parse([]byte(strings.Replace(text, "  providers:\n    en: [", words+"  providers:\n    en: [", 1)))
	if err != nil {
		t.Fatal(err)
	}
	both := func(r *teach.Reading) { r.Reasons = []policy.ReasonID{"video_calls_down", policy.SSOUnavailable} }
	cor := to(both)
	cor.Policy = p
	if e, err := teach.Correct(of(asking()), nil, cor); err != nil || !slices.Equal(e.Now.Reasons, []policy.ReasonID{policy.SSOUnavailable, "video_calls_down"}) {
		t.Errorf("it is %v (%v)", e.Now.Reasons, err)
	}
	if _, err := teach.Correct(of(asking()), nil, to(both)); err == nil {
		t.Error("a policy without it has it")
	}
	read := asking(func(t *decide.Ticket) { t.Reasons = []policy.ReasonID{"video_calls_down"} })
	if got := after(t, of(read), ""); len(got) != 1 || !slices.Equal(got[0].Now.Reasons, read.Reasons) {
		t.Errorf("an approval taught %+v", got)
	}
}
