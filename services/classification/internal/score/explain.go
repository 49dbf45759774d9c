package score

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// A Contribution is what a feature adds to a score.
type Contribution struct {
	// Feature is shown as "words komm rein" is. A piece of a word that is cut
	// inside a letter ends or begins with U+FFFD.
	Feature string
	LogOdds float64 // above 0 it speaks for, below 0 against
}

// Quoted is a piece of a note, and what it is evidence for.
type Quoted struct {
	For string    // a reason, a denial ground, "request" or "urgency_given"
	At  text.Span // in the original; without it, the sentence that speaks most for it
}

// Explain lists what made the model take a note of an author for what a quote is
// evidence for: what speaks most for it first, what speaks most against it last.
//
// It explains the sentence that is quoted and what the rules made of the whole
// note. The parts of other sentences are left out, as are the bias and whether
// there is trouble of any kind, by which each kind of trouble is weighed as well.
// In a note of one sentence they add up to the score without its bias; in a note
// of more than 20, the sentence need not be of those that the score was summed
// over. Empty where the model knows nothing of the thing, or could not read.
func (m *Model) Explain(v *text.Vocabulary, note string, by text.Author, q Quoted) []Contribution {
	r := Reading{Reading: v.Read(note, by)}
	if r.Language == text.Unknown || len(r.Claims) == 0 {
		return nil
	}
	f := extract(&r.Reading, by, true) // before the model changes what the rules found
	s := f.scores(m.linear)
	m.correct(&r, s)
	output, ok := m.at[r.output(q)]
	if !ok {
		return nil
	}
	sum := map[string]float64{}
	add := func(terms []linear.Term, by float64) {
		for _, t := range terms {
			name := strings.ToValidUTF8(f.names[t.Key], "\uFFFD")
			sum[name] += float64(t.Value) * m.linear.Weight(t.Key, output) * by
		}
	}
	if n := r.quotes(q.At, s.best(output)); n >= 0 {
		add(f.terms[f.start(n):f.ends[n]], share(min(window, len(s.distinct))))
	}
	add(f.terms[f.start(len(f.ends)):], 1)
	return sorted(sum)
}

// sorted puts what speaks most for it first, and leaves out what says nothing.
func sorted(sum map[string]float64) []Contribution {
	var out []Contribution
	for _, name := range slices.Sorted(maps.Keys(sum)) {
		if sum[name] != 0 {
			out = append(out, Contribution{name, sum[name]})
		}
	}
	slices.SortStableFunc(out, func(a, b Contribution) int { return cmp.Compare(b.LogOdds, a.LogOdds) })
	return out
}

// output is the output by which the thing was weighed that a quote is evidence
// for, or "".
func (r *Reading) output(q Quoted) string {
	switch q.For {
	case "request":
		return request
	case "urgency_given":
		return urgent
	case string(policy.TechniciansActive):
		return worked
	case string(policy.AwaitingCustomer):
		return awaited
	}
	at := slices.IndexFunc(topics, func(k known) bool { return string(k.reason) == q.For })
	if at < 0 {
		return ""
	}
	// That nobody can log in may be the reason of another topic, by the policy's numbers.
	own, quoted := false, text.Topic("")
	for _, f := range r.Findings {
		if f.Polarity == text.Asserted && Reason(f.Topic) != "" {
			own = own || f.Topic == topics[at].topic
			if f.Span == q.At {
				quoted = f.Topic
			}
		}
	}
	if !own && quoted != "" {
		return string(quoted)
	}
	return string(topics[at].topic)
}

// quotes is the sentence, counted as scores count them, in which a quote begins;
// best where there is no quote.
func (r *Reading) quotes(at text.Span, best int) int {
	if at == (text.Span{}) {
		return best
	}
	found := 0
	for n, from := 0, 0; from < len(r.Claims); n++ {
		if r.Claims[from].Span.Start <= at.Start {
			found = n
		}
		from = endOf(r.Claims, from)
	}
	return found
}
