package classify

import (
	"slices"

	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// sure is how likely the learned model holds what a ticket's words say. The note
// that says most counts; for asks, the last that asks or takes it back, and for
// partly the last of all.
type sure struct {
	asks, urges, partly float64
	troubles            float64
	unclearRequest      bool
	unclear             []text.Topic
}

// foldSure takes in how sure the model is of one more note.
func (s *standing) foldSure(r *score.Reading) {
	s.sure.urges = max(s.sure.urges, r.Urges)
	s.sure.troubles = max(s.sure.troubles, r.Troubles)
	if r.Ask.Asked || r.Ask.Withdrawn || s.sure.asks < r.Asks {
		s.sure.asks, s.sure.unclearRequest = r.Asks, r.UnclearRequest
	}
	s.sure.partly = r.Partly
	for _, t := range r.Unclear {
		if !slices.Contains(s.sure.unclear, t) {
			s.sure.unclear = append(s.sure.unclear, t)
		}
	}
}

// confidence is how likely the recommendation is right, as far as it rests on
// words: the product of what the model gives the statements that decided. It is
// 1 where forms and fields alone decided.
func (a *assessing) confidence() float64 {
	w := &a.words.sure
	switch a.out.Recommendation {
	case NotARequest:
		return 1 - w.asks
	case Eligible:
		c := a.asking() * a.strongest()
		if !a.overriding() && len(a.out.Matched) == 0 {
			c *= w.urges
		}
		return c
	case Ineligible:
		if a.denied() {
			return a.asking()
		}
		return a.asking() * max(w.partly, 0.5)
	}
	if len(a.out.Reasons) == 0 {
		return a.asking() * (1 - a.weakest())
	}
	return a.asking() * (1 - w.urges)
}

// asking is how likely it is that somebody asks: certain where a form or flag does.
func (a *assessing) asking() float64 {
	if a.words.byForm {
		return 1
	}
	return a.words.sure.asks
}

// strongest is how likely the surest reason is.
func (a *assessing) strongest() float64 {
	most := 0.0
	for _, v := range a.verdicts {
		switch {
		case !v.holds:
		case v.from.Weight == 0: // a condition shows it
			return 1
		default:
			most = max(most, v.from.Weight)
		}
	}
	return most
}

// weakest is how likely a kind of trouble is that was not taken as stated.
func (a *assessing) weakest() float64 {
	if len(a.words.sure.unclear) > 0 {
		return 0.4
	}
	return 0.1
}

// unclear lists what the method can neither affirm nor deny: "language" where
// the words are in another than it reads, "request", and the reasons of whose
// kind of trouble the words may speak.
func (a *assessing) unclear() []string {
	var out []string
	if a.words.unsupported {
		out = append(out, "language")
	}
	if a.words.sure.unclearRequest && !a.words.byForm {
		out = append(out, "request")
	}
	for _, id := range a.policy.ReasonIDs() {
		if a.policy.Reasons[id].Text && slices.ContainsFunc(a.words.sure.unclear, func(t text.Topic) bool { return score.Reason(t) == id }) {
			out = append(out, string(id))
		}
	}
	return out
}
