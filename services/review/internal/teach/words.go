package teach

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A Note is something that was written on a ticket.
type Note struct {
	ID         string
	AuthorKind string // CUSTOMER, CSM, AGENT or SYSTEM
	Text       string
	At         time.Time
	Opening    bool // the ticket's subject and body
	Form       bool // what a form or a flag said when it asked
}

// Words are the text that a label speaks of.
type Words struct {
	Text string
	// AuthorKind is that of whoever wrote first.
	AuthorKind string
	// Form says that a form or a flag asked, and the text perhaps does not.
	Form bool
}

// Words are what was written on the ticket up to what was assessed, as one text:
// the opening, what the customer's side wrote after it, and what the assessment
// quotes, whoever wrote it.
func (e *Example) Words(notes []Note) Words {
	read := slices.DeleteFunc(slices.Clone(notes), func(n Note) bool {
		late := !e.ReadUpTo.IsZero() && n.At.After(e.ReadUpTo)
		theirs := n.Opening || n.Form || n.AuthorKind == "CUSTOMER" || n.AuthorKind == "CSM"
		return late || strings.TrimSpace(n.Text) == "" || !theirs && !slices.Contains(e.Quoted, n.ID)
	})
	slices.SortStableFunc(read, func(a, b Note) int {
		if a.Opening != b.Opening {
			return map[bool]int{true: -1, false: 1}[a.Opening]
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	var w Words
	var texts []string
	for _, n := range read {
		texts = append(texts, strings.TrimSpace(n.Text))
		w.Form = w.Form || n.Form
	}
	if len(read) > 0 {
		w.AuthorKind = read[0].AuthorKind
	}
	w.Text = strings.Join(texts, "\n\n")
	return w
}

// A Line is an example as a labelled note: what `tocsin eval` and `tocsin train` read.
type Line struct {
	ID         string  `json:"id"`
	Writer     string  `json:"writer"`
	AuthorKind string  `json:"author_kind,omitempty"`
	Difficulty string  `json:"difficulty"`
	Why        string  `json:"why,omitempty"`
	Source     Source  `json:"source"`
	Text       string  `json:"text"`
	Label      Reading `json:"label"`
}

// LineOf is the example with its words. It is hard where the words alone may not
// bear the label.
func LineOf(e Example, w Words) Line {
	l := Line{ID: e.ID, Writer: Writer, AuthorKind: w.AuthorKind, Difficulty: "plain", Why: e.Why, Source: e.Source, Text: w.Text, Label: e.Now}
	if w.Form && l.Why == "" {
		l.Why = "a form or a flag asked"
	}
	if l.Why != "" {
		l.Difficulty = "hard"
	}
	return l
}
