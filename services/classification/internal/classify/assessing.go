package classify

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/text"
)

// assessing is one assessment under way.
type assessing struct {
	policy     *policy.Policy
	ticket     Ticket
	conditions []Condition
	at         time.Time
	words      *standing
	verdicts   []verdict
	out        Assessment
}

func newAssessing(p *policy.Policy, t Ticket, conditions []Condition, at time.Time) *assessing {
	return &assessing{policy: p, ticket: t, conditions: conditions, at: at, words: newStanding(), out: Assessment{Policy: p.Version}}
}

// forget drops what a note says of support's work when the note is too old to
// speak of now.
func (a *assessing) forget(at time.Time) {
	if !at.IsZero() && a.at.Sub(at) >= a.policy.Claims.TechniciansActive.Within {
		a.words.workedOn = noted{}
	}
}

// request takes in a flag or form: it is a request whatever its words.
func (a *assessing) request(r Request) {
	a.words.ask = text.Ask{Asked: true}
	a.words.askNote = r.ID
	if r.Urgency != "" {
		read := text.Read(r.Urgency, author(r.Author))
		given := read.Urgency.Given || read.Words > 3 && !read.Ask.Asked
		a.words.urgency.Given = a.words.urgency.Given || given
	}
}

// assess goes from the words to the recommendation.
func (a *assessing) assess() Assessment {
	w := a.words
	a.out.Language = string(w.language)
	a.out.Request, a.out.Withdrawn = w.ask.Asked, w.ask.Withdrawn
	a.facts()
	a.correct()
	a.verdicts = w.weigh(a.policy)
	a.measure()
	for _, v := range a.verdicts {
		if v.holds {
			a.out.Reasons = append(a.out.Reasons, v.reason)
		} else {
			a.out.NearMisses = append(a.out.NearMisses, NearMiss{v.reason, v.stated, v.needed})
		}
	}
	a.out.Facts.ReasonGiven = len(a.verdicts) > 0 || w.trouble
	a.out.LargePopulation = w.large(a.policy) || a.ticket.SiteUnusable
	a.grounds()
	a.out.MakesCase = a.overriding()
	a.out.Recommendation = a.recommend()
	a.out.Missing = a.missing()
	a.evidence()
	return a.out
}

// facts copies what the words state.
func (a *assessing) facts() {
	w, f := a.words, &a.out.Facts
	if w.count.Known {
		n := w.count.N
		f.AffectedUsers = &n
	}
	if w.lasting.Known {
		h := w.lasting.Hours
		f.DurationHours = &h
	} else if w.silent.Known {
		h := w.silent.Hours
		f.DurationHours = &h
	}
	f.Environment = Environment(w.place)
	f.UrgencyGiven = w.urgency.Given
}

// grounds collects the denial grounds, from the words and the ticket's state.
func (a *assessing) grounds() {
	deny := func(id policy.GroundID, holds bool) {
		if holds {
			a.out.Denials = append(a.out.Denials, id)
		}
	}
	deny(policy.SmallAudience, a.small())
	deny(policy.BetaOnly, a.out.Facts.Environment == Beta)
	deny(policy.TechniciansActive, a.workedOn() || a.words.workedOn.Given)
	stateKnown := a.ticket.Status != ""
	deny(policy.AwaitingCustomer, a.awaiting() || !stateKnown && a.words.awaited.Given)
}

// evidence quotes the words for every reason, ground and fact.
func (a *assessing) evidence() {
	w := a.words
	for _, v := range a.verdicts {
		if v.holds {
			a.quote(string(v.reason), v.from.Span, v.from.note, v.from.Weight, "find")
		}
	}
	count := func(what string) { a.quote(what, w.count.Span, w.countNote, 0.85, "count") }
	for _, id := range a.out.Denials {
		switch id {
		case policy.SmallAudience:
			count(string(id))
		case policy.BetaOnly:
			a.quote(string(id), w.placeAt, w.placeNote, 0.9, "place")
		case policy.TechniciansActive:
			a.quote(string(id), w.workedOn.Span, w.workedOn.note, 0.8, "ground")
		case policy.AwaitingCustomer:
			a.quote(string(id), w.awaited.Span, w.awaited.note, 0.8, "ground")
		}
	}
	a.quote("request", w.ask.Span, w.askNote, 0.9, "ask")
	if w.count.Known {
		count("affected_users")
	}
	a.quote("duration_hours", w.lasting.Span, w.lastNote, 0.85, "last")
	a.quote("environment", w.placeAt, w.placeNote, 0.85, "place")
	a.quote("urgency_given", w.urgency.Span, w.urgeNote, 0.8, "urge")
}

// quote adds the piece of a note that speaks for something.
func (a *assessing) quote(what string, s text.Span, note string, weight float64, step string) {
	original := a.words.texts[note]
	if s.End <= s.Start || s.End > len(original) {
		return
	}
	a.out.Evidence = append(a.out.Evidence, Evidence{
		For: what, Quote: original[s.Start:s.End], Start: s.Start, End: s.End,
		Weight: float64(int(weight*100+0.5)) / 100, Note: note, Step: step,
	})
}

// holding finds the verdict of a reason, or nil.
func (a *assessing) holding(id policy.ReasonID) *verdict {
	i := slices.IndexFunc(a.verdicts, func(v verdict) bool { return v.reason == id })
	if i < 0 {
		return nil
	}
	return &a.verdicts[i]
}

// noteAt is when the note was written.
func (a *assessing) noteAt(id string) time.Time {
	for _, n := range a.ticket.Notes {
		if n.ID == id {
			return n.At
		}
	}
	return time.Time{}
}
