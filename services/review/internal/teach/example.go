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
	ErrTicket = errors.New("the case has no such ticket")
	// ErrReread says that the ticket was assessed anew since the person saw it.
	ErrReread = errors.New("the ticket was assessed anew: look at it again")
)

// A Correction is what one person says of the reading of one ticket of a case.
type Correction struct {
	// ID is the order's own: the same id again is the same correction.
	ID             string
	By             decide.Person
	At             time.Time
	Tenant, Ticket string
	// Revision is the revision that the person saw; 0 is whichever was assessed last.
	Revision uint64
	Comment  string
	// Change makes of the reading that stands the one that is right.
	Change func(Reading) (Reading, error)
}

// Correct makes an example of a correction. past are the examples that there are
// of the case's tickets, newest first.
func Correct(c *decide.Case, past []Example, cor Correction) (Example, error) {
	switch {
	case cor.By.ID == "":
		return Example{}, decide.ErrNobody
	case cor.By.Role != decide.Leadership:
		return Example{}, fmt.Errorf("%s is %q: %w", cor.By.ID, cor.By.Role, decide.ErrNotLeader)
	}
	i := slices.IndexFunc(c.Tickets, func(t decide.Ticket) bool { return t.Tenant == cor.Tenant && t.ID == cor.Ticket })
	if i < 0 {
		return Example{}, fmt.Errorf("ticket %q of tenant %q: %w", cor.Ticket, cor.Tenant, ErrTicket)
	}
	t := &c.Tickets[i]
	if cor.Revision != 0 && cor.Revision != t.Revision {
		return Example{}, fmt.Errorf("revision %d was seen, %d is the last: %w", cor.Revision, t.Revision, ErrReread)
	}
	e := exampleOf(c, t)
	e.ID, e.Source, e.By, e.At, e.Comment = idFrom("correction", cor.ID), OfCorrection, cor.By.ID, cor.At, cor.Comment
	now, err := cor.Change(Standing(t, past))
	if err != nil {
		return Example{}, err
	}
	now.settle(t)
	e.Now = now
	return e, e.Now.check()
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

// exampleOf is an example of the ticket as it was read, said by nobody yet.
func exampleOf(c *decide.Case, t *decide.Ticket) Example {
	e := Example{Case: c.ID, Tenant: t.Tenant, Ticket: t.ID, Revision: t.Revision, Policy: t.Policy, ReadUpTo: t.ReadUpTo, Was: ReadingOf(t)}
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
		e := exampleOf(c, t)
		if !t.Carries() || !e.Was.Request || d.Verdict == decide.Approve && !speaks(c, t) {
			continue
		}
		e.ID, e.Source, e.By, e.At = idFrom("decision", ev.ID, t.Tenant, t.ID), OfDecision, d.By, d.At
		e.Now, e.Why = e.Was.clone(), whyHard(t)
		e.Now.Recommendation = decide.Eligible
		if d.Verdict == decide.Deny {
			e.deny(d.Ground)
		}
		e.Now.settle(t)
		if e.Now.check() == nil {
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
