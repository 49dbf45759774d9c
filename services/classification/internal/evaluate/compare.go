package evaluate

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
)

// A Comparison is two methods on the same notes.
type Comparison struct {
	Notes    int      `json:"notes"`
	A        string   `json:"a"` // what either method is called
	B        string   `json:"b"`
	Measures []Paired `json:"measures"`
	// ReasonsMacroF1 is that of b minus that of a, drawn from the same notes.
	ReasonsMacroF1 Mean `json:"reasons_macro_f1"`
	// Worse, Better and Neither are how many notes b reads otherwise than a, by what
	// became of them; Neither of them is right about the last.
	Worse   int `json:"worse"`
	Better  int `json:"better"`
	Neither int `json:"neither"`
	// Changes are the first of those notes: the worse ones, the better ones, the
	// others, each in the order of the notes.
	Changes []Change `json:"changes"`
}

// A Paired is one measure of both methods, note by note.
type Paired struct {
	What string `json:"what"`
	A    Share  `json:"share_a"`
	B    Share  `json:"share_b"`
	// Notes that only one of them has right.
	OnlyA int `json:"only_a"`
	OnlyB int `json:"only_b"`
	// Difference is b's share minus a's.
	Difference float64 `json:"difference"`
	Interval
	// P is the two-sided probability of a split at least as uneven as OnlyA to
	// OnlyB if the methods were equally good (McNemar's test, exact).
	P float64 `json:"p"`
}

// A Change is a note on which two methods say different things.
type Change struct {
	ID       string  `json:"id"`
	Labelled Outcome `json:"labelled"`
	A        Outcome `json:"a"`
	B        Outcome `json:"b"`
	// Better is 1 where only b is right about recommendation and reasons, -1 where
	// only a is, and 0 where neither is.
	Better int     `json:"better"`
	Note   []Piece `json:"note"`
}

// Compare sets b against a, and describes up to most of the notes that they read
// otherwise. Both must be reports on the same notes in the same order, or it is an
// error.
func Compare(a, b Report, most int) (Comparison, error) {
	if err := sameNotes(a.results, b.results); err != nil {
		return Comparison{}, err
	}
	c := Comparison{Notes: len(a.results), A: a.Source, B: b.Source}
	for _, m := range []struct {
		what  string
		right func(*Result) bool
	}{
		{"recommendation", (*Result).right},
		{"request", func(r *Result) bool { return r.Note.Label.Request == r.Said.Request }},
		{"reasons exact", func(r *Result) bool { return sameSet(r.reasons()) }},
	} {
		c.Measures = append(c.Measures, paired(m.what, a.results, b.results, m.right))
	}
	c.ReasonsMacroF1 = macroDifference(sampled(a.reasons, a.results), sampled(a.reasons, b.results))
	c.change(a.results, b.results, most)
	return c, nil
}

// change counts the notes that two methods read otherwise and keeps up to most of them.
func (c *Comparison) change(a, b []Result, most int) {
	all := []Change{}
	for i := range a {
		ch, changed := change(&a[i], &b[i])
		if !changed {
			continue
		}
		all = append(all, ch)
		switch ch.Better {
		case -1:
			c.Worse++
		case 1:
			c.Better++
		default:
			c.Neither++
		}
	}
	order := map[int]int{-1: 0, 1: 1, 0: 2}
	slices.SortStableFunc(all, func(x, y Change) int { return cmp.Compare(order[x.Better], order[y.Better]) })
	c.Changes = all[:min(max(most, 0), len(all))]
}

func sameNotes(a, b []Result) error {
	if len(a) != len(b) {
		return fmt.Errorf("one report is on %d notes, the other on %d", len(a), len(b))
	}
	if len(a) == 0 {
		return errors.New("there are no notes to compare by")
	}
	for i := range a {
		if !reflect.DeepEqual(a[i].Note, b[i].Note) {
			return fmt.Errorf("note %d is %q in one report and %q in the other, or not labelled the same", i+1, a[i].Note.ID, b[i].Note.ID)
		}
	}
	return nil
}

func paired(what string, a, b []Result, right func(*Result) bool) Paired {
	p := Paired{What: what}
	for i := range a {
		inA, inB := right(&a[i]), right(&b[i])
		p.A.add(inA)
		p.B.add(inB)
		switch {
		case inA && !inB:
			p.OnlyA++
		case inB && !inA:
			p.OnlyB++
		}
	}
	p.Difference = p.B.Value() - p.A.Value()
	p.Interval = pairedInterval(p.OnlyA, p.OnlyB, len(a))
	p.P = mcnemar(p.OnlyA, p.OnlyB)
	return p
}

// pairedInterval is the 95 % interval of a difference of paired shares, by Wald
// with half a note added to each of the four cells (Agresti and Min, 2005).
func pairedInterval(onlyA, onlyB, of int) Interval {
	a, b, n := float64(onlyA)+0.5, float64(onlyB)+0.5, float64(of)+2
	d := (b - a) / n
	half := z * math.Sqrt(a+b-(b-a)*(b-a)/n) / n
	return Interval{max(d-half, -1), min(d+half, 1)}
}

// mcnemar is the exact two-sided binomial test of a fair split.
func mcnemar(onlyA, onlyB int) float64 {
	n := onlyA + onlyB
	all, _ := math.Lgamma(float64(n + 1))
	p := 0.0
	for k := range min(onlyA, onlyB) + 1 {
		in, _ := math.Lgamma(float64(k + 1))
		out, _ := math.Lgamma(float64(n - k + 1))
		p += math.Exp(all - in - out - float64(n)*math.Ln2)
	}
	return min(2*p, 1)
}

func macroDifference(a, b sample) Mean {
	difference := func(pick func() int) float64 {
		inA, inB := a.tally(), b.tally()
		for range a.rows {
			i := pick()
			inA.add(a.rows[i])
			inB.add(b.rows[i])
		}
		return macro(inB) - macro(inA)
	}
	next := -1
	m := Mean{Value: Number(difference(func() int { next++; return next }))}
	m.Interval = Interval{-1, 1}
	if m.Value != nil {
		m.Interval = resampled(len(a.rows), difference)
	}
	return m
}

// change says whether two methods differ on a note in recommendation or reasons.
func change(a, b *Result) (Change, bool) {
	if a.Said.Recommendation == b.Said.Recommendation && sameSet(a.Said.Reasons, b.Said.Reasons) {
		return Change{}, false
	}
	c := Change{
		ID:       a.Note.ID,
		Labelled: Outcome{a.Note.Label.Recommendation, named(a.Note.Label.Reasons)},
		A:        Outcome{string(a.Said.Recommendation), named(a.Said.Reasons)},
		B:        Outcome{string(b.Said.Recommendation), named(b.Said.Reasons)},
		Note:     Excerpt(a.Note.Text, b.Said.Evidence),
	}
	inA, inB := a.right() && sameSet(a.reasons()), b.right() && sameSet(b.reasons())
	switch {
	case inB && !inA:
		c.Better = 1
	case inA && !inB:
		c.Better = -1
	}
	return c, true
}
