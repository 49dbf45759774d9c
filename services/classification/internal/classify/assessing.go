package classify

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// assessing is one assessment under way.
type assessing struct {
	policy     *policy.Policy
	model      *score.Model
	ticket     Ticket
	conditions []Condition
	at         time.Time
	words      *standing
	form       Request // the newest that names a reason of the policy
	verdicts   []verdict
	out        Assessment
}

func (m *Method) begin(t Ticket, conditions []Condition, at time.Time) *assessing {
	return &assessing{policy: m.policy, model: m.model, ticket: t, conditions: conditions, at: at, words: newStanding(m.read), out: Assessment{Policy: m.policy.Version, Model: m.model.Name()}}
}

// request takes in the reason that a flag or form names, and the why that it gives.
func (a *assessing) request(r Request) {
	if _, known := a.policy.Reason(r.PolicyReason); known {
		a.form = r
	}
	if r.Urgency == "" {
		return
	}
	read := a.words.read(r.Urgency, r.Author.Author())
	given := read.Urgency.Given || read.Words > 3 && !read.Ask.Asked
	a.words.urgency.Given = a.words.urgency.Given || given
}

// assess goes from the words to the recommendation.
func (a *assessing) assess() Assessment {
	w := a.words
	a.out.Language, a.out.Unsupported = string(w.language), w.unsupported
	a.out.Request, a.out.Withdrawn = w.ask.Asked, w.ask.Withdrawn
	if w.ask.Asked {
		a.out.AskedIn = w.askNote
	}
	a.facts()
	a.correct()
	a.verdicts = merge(a.policy, append(w.weigh(a.policy), w.over()...))
	a.named()
	a.silence()
	a.measure()
	for _, v := range a.verdicts {
		if v.holds {
			a.out.Reasons = append(a.out.Reasons, v.reason)
		} else {
			a.out.NearMisses = append(a.out.NearMisses, NearMiss{v.reason, v.stated, v.needed})
		}
	}
	a.out.Facts.ReasonGiven = len(a.out.Reasons) > 0 || w.trouble
	a.out.LargePopulation = a.large()
	a.grounds()
	a.out.MakesCase = a.overriding()
	a.out.Recommendation = a.recommend()
	a.out.Missing = a.missing()
	a.out.Sure, a.out.Unclear = a.confidence(), a.unclear()
	a.out.Confidence = round(a.model.Confidence(string(a.out.Recommendation), a.out.Sure))
	a.evidence()
	return a.out
}

// untroubled is below which likelihood nothing is said to be wrong.
const untroubled = 0.25

// facts copies what the words state.
func (a *assessing) facts() {
	w, f := a.words, &a.out.Facts
	if w.sure.troubles < untroubled && len(w.topics) == 0 { // numbers of no trouble are no facts
		w.count, w.lasting = text.Count{}, text.Lasting{}
	}
	if w.count.Known {
		n := w.count.N
		f.AffectedUsers = &n
	}
	if w.lasting.Known {
		h := w.lasting.Hours
		f.DurationHours = &h
	}
	f.Environment = Environment(w.place)
	f.UrgencyGiven = w.urgency.Given
}

// large says whether the issue makes the site unusable or hits a large
// population: by what was measured, else by the fields and the words.
func (a *assessing) large() bool {
	n := a.out.Facts.AffectedUsers
	switch {
	case a.ticket.SiteUnusable || a.words.down(text.TopicSite):
		return true
	case n != nil && (!a.words.count.Known || *n != a.words.count.N):
		return *n >= a.policy.Claims.Stated.Large
	}
	return a.words.large(a.policy)
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
	deny(policy.TechniciansActive, a.workedOn() || a.saysWorkedOn())
	stateKnown := a.ticket.Status != ""
	deny(policy.AwaitingCustomer, a.awaiting() || !stateKnown && a.words.awaited.Given)
}

// evidence quotes the words for every reason, ground and fact.
func (a *assessing) evidence() {
	w := a.words
	for _, v := range a.verdicts {
		if v.holds {
			a.quote(v.from.Span, Evidence{For: string(v.reason), Note: v.from.note, Weight: v.from.Weight, Step: step(v.from.Step, "find")})
		}
	}
	for _, id := range a.out.Denials {
		switch id {
		case policy.SmallAudience:
			a.quote(w.count.Span, Evidence{For: string(id), Note: w.countNote, Weight: 0.85, Step: "count"})
		case policy.BetaOnly:
			a.quote(w.placeAt, Evidence{For: string(id), Note: w.placeNote, Weight: 0.9, Step: "place"})
		case policy.TechniciansActive:
			a.quote(w.workedOn.Span, Evidence{For: string(id), Note: w.workedOn.note, Weight: w.workedOn.Weight, Step: step(w.workedOn.Step, "ground")})
		case policy.AwaitingCustomer:
			a.quote(w.awaited.Span, Evidence{For: string(id), Note: w.awaited.note, Weight: w.awaited.Weight, Step: step(w.awaited.Step, "ground")})
		}
	}
	if a.quote(w.ask.Span, Evidence{For: "request", Note: w.askNote, Weight: w.ask.Weight, Step: step(w.ask.Step, "ask")}); w.byForm {
		a.quote(firstLine(w.texts[w.askNote]), Evidence{For: "request", Note: w.askNote, Weight: 1, Step: "form"})
	}
	if w.count.Known {
		a.quote(w.count.Span, Evidence{For: "affected_users", Note: w.countNote, Weight: 0.85, Step: "count"})
	}
	a.quote(w.lasting.Span, Evidence{For: "duration_hours", Note: w.lastNote, Weight: 0.85, Step: "last"})
	a.quote(w.placeAt, Evidence{For: "environment", Note: w.placeNote, Weight: 0.85, Step: "place"})
	a.quote(w.urgency.Span, Evidence{For: "urgency_given", Note: w.urgeNote, Weight: w.urgency.Weight, Step: step(w.urgency.Step, "urge")})
	a.quoteInstructions()
}

// longestQuote is how many bytes of a form are quoted, about.
const longestQuote = 200

// firstLine is where the first line of a form stands, or its beginning.
func firstLine(form string) text.Span {
	from := len(form) - len(strings.TrimLeft(form, " \t\r\n"))
	end := len(form)
	if n := strings.IndexAny(form[from:], "\r\n"); n >= 0 {
		end = from + n
	}
	if end-from > longestQuote {
		for end = from + longestQuote; !utf8.RuneStart(form[end]); end-- {
		}
	}
	return text.Span{Start: from, End: end}
}

// step is the step that produced something: the one named, else that of the rules.
func step(named, rules string) string {
	if named != "" {
		return named
	}
	return rules
}

// quote completes e with the piece s of its note; without a piece there is none.
func (a *assessing) quote(s text.Span, e Evidence) {
	original := a.words.texts[e.Note]
	if s.End <= s.Start || s.End > len(original) {
		return
	}
	e.Quote, e.Start, e.End = original[s.Start:s.End], s.Start, s.End
	e.Weight = round(e.Weight)
	a.out.Evidence = append(a.out.Evidence, e)
}

// round keeps two digits, so that nobody reads more into a weight.
func round(p float64) float64 { return float64(int(p*100+0.5)) / 100 }

// verdictOf is the verdict of a reason, whether it holds or not; nil is none.
func (a *assessing) verdictOf(id policy.ReasonID) *verdict {
	i := slices.IndexFunc(a.verdicts, func(v verdict) bool { return v.reason == id })
	if i < 0 {
		return nil
	}
	return &a.verdicts[i]
}
