package deliver

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
)

// builtinPolicy is read once: tests tell thousands of changes.
var builtinPolicy = policy.Default()

var at = sampleAt()

func tell(t testing.TB, c Change) []Notification {
	t.Helper()
	told, err := Teller{Policy: builtinPolicy}.Tell(c)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// heard lists who was told what, as "requester/T-1 approved".
func heard(told []Notification) []string {
	var list []string
	for _, n := range told {
		to := n.Audience
		if n.Ticket != "" {
			to += "/" + n.Ticket
		}
		list = append(list, to+" "+string(n.Kind))
	}
	return list
}

func TestWhatPeopleWroteTurnsNothingBehindIt(t *testing.T) {
	for wrote, want := range map[string]string{
		"gol \u202enwod\u202c \u2066x": "gol nwod x", "one\u2028two\u0085\x00three": "one two three", "👩\u200d👧 שלום\u200f": "👩\u200d👧 שלום\u200f",
	} {
		if got := line(wrote); got != want {
			t.Errorf("%q becomes %q, want %q", wrote, got, want)
		}
	}
}

func TestWhoHearsWhat(t *testing.T) {
	everyone := func(k Kind) []string {
		return []string{"leadership " + string(k), "requester/T-1 " + string(k), "requester/T-2 " + string(k), "csm/T-1 " + string(k), "agent/T-1 " + string(k)}
	}
	outsiders := func(k Kind) []string { return everyone(k)[1:] }
	asker := func(k Kind) []string {
		return []string{"requester/T-1 " + string(k), "csm/T-1 " + string(k), "agent/T-1 " + string(k)}
	}
	leaders := func(k Kind) []string { return []string{"leadership " + string(k)} }
	for _, c := range []struct {
		says, name, from, to, ticket string
		want                         []string
	}{
		{"opened by a request", "opened", "", "pending_review", "T-1", append(leaders(CaseOpened), outsiders(UnderReview)...)},
		{"opened by a condition", "opened", "", "detected", "", append(leaders(CaseOpened), outsiders(UnderReview)...)},
		{"a ticket joins a case under review", "ticket_linked", "pending_review", "pending_review", "T-2", []string{"requester/T-2 under_review", "csm/T-2 under_review"}},
		{"a ticket joins what was detected", "ticket_linked", "detected", "pending_review", "T-1", asker(UnderReview)},
		{"a ticket joins an approved case", "ticket_linked", "in_progress", "in_progress", "T-1", asker(Approved)},
		{"a ticket joins a denied case without asking", "ticket_linked", "denied", "denied", "T-2", nil},
		{"a ticket that asks opens a denied case again", "ticket_linked", "denied", "pending_review", "T-1", append(leaders(Reopened), outsiders(UnderReview)...)},
		{"a linked ticket is the first to ask", "ticket_updated", "detected", "pending_review", "T-1", asker(UnderReview)},
		{"the answer comes", "ticket_updated", "needs_info", "pending_review", "T-1", asker(UnderReview)},
		{"a condition joins", "condition_linked", "pending_review", "pending_review", "", leaders(ConditionLinked)},
		{"a condition answers what was missing", "condition_linked", "needs_info", "pending_review", "", append(leaders(ConditionLinked), outsiders(UnderReview)...)},
		{"a condition is brought up to date", "condition_updated", "pending_review", "pending_review", "", nil},
		{"a ticket changes", "ticket_updated", "pending_review", "pending_review", "T-1", nil},
		{"a request comes again", "asked_again", "pending_review", "pending_review", "T-1", nil},
		{"a condition ends", "condition_ended", "pending_review", "pending_review", "", leaders(ConditionEnded)},
		{"the last condition ends and with it the case", "condition_ended", "detected", "resolved", "", everyone(Resolved)},
		{"the last condition falls silent", "condition_ended", "detected", "expired", "", leaders(Expired)},
		{"approved", "approved", "pending_review", "approved", "", everyone(Approved)},
		{"approved with an ETA", "approved", "pending_review", "in_progress", "", everyone(Approved)},
		{"denied", "denied", "pending_review", "denied", "", append(leaders(Denied), asker(Denied)...)},
		{"an ETA is given", "eta_given", "approved", "in_progress", "", everyone(ETAGiven)},
		{"an ETA is moved", "eta_moved", "in_progress", "in_progress", "", everyone(ETAMoved)},
		{"resolved", "resolved", "in_progress", "resolved", "", everyone(Resolved)},
		{"reopened", "reopened", "resolved", "pending_review", "", append(leaders(Reopened), outsiders(UnderReview)...)},
		{"the request is taken back", "ticket_withdrawn", "pending_review", "withdrawn", "T-1", leaders(Withdrawn)},
		{"merged", "merged", "pending_review", "merged", "", nil},
		{"closed", "closed", "resolved", "closed", "", nil},
		{"nobody decides in time", "decision_overdue", "pending_review", "pending_review", "", append(leaders(DecisionOverdue), "requester/T-1 decision_overdue", "csm/T-1 decision_overdue")},
		{"the ETA passes", "eta_overdue", "in_progress", "in_progress", "", everyone(ETAOverdue)},
		{"nobody decides at all", "decision_passed_on", "pending_review", "pending_review", "", leaders(PassedOn)},
		{"an update is owed", "update_overdue", "in_progress", "in_progress", "", everyone(UpdateOverdue)},
		{"an update is given", "progress", "in_progress", "in_progress", "", outsiders(Progress)},
		{"an answer is missing and nobody lacks one", "info_reminder", "needs_info", "needs_info", "", nil},
		{"nobody answers", "expired", "needs_info", "expired", "", append(leaders(Unanswered), asker(Unanswered)...)},
		{"a person says that it was taken back", "withdrawn", "approved", "withdrawn", "", leaders(Withdrawn)},
		{"appealed", "appealed", "denied", "pending_review", "", append(leaders(Reopened), outsiders(UnderReview)...)},
		{"claimed", "claimed", "pending_review", "pending_review", "", nil},
		{"acknowledged", "acknowledged", "pending_review", "pending_review", "", nil},
		{"released", "released", "pending_review", "pending_review", "", nil},
		{"assigned", "assigned", "approved", "approved", "", nil},
		{"split", "split", "pending_review", "detected", "", nil},
		{"split off", "split_off", "", "pending_review", "", nil},
		{"split off and lacking something", "split_off", "", "needs_info", "", nil},
		{"another case joins by hand", "absorbed", "detected", "pending_review", "", nil},
		{"another case joins one that is approved", "absorbed", "approved", "approved", "", nil},
		{"something that is not known here", "polished", "pending_review", "pending_review", "", nil},
	} {
		t.Run(c.says, func(t *testing.T) {
			change := changed(outage("en"), c.name, c.from)
			change.Case.State, change.Transition.To, change.Transition.Ticket, change.Transition.Tenant = c.to, c.to, c.ticket, "acme"
			if got := heard(tell(t, change)); !slices.Equal(got, c.want) {
				t.Errorf("heard %q, want %q", got, c.want)
			}
		})
	}
}

func TestOnlyWhoAskedAndLeftSomethingOutIsAsked(t *testing.T) {
	c := outage("en")
	c.State, c.Tickets[0].Recommendation = "needs_info", "needs_info"
	c.Tickets[0].Missing = []policy.MissingID{policy.MissingUrgency}
	told := tell(t, changed(c, "opened", ""))
	want := []string{"leadership case_opened", "requester/T-1 info_needed", "requester/T-2 under_review", "csm/T-1 info_needed", "csm/T-2 under_review", "agent/T-1 info_needed"}
	if got := heard(told); !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
	question := policy.Default().Question(policy.MissingUrgency, "en")
	if !strings.Contains(told[1].Body, question) || strings.Contains(told[1].Body, policy.Default().Question(policy.MissingReason, "en")) {
		t.Errorf("asked for more or less than what is missing:\n%s", told[1].Body)
	}
	c.Question = "Which browser do they use?"
	told = tell(t, changed(c, "info_requested", "pending_review"))
	if !strings.Contains(told[0].Body, c.Question) {
		t.Errorf("leadership's question is not asked:\n%s", told[0].Body)
	}
}

func TestATicketOfAnotherTenantWithTheSameNumberIsAnotherTicket(t *testing.T) {
	c := outage("en")
	c.Tenant, c.Tickets[1].Tenant, c.Tickets[1].ID = Platform, "globex", "T-1"
	change := changed(c, "ticket_linked", "pending_review")
	change.Transition.Tenant, change.Transition.Ticket = "globex", "T-1"
	for _, n := range tell(t, change) {
		if n.Tenant != "globex" {
			t.Errorf("%s of %s is told that a ticket of globex joined", n.Audience, n.Tenant)
		}
	}
}

func TestACSMIsToldOnceForAllTheirTickets(t *testing.T) {
	for _, n := range tell(t, changed(outage("en"), "approved", "pending_review")) {
		if n.Audience == CSM && (!strings.Contains(n.Body, "T-1") || !strings.Contains(n.Body, "T-2")) {
			t.Errorf("a ticket is left out:\n%s", n.Body)
		}
	}
}

func TestAClosedTicketIsToldOnlyThatTheProblemIsOver(t *testing.T) {
	c := outage("en")
	c.Tickets[1].Status = "CLOSED"
	for _, n := range tell(t, changed(c, "approved", "pending_review")) {
		if n.Ticket == "T-2" {
			t.Errorf("told on a closed ticket: %s", n.Title)
		}
	}
}

// names are all the transitions that review may state.
var names = []string{
	"opened", "reopened", "ticket_linked", "ticket_updated", "ticket_withdrawn", "asked_again", "condition_linked", "condition_updated",
	"condition_ended", "info_requested", "approved", "denied", "eta_given", "eta_moved", "decision_overdue", "eta_overdue", "resolved", "closed", "merged",
}

var states = []string{"detected", "needs_info", "pending_review", "approved", "in_progress", "denied", "resolved", "withdrawn", "expired", "closed", "merged"}

func anyChange(t *rapid.T) Change {
	c := outage(rapid.SampledFrom([]string{"en", "de", "de-AT", ""}).Draw(t, "language"))
	c.Tenant, c.State = Platform, rapid.SampledFrom(states).Draw(t, "state")
	c.Tickets[1].Tenant, c.Tickets[1].Subject, c.Tickets[1].Asked = "globex", "globexword", rapid.Bool().Draw(t, "second asked")
	c.Tickets[0].Subject, c.Tickets[0].Quote, c.Tickets[1].Quote = "acmeword", "quotedword", "quotedword"
	c.Recommendation, c.Denials = "ineligible", []policy.GroundID{policy.BetaOnly}
	c.Title = "titleword of acme and globex"
	c.Ground = rapid.SampledFrom([]policy.GroundID{"", policy.SmallAudience, policy.TechniciansActive, "odd"}).Draw(t, "ground")
	if rapid.Bool().Draw(t, "with an ETA") {
		c.ETA = at.Add(time.Hour)
	}
	change := changed(c, rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom(states).Draw(t, "from"))
	change.Transition.Note, change.Transition.Actor = "noteword", "actorword"
	change.Transition.Tenant = rapid.SampledFrom([]string{"acme", "globex"}).Draw(t, "tenant")
	change.Transition.Ticket = rapid.SampledFrom([]string{"", "T-1", "T-2"}).Draw(t, "ticket")
	return change
}

func TestOutsidersReadOnlyWhatIsTheirs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		told, err := Teller{Policy: builtinPolicy, Console: "https://tocsin.example"}.Tell(anyChange(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range told {
			if n.Audience == Leadership {
				continue
			}
			secrets := []string{"noteword", "actorword", "quotedword", "titleword", "ineligible", policy.Default().GroundTitle(policy.BetaOnly, n.Language)}
			for tenant, other := range map[string]string{"acme": "globex", "globex": "acme"} {
				if n.Tenant == tenant {
					secrets = append(secrets, other)
				}
			}
			for _, secret := range secrets {
				if strings.Contains(fmt.Sprintf("%+v", n), secret) {
					t.Fatalf("%s of %s reads %q:\n%+v", n.Audience, n.Tenant, secret, n)
				}
			}
			if n.Recommendation != "" || n.People != nil || n.Tenants != 0 || n.Link != "" {
				t.Fatalf("%s is told what is leadership's: %+v", n.Audience, n)
			}
		}
	})
}

func TestADenialIsToldOnlyWhenAPersonDenied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyChange(t)
		told, err := Teller{Policy: builtinPolicy}.Tell(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range told {
			if n.Kind == Denied && c.Transition.Name != "denied" && c.Case.State != "denied" {
				t.Fatalf("told as a decision in state %s after %s: %+v", c.Case.State, c.Transition.Name, n)
			}
		}
	})
}

func TestTheSameChangeIsToldTheSameAndEachOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyChange(t)
		teller := Teller{Policy: builtinPolicy}
		first, err := teller.Tell(c)
		if err != nil {
			t.Fatal(err)
		}
		c.Case.Tickets[0], c.Case.Tickets[1] = c.Case.Tickets[1], c.Case.Tickets[0]
		second, err := teller.Tell(c)
		if err != nil || fmt.Sprintf("%+v", first) != fmt.Sprintf("%+v", second) {
			t.Fatalf("the order of tickets matters: %v\n%+v\n%+v", err, first, second)
		}
		ids, places := map[string]bool{}, map[string]uint32{}
		for _, n := range first {
			place := n.Audience + "/" + n.Tenant
			if ids[n.ID] || n.Index != places[place] {
				t.Fatalf("%s has index %d on %s, and was it told before? %v", n.ID, n.Index, place, ids[n.ID])
			}
			ids[n.ID] = true
			places[place]++
		}
	})
}

func TestNobodyIsWrittenToInALanguageThatTheyDoNotWrite(t *testing.T) {
	c := outage("")
	c.Tickets[0].Unread = true
	told := tell(t, changed(c, "opened", ""))
	want := []string{"leadership case_opened", "requester/T-2 under_review", "csm/T-1 under_review", "agent/T-1 under_review"}
	if got := heard(told); !slices.Equal(got, want) {
		t.Errorf("heard %v, want %v", got, want)
	}
	for _, n := range told {
		if says := strings.Contains(n.Body, "T-1: the "); says != (n.Audience != Requester) {
			t.Errorf("%s is told of the language: %v\n%s", n.Audience, says, n.Body)
		}
	}
}
