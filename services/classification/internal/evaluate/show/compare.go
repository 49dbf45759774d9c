package show

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"tocsin/services/classification/internal/evaluate"
)

// Comparison writes what a report's comparison says for a terminal: what got worse
// first. The report must have one.
func Comparison(out io.Writer, r *evaluate.Report) error {
	w, c := bufio.NewWriter(out), r.Comparison
	wrapped(w, "", fmt.Sprintf("%d labelled notes: %s", c.Notes, r.Source))
	wrapped(w, "", "policy "+r.Policy)
	wrapped(w, "a: ", clean(c.A))
	wrapped(w, "b: ", clean(c.B))
	fmt.Fprintln(w)
	t := newTable("right", "a", "b", "b - a", "95 %", "only a", "only b", "p")
	for _, m := range c.Measures {
		t.add(m.What, value(m.A), value(m.B), differs(m.Difference), signed(m.Interval), strconv.Itoa(m.OnlyA), strconv.Itoa(m.OnlyB), probability(m.P))
	}
	if m := c.ReasonsMacroF1; m.Value != nil {
		t.add("reasons, macro-F1", dash, dash, differs(*m.Value), signed(m.Interval), dash, dash, dash)
	}
	t.write(w)
	changes(w, c)
	return w.Flush()
}

func changes(w io.Writer, c *evaluate.Comparison) {
	fmt.Fprint(w, became(c))
	if n := len(c.Changes); n > 0 {
		fmt.Fprintf(w, "; the first %d, b's evidence in [ ]", n)
	}
	fmt.Fprintln(w)
	for _, ch := range c.Changes {
		fmt.Fprintln(w)
		wrapped(w, "", clean(ch.ID)+" "+map[int]string{-1: "worse", 1: "better", 0: "neither"}[ch.Better])
		wrapped(w, "   expected ", outcome(ch.Labelled))
		wrapped(w, "   a        ", outcome(ch.A))
		wrapped(w, "   b        ", outcome(ch.B))
		wrapped(w, "   ", noted(ch.Note))
	}
}

// became says what became of the notes that the two read otherwise.
func became(c *evaluate.Comparison) string {
	return fmt.Sprintf("%d notes changed: %d worse, %d better, %d neither", c.Worse+c.Better+c.Neither, c.Worse, c.Better, c.Neither)
}

func differs(d float64) string { return fmt.Sprintf("%+.3f", d) }

func signed(in evaluate.Interval) string { return fmt.Sprintf("%+.2f to %+.2f", in.Low, in.High) }

// probability has four digits; one that is smaller is not shown as none.
func probability(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return fmt.Sprintf("%.4f", p)
}
