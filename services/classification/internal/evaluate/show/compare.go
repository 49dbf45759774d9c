package show

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"tocsin/services/classification/internal/evaluate"
)

// Comparison writes a comparison for a terminal, with up to so many of the notes
// of which the two say different things: what got worse first.
func Comparison(out io.Writer, c *evaluate.Comparison, changes int) error {
	w := bufio.NewWriter(out)
	wrapped(w, "", fmt.Sprintf("%d labelled notes; a: %s; b: %s", c.Notes, c.A, c.B))
	fmt.Fprintln(w)
	t := newTable("right", "a", "b", "b - a", "95 %", "only a", "only b", "p")
	for _, m := range c.Measures {
		t.add(m.What, value(m.A), value(m.B), fmt.Sprintf("%+.3f", m.Difference), signed(m.Interval), strconv.Itoa(m.OnlyA), strconv.Itoa(m.OnlyB), fmt.Sprintf("%.4f", m.P))
	}
	if m := c.ReasonsMacroF1; m.Value != nil {
		t.add("reasons, macro-F1", dash, dash, fmt.Sprintf("%+.3f", *m.Value), signed(m.Interval), dash, dash, dash)
	}
	t.write(w)
	count := map[int]int{}
	for _, ch := range c.Changes {
		count[ch.Better]++
	}
	fmt.Fprintf(w, "%d notes changed: %d worse, %d better, %d neither\n", len(c.Changes), count[-1], count[1], count[0])
	for _, better := range []int{-1, 1, 0} {
		for _, ch := range c.Changes {
			if ch.Better != better || changes <= 0 {
				continue
			}
			changes--
			fmt.Fprintln(w)
			wrapped(w, "", clean(ch.ID)+" "+map[int]string{-1: "worse", 1: "better", 0: "neither"}[better])
			wrapped(w, "   expected ", outcome(ch.Labelled))
			wrapped(w, "   a        ", outcome(ch.A))
			wrapped(w, "   b        ", outcome(ch.B))
			wrapped(w, "   ", noted(ch.Note))
		}
	}
	return w.Flush()
}

func signed(in evaluate.Interval) string { return fmt.Sprintf("%+.2f to %+.2f", in.Low, in.High) }
