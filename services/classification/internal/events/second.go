package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/second"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// patience is how old an assessment may be that a second reader is asked about:
// an answer that comes later than that helps no decision, and what waited while
// no second reader was set is not made up for.
const patience = time.Hour

// SecondOpinion has a second reader read what was assessed.
type SecondOpinion struct {
	Conn   *bus.Conn
	Method *classify.Method
	Reader *second.Reader
	// Heard, if not nil, is told of every result once it is stored.
	Heard func(context.Context, *classificationv1.SecondRead)
}

// OnTicketAssessed has the words of an assessed ticket read by a second reader
// and says what came of it. Of tickets that make no case, nobody is asked; nor of
// a revision that was read, or that is no longer the last.
func (s SecondOpinion) OnTicketAssessed(ctx context.Context, m bus.Meta, ev *classificationv1.TicketAssessed) error {
	a, until := ev.GetAssessment(), m.StoredAt.Add(patience)
	if !a.GetIsEscalationRequest() && !a.GetMakesCase() || s.Reader.Now().After(until) {
		return nil
	}
	last, seq, err := s.last(ctx, ev)
	if err != nil || s.covers(last, ev) {
		return err
	}
	ticket, err := s.ticket(ctx, ev)
	if ticket == nil || err != nil {
		return err
	}
	words := Ticket(ticket)
	q, ok := second.Ask(s.Method.Policy(), words, s.Reader.Model)
	if !ok {
		return nil
	}
	first := second.OfWords(s.Method, words, ticket.GetHead().GetLastEventAt().AsTime())
	var said *classificationv1.SecondRead
	if answers(last, &q) {
		said = s.repeat(last, first)
	} else {
		result, err := s.Reader.Read(ctx, &q, until)
		if err != nil {
			return err
		}
		said = SecondRead(s.Method.Policy(), first, result)
	}
	said.Tenant, said.Ticket, said.Revision = ev.GetHead().GetTenant(), ev.GetHead().GetTicket(), ev.GetHead().GetRevision()
	said.Model, said.Policy, said.Question, said.Shortened = s.Reader.Model, s.Method.Policy().Version, q.Digest, q.Shortened
	return s.publish(ctx, said, seq)
}

// last is what was said last of the ticket, and its sequence; nil and 0 if nothing was.
func (s SecondOpinion) last(ctx context.Context, ev *classificationv1.TicketAssessed) (*classificationv1.SecondRead, uint64, error) {
	raw, err := s.Conn.Last(ctx, topology.SecondReads, topology.SecondReadSubject(ev.GetHead().GetTenant(), ev.GetHead().GetTicket()))
	if err != nil || raw.Sequence == 0 {
		return nil, 0, err
	}
	var last classificationv1.SecondRead
	if err := bus.Decode(raw, &last); err != nil {
		return nil, 0, err
	}
	return &last, raw.Sequence, nil
}

// covers says that nobody need be asked any more: this revision was read by the
// same model, or a later one by any.
func (s SecondOpinion) covers(last *classificationv1.SecondRead, ev *classificationv1.TicketAssessed) bool {
	revision := ev.GetHead().GetRevision()
	return last.GetRevision() > revision || last != nil && last.GetRevision() == revision && last.GetModel() == s.Reader.Model
}

// ticket is the ticket as it was assessed; nil if it has changed since, or is gone.
func (s SecondOpinion) ticket(ctx context.Context, ev *classificationv1.TicketAssessed) (*intakev1.Ticket, error) {
	h := ev.GetHead()
	raw, err := s.Conn.Last(ctx, topology.Tickets, topology.TicketSubject(h.GetTenant(), h.GetTicket()))
	if err != nil || raw.Sequence == 0 {
		return nil, err
	}
	var changed intakev1.TicketChanged
	if err := bus.Decode(raw, &changed); err != nil {
		return nil, err
	}
	if changed.GetTicket().GetHead().GetRevision() != h.GetRevision() {
		return nil, nil
	}
	return changed.GetTicket(), nil
}

// answers says that the same question was answered before.
func answers(last *classificationv1.SecondRead, q *second.Question) bool {
	return last.GetOutcome() == string(second.Answered) && last.GetQuestion() == q.Digest
}

// repeat is the answer to the same question once more; only the comparison is new.
func (s SecondOpinion) repeat(last *classificationv1.SecondRead, first second.Reading) *classificationv1.SecondRead {
	out := &classificationv1.SecondRead{
		Outcome: last.GetOutcome(), Quotes: last.GetQuotes(), DroppedQuotes: last.GetDroppedQuotes(), ReadAt: last.GetReadAt(), Repeats: true,
	}
	compare(out, s.Method.Policy(), first, reading(last.GetSecond()))
	return out
}

// publish says it, unless somebody else did meanwhile; then that stands.
func (s SecondOpinion) publish(ctx context.Context, said *classificationv1.SecondRead, after uint64) error {
	_, err := s.Conn.Publish(ctx, bus.Event{
		Subject:    topology.SecondReadSubject(said.GetTenant(), said.GetTicket()),
		ID:         bus.ID("second_read", said.GetTenant(), said.GetTicket(), fmt.Sprint(said.GetRevision()), said.GetModel()),
		Time:       bus.Moment(said.GetReadAt()),
		Payload:    said,
		ExpectLast: bus.Sequence(after),
	})
	if err == nil && s.Heard != nil {
		s.Heard(ctx, said)
	}
	if errors.Is(err, bus.ErrConflict) {
		return bus.Later(err, 0) // it comes again, and finds what stands
	}
	return err
}

// SecondRead is what became of a question, beside the own reading of the words.
func SecondRead(p *policy.Policy, first second.Reading, r second.Result) *classificationv1.SecondRead {
	out := &classificationv1.SecondRead{
		Outcome: string(r.Outcome), TokensIn: r.In, TokensOut: r.Out, Estimated: r.Estimated, CostMicros: uint64(r.Cost),
		DurationMs: uint64(r.Took.Milliseconds()), ReadAt: bus.Stamp(r.At),
	}
	if r.Outcome != second.Answered {
		return out
	}
	for _, q := range r.Answer.Quotes {
		out.Quotes = append(out.Quotes, &classificationv1.Evidence{
			For: q.For, Quote: q.Text, Start: uint32(q.Start), End: uint32(q.End), Note: q.Note, Step: "second_reader",
		})
	}
	out.DroppedQuotes = uint32(r.Answer.Dropped)
	compare(out, p, first, r.Answer.Reading)
	return out
}

// compare states both readings, and what differs.
func compare(out *classificationv1.SecondRead, p *policy.Policy, first, other second.Reading) {
	out.First, out.Second = wordsRead(first), wordsRead(other)
	for _, d := range second.Compare(p, first, other) {
		out.Differences = append(out.Differences, &classificationv1.Difference{About: d.About, First: d.First, Second: d.Second})
	}
	out.Agrees = len(out.Differences) == 0
}

func wordsRead(r second.Reading) *classificationv1.WordsRead {
	return &classificationv1.WordsRead{Recommendation: string(r.Recommendation), Reasons: names(r.Reasons), Denials: names(r.Denials)}
}

func reading(w *classificationv1.WordsRead) second.Reading {
	out := second.Reading{Recommendation: classify.Recommendation(w.GetRecommendation())}
	for _, id := range w.GetReasons() {
		out.Reasons = append(out.Reasons, policy.ReasonID(id))
	}
	for _, id := range w.GetDenials() {
		out.Denials = append(out.Denials, policy.GroundID(id))
	}
	return out
}
