package teach

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// A Source is what an example was made of.
type Source string

// The sources. A correction was meant as a label; a decision was not, and says less.
const (
	OfDecision   Source = "decision"
	OfCorrection Source = "correction"
)

// Sources are all sources; the caller may change the slice.
func Sources() []Source { return []Source{OfDecision, OfCorrection} }

// Writer is who wrote the labels of all examples, as labelled notes name it.
const Writer = "leadership"

// An Example is what leadership says of the reading of one ticket at one revision.
type Example struct {
	// ID is derived from the order behind it: the same order gives the same one.
	ID       string `json:"id"`
	Source   Source `json:"source"`
	Case     string `json:"case"`
	Tenant   string `json:"tenant"`
	Ticket   string `json:"ticket"`
	Revision uint64 `json:"revision"` // the ticket's, that was assessed
	Policy   string `json:"policy"`   // the version that it was assessed by
	// By is the person who decided or corrected.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// ReadUpTo is the highest event time of what was assessed; zero is unknown.
	ReadUpTo time.Time `json:"read_up_to,omitzero"`
	// Quoted are the notes that the assessment quotes.
	Quoted []string `json:"quoted,omitempty"`
	// Why says why the words alone may not bear the label; empty: they should.
	Why string  `json:"why,omitempty"`
	Was Reading `json:"was"`
	Now Reading `json:"label"`
	// Comment is what the person wrote. It is personal text and kept apart.
	Comment string `json:"comment,omitempty"`
	// Stands says that no other example of the ticket counts before it; whoever
	// keeps the examples says so.
	Stands bool `json:"stands"`
}

// What a correction may be refused for, beside an UnsoundError and what package
// decide refuses. None mends itself when the same is tried again.
var (
	ErrTicket = errors.New("the case has no such one ticket")
	// ErrReread says that the ticket was assessed anew since the person saw it.
	ErrReread = errors.New("the ticket was assessed anew: look at it again")
)

// A Correction is what one person says of the reading of one ticket of a case.
type Correction struct {
	// ID is the order's own: the same id again is the same correction.
	ID string
	By decide.Person
	At time.Time
	// Tenant and Ticket may be empty where the case has one ticket that fits.
	Tenant, Ticket string
	// Revision is the revision that the person saw; 0 is whichever was assessed last.
	Revision uint64
	Comment  string
	// Policy says which reasons there are.
	Policy *policy.Policy
	// Change makes of the reading that stands the one that is right.
	Change func(Reading) (Reading, error)
}

// Correct makes an example of a correction. past are the examples that there are
// of the case's tickets, newest first.
func Correct(c *decide.Case, past []Example, cor Correction) (Example, error) {
	switch {
	case cor.By.ID == "":
		return Example{}, decide.ErrNobody
	case !cor.By.May(decide.Leadership):
		return Example{}, fmt.Errorf("%s is %q: %w", cor.By.ID, cor.By.Role, decide.ErrNotLeader)
	}
	seen, ok := c.SeenBy(cor.By)
	if !ok {
		return Example{}, decide.ErrHidden
	}
	id := idFrom("correction", cor.ID)
	if i := slices.IndexFunc(past, func(e Example) bool { return e.ID == id }); i >= 0 {
		return past[i], nil // the same order again
	}
	t, err := cor.ticket(&seen)
	if err != nil {
		return Example{}, err
	}
	if cor.Revision != 0 && cor.Revision != t.Revision {
		return Example{}, fmt.Errorf("revision %d was seen, %d is the last: %w", cor.Revision, t.Revision, ErrReread)
	}
	e := ExampleOf(c.ID, t)
	e.ID, e.Source, e.By, e.At, e.Comment = id, OfCorrection, cor.By.ID, cor.At, cor.Comment
	now, err := cor.Change(Standing(t, past))
	if err != nil {
		return Example{}, err
	}
	all := cor.Policy.ReasonIDs()
	now.settle(t, all)
	e.Now = now
	return e, e.Now.check(all)
}

// ticket is the one of the case that the correction names, or that alone it can mean.
func (cor Correction) ticket(c *decide.Case) (*decide.Ticket, error) {
	var found []*decide.Ticket
	for i := range c.Tickets {
		t := &c.Tickets[i]
		if (cor.Ticket == "" || cor.Ticket == t.ID) && (cor.Tenant == "" || cor.Tenant == t.Tenant) {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, fmt.Errorf("the case has %d tickets, name one and its tenant: %w", len(found), ErrTicket)
	}
	return nil, fmt.Errorf("ticket %q of tenant %q: %w", cor.Ticket, cor.Tenant, ErrTicket)
}

// Standing is the reading of a ticket that a person sees before correcting it:
// the last correction of this revision, else what was read.
func Standing(t *decide.Ticket, past []Example) Reading {
	for _, e := range past {
		if e.Source == OfCorrection && e.Tenant == t.Tenant && e.Ticket == t.ID && e.Revision == t.Revision {
			return e.Now.clone()
		}
	}
	return ReadingOf(t)
}

// clone shares nothing with the reading that may be changed.
func (r Reading) clone() Reading {
	r.Reasons, r.Denials, r.Missing = slices.Clone(r.Reasons), slices.Clone(r.Denials), slices.Clone(r.Missing)
	return r
}

// ExampleOf is an example of a case's ticket as it was read, said by nobody yet.
func ExampleOf(caseID string, t *decide.Ticket) Example {
	e := Example{Case: caseID, Tenant: t.Tenant, Ticket: t.ID, Revision: t.Revision, Policy: t.Policy, ReadUpTo: t.ReadUpTo, Was: ReadingOf(t)}
	for _, q := range t.Quotes {
		if q.Note != "" && !slices.Contains(e.Quoted, q.Note) {
			e.Quoted = append(e.Quoted, q.Note)
		}
	}
	slices.Sort(e.Quoted)
	return e
}

// Decided makes examples of the decision that the event states: of each ticket
// that asked, as far as a case keeps tickets in detail. Other events give none.
func Decided(c *decide.Case, ev decide.Event) []Example {
	d := c.Decision
	if d == nil || ev.Name != decide.WasApproved && ev.Name != decide.WasDenied || d.Verdict == decide.Deny && d.Ground == "" {
		return nil
	}
	var out []Example
	for i := range c.Tickets[:min(len(c.Tickets), decide.InDetail)] {
		t := &c.Tickets[i]
		e := ExampleOf(c.ID, t)
		if !t.Carries() || !e.Was.Request || d.Verdict == decide.Approve && !speaks(c, t) {
			continue
		}
		e.ID, e.Source, e.By, e.At = idFrom("decision", ev.ID, t.Tenant, t.ID), OfDecision, d.By, d.At
		e.Now, e.Why = e.Was.clone(), whyHard(t)
		e.Now.Recommendation = decide.Eligible
		if d.Verdict == decide.Deny {
			e.deny(d.Ground)
		}
		all := append(policy.ReasonIDs(), t.Reasons...) // those of the policy that it was assessed by
		e.Now.settle(t, all)
		if e.Now.check(all) == nil {
			out = append(out, e)
		}
	}
	return out
}

// speaks says that an approval of the case approves the words of the ticket.
func speaks(c *decide.Case, t *decide.Ticket) bool {
	return len(c.Conditions) == 0 || t.Recommendation == decide.Eligible
}

// deny says that the ground held.
func (e *Example) deny(ground policy.GroundID) {
	said := slices.Contains(e.Was.Denials, ground)
	e.Now.Recommendation = decide.Ineligible
	e.Now.Denials = append(e.Now.Denials, ground)
	if ground == policy.BetaOnly {
		e.Now.Facts.Environment = new(decide.Beta)
	}
	if !said || ground == policy.AwaitingCustomer || ground == policy.TechniciansActive {
		e.Why = "denied on " + string(ground) + ", which the words may not say"
	}
}

// whyHard says what but the words made the assessment.
func whyHard(t *decide.Ticket) string {
	if len(t.Contradictions) > 0 {
		return "fields or measurements corrected the words"
	}
	return ""
}

func idFrom(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return Writer + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}
