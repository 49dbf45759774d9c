package score

import (
	"slices"

	"tocsin/services/classification/internal/text"
)

// said is what a finding says of the note as a whole, however often.
type said struct {
	topic     text.Topic
	polarity  text.Polarity
	extent    text.Extent
	everybody bool
}

// note gives what the rules made of the note as a whole.
func (w *walk) note(r *text.Reading, by text.Author) {
	w.findings(r.Findings)
	w.flags(r)
	w.rule('n', "place", string(r.Place))
	w.rule('n', "by", string(by))
	w.rule('n', "length", lengths[min(len(lengths)-1, r.Words/8)])
}

// findings gives what the rules found anywhere in the note, each once.
func (w *walk) findings(found []text.Finding) {
	w.said = w.said[:0]
	for i := range found {
		t := &found[i]
		is := said{t.Topic, t.Polarity, t.Extent, t.Everybody}
		if slices.Contains(w.said, is) {
			continue
		}
		w.said = append(w.said, is)
		w.rule('f', string(t.Topic), string(t.Polarity))
		if t.Polarity != text.Asserted {
			continue
		}
		w.rule('e', string(t.Topic), string(t.Extent))
		w.rule('e', "any", string(t.Extent))
		if t.Everybody {
			w.rule('b', string(t.Topic), "")
		}
	}
}

// flags gives the facts that the rules made out, each that is so.
func (w *walk) flags(r *text.Reading) {
	for _, flag := range [...]struct {
		name string
		set  bool
	}{
		{"nothing", len(r.Findings) == 0},
		{"asked", r.Ask.Asked},
		{"withdrawn", r.Ask.Withdrawn},
		{"urgent", r.Urgency.Given},
		{"worked", r.WorkedOn.Given},
		{"awaited", r.Awaited.Given},
		{"own idp", r.OwnIDP.Given},
		{"provider", r.Provider},
		{"trouble", r.Trouble},
		{"recovered", len(r.Recovered) > 0},
		{"count", r.Count.Known},
		{"count large", r.Count.Large},
		{"count few", r.Count.Few},
		{"count over 100", r.Count.Known && r.Count.N > 100},
		{"count 100", r.Count.Known && r.Count.N >= 100},
		{"count under 25", r.Count.Known && r.Count.N < 25},
		{"lasting", r.Lasting.AtLeast > 0},
		{"lasting a day", r.Lasting.AtLeast >= 24},
		{"lasting less than a day", r.Lasting.AtLeast > 0 && r.Lasting.AtLeast < 24},
		{"silent", r.Silent.AtLeast > 0},
		{"a week", r.Silent.AtLeast >= 168 || r.Lasting.AtLeast >= 168},
	} {
		if flag.set {
			w.rule('n', flag.name, "")
		}
	}
}

// lengths name how long a note is, in steps of eight words.
var lengths = [...]string{"0", "8", "16", "24", "32", "40", "48", "56", "64 and more"}
