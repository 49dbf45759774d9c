package classify

import (
	"cmp"
	"slices"
	"time"
	"unicode"

	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// An entry is one thing that somebody wrote on a ticket: a note, a flag or a form.
type entry struct {
	id, text string
	by       AuthorKind
	at       time.Time
	form     *Request // nil for a note
}

// history is what was written on the ticket in the order in which it happened,
// each thing once. What is undated comes first, in the order in which it stands.
func (t Ticket) history() []entry {
	all := make([]entry, 0, len(t.Notes)+len(t.Requests))
	opening := map[string]bool{}
	for _, n := range t.Notes {
		if n.Author != System {
			all = append(all, entry{id: n.ID, text: n.Text, by: n.Author, at: n.At})
			opening[n.ID] = n.Opening
		}
	}
	for i := range t.Requests {
		r := &t.Requests[i]
		all = append(all, entry{id: r.ID, text: r.Reason + "\n\n" + r.Urgency, by: r.Author, at: r.At, form: r})
	}
	rank := func(e entry) int {
		switch {
		case opening[e.id]:
			return 0
		case e.form == nil:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b entry) int {
		if a.at.IsZero() || b.at.IsZero() {
			return cmp.Compare(boolean(b.at.IsZero()), boolean(a.at.IsZero()))
		}
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.id, b.id))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(e entry) bool {
		twice := seen[e.id] && e.id != ""
		seen[e.id] = true
		return twice
	})
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// foldAsk takes in whether the entry asks for escalation, or takes it back. The
// last word counts; support does not take back what somebody else asked for,
// unless it writes down that they did.
func (s *standing) foldAsk(e entry, r *score.Reading) {
	switch {
	case e.form != nil:
		s.ask, s.askNote, s.askBy, s.byForm = text.Ask{Asked: true}, e.id, e.by, true
	case r.Ask.Withdrawn && e.by == Agent && s.ask.Asked && s.askBy != Agent && !speaksOfCustomer(r):
	case r.Ask.Asked || r.Ask.Withdrawn:
		s.ask, s.askNote, s.askBy, s.byForm = r.Ask, e.id, e.by, false
	}
}

// speaksOfCustomer says whether a note of support names those who asked.
func speaksOfCustomer(r *score.Reading) bool {
	return slices.ContainsFunc(r.Claims, func(c text.Claim) bool {
		return slices.ContainsFunc(c.Words, func(w text.Word) bool {
			switch w.Fold {
			case "customer", "customers", "client", "requester", "reporter", "caller", "they", "she", "he", "csm",
				"kunde", "kunden", "kundin", "kundenseite", "melder", "melderin", "anforderer", "auftraggeber", "anrufer", "anruferin", "er", "frau", "herr":
				return true
			}
			return false
		})
	})
}

// foldLanguage takes in the language of those who ask: of what they wrote last,
// and of anybody else's words where they wrote nothing.
func (s *standing) foldLanguage(e entry, r *score.Reading) {
	own := e.by == Customer || e.by == ""
	if !own && s.ownWords {
		return
	}
	switch foreign := isForeign(r); {
	case r.Language != text.Unknown:
		if own || s.language == text.Unknown {
			s.language, s.unsupported = r.Language, false
		}
	case foreign:
		if own || s.language == text.Unknown {
			s.language, s.unsupported = text.Unknown, true
		}
	default:
		return
	}
	s.ownWords = s.ownWords || own
}

// enoughWords is from how many words on a text of no known language is one in
// another language, rather than a number, a name, a piece of a log.
const enoughWords = 5

// isForeign says whether a note is written in a language that is not read.
func isForeign(r *score.Reading) bool {
	if r.Language != text.Unknown {
		return false
	}
	letters, strange := 0, 0
	for _, c := range r.Body.Text {
		if unicode.IsLetter(c) {
			letters++
			if c > 0x24f {
				strange++
			}
		}
	}
	return r.Words >= enoughWords || strange > 3 && strange*2 > letters
}
