package events

import (
	"context"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
)

// An Opinion is what a second reader made of a ticket's words, or why it was not
// heard. It is advice: no case knows of it.
type Opinion struct {
	Tenant, Ticket string
	Revision       uint64
	Model          string
	// Heard says that there is an answer; if not, Outcome says why.
	Heard   bool
	Outcome string
	Agrees  bool
	// First and Second are the recommendations that the words alone were given.
	First, Second decide.Recommendation
	// Sees are reasons and grounds that the second reader alone sees, Misses those
	// that it does not.
	Sees, Misses []string
	Quotes       []decide.Quote
	At           time.Time
}

// Opinions reads what second readers said, from the stream itself.
type Opinions struct{ Conn *bus.Conn }

// Of is what was said last of each of the tickets, in their order; those of
// which nothing was said are left out.
func (o Opinions) Of(ctx context.Context, tickets []decide.Ticket) ([]Opinion, error) {
	if last, err := o.Conn.LastSequence(ctx, topology.SecondReads); err != nil || last == 0 {
		return nil, err // where nobody is asked, nothing more is looked for
	}
	var out []Opinion
	for i := range tickets {
		raw, err := o.Conn.Last(ctx, topology.SecondReads, topology.SecondReadSubject(tickets[i].Tenant, tickets[i].ID))
		if err != nil {
			return nil, fmt.Errorf("read what a second reader said: %w", err)
		}
		var said classificationv1.SecondRead
		if raw.Sequence == 0 || bus.Decode(raw, &said) != nil {
			continue
		}
		out = append(out, OpinionOf(&said))
	}
	return out, nil
}

// answered is the outcome of a question that was.
const answered = "answered"

// OpinionOf is m as review shows it.
func OpinionOf(m *classificationv1.SecondRead) Opinion {
	out := Opinion{
		Tenant: m.GetTenant(), Ticket: m.GetTicket(), Revision: m.GetRevision(), Model: m.GetModel(),
		Heard: m.GetOutcome() == answered, Outcome: m.GetOutcome(), Agrees: m.GetAgrees(), At: bus.Moment(m.GetReadAt()),
		First: decide.Recommendation(m.GetFirst().GetRecommendation()), Second: decide.Recommendation(m.GetSecond().GetRecommendation()),
	}
	for _, d := range m.GetDifferences() {
		switch {
		case d.GetAbout() == "recommendation": // First and Second say it
		case d.GetSecond() != "":
			out.Sees = append(out.Sees, d.GetAbout())
		default:
			out.Misses = append(out.Misses, d.GetAbout())
		}
	}
	for _, q := range m.GetQuotes()[:min(len(m.GetQuotes()), maxQuotes)] {
		out.Quotes = append(out.Quotes, decide.Quote{For: q.GetFor(), Text: q.GetQuote(), Start: q.GetStart(), End: q.GetEnd(), Note: q.GetNote(), Step: q.GetStep()})
	}
	return out
}
