package show

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tocsin/services/classification/internal/evaluate"
)

// swaps is how many confusions between reasons are shown.
const swaps = 15

// Text writes a report for a terminal.
func Text(out io.Writer, r *evaluate.Report) error {
	w := bufio.NewWriter(out)
	wrapped(w, "", fmt.Sprintf("%d labelled notes: %s", r.Notes, r.Source))
	wrapped(w, "", "policy "+r.Policy)
	fmt.Fprintln(w)
	summary(w, r)
	confusion(w, &r.Confusion)
	for _, g := range r.Labels {
		labels(w, g)
	}
	instead(w, r.Instead)
	facts(w, r.Facts)
	for _, g := range r.Slices {
		sliced(w, g)
	}
	calibration(w, r.Calibration)
	mistakes(w, r)
	return w.Flush()
}

func summary(w io.Writer, r *evaluate.Report) {
	t := newTable("all notes", "figure", "95 %", "count")
	share := func(what string, s evaluate.Share) { t.add(what, value(s), spread(s), ofAll(s)) }
	share("recommendation right", r.Recommendation)
	t.add("request, F1", pointed(r.RequestF1.Value), interval(r.RequestF1.Interval), dash)
	t.add("reasons, macro-F1", pointed(r.ReasonsMacroF1.Value), interval(r.ReasonsMacroF1.Interval), dash)
	t.add("reasons, micro-F1", figure(r.ReasonsMicro.F1()), dash, dash)
	share("reasons exact", r.ReasonsExact)
	share("missing exact, where needs_info is right", r.MissingExact)
	share("language", r.Language)
	share("eligible, of those that ask for nothing", r.EligibleUnasked)
	t.write(w)
}

func confusion(w io.Writer, c *evaluate.Confusion) {
	t := newTable("labelled \\ said", c.IDs...)
	for i, id := range c.IDs {
		cells := []string{id}
		for j := range c.IDs {
			cells = append(cells, strconv.Itoa(c.Counts[i][j]))
		}
		t.add(cells...)
	}
	t.write(w)
}

func labels(w io.Writer, g evaluate.LabelGroup) {
	t := newTable(g.Kind, "support", "said", "precision", "95 %", "recall", "95 %", "F1")
	for _, s := range g.Scores {
		p, r := s.Precision(), s.Recall()
		t.add(s.ID, strconv.Itoa(s.Support), strconv.Itoa(s.Said), value(p), spread(p), value(r), spread(r), figure(s.F1()))
	}
	t.write(w)
}

func instead(w io.Writer, all []evaluate.Instead) {
	t := newTable("reason labelled", "said instead", "notes")
	for _, s := range all[:min(swaps, len(all))] {
		t.add(orNone(s.Labelled), orNone(s.Said), strconv.Itoa(s.Notes))
	}
	t.write(w)
}

func facts(w io.Writer, all []evaluate.Fact) {
	t := newTable("facts exact", "all", "95 %", "stated", "95 %", "count", "unstated", "count")
	for _, f := range all {
		t.add(f.Name, value(f.Exact), spread(f.Exact), value(f.Stated), spread(f.Stated), ofAll(f.Stated), value(f.Unstated), ofAll(f.Unstated))
	}
	t.write(w)
}

func sliced(w io.Writer, g evaluate.SliceGroup) {
	t := newTable("by "+g.By, "notes", "recommendation", "95 %", "request F1", "reasons exact", "macro-F1")
	for _, s := range g.Slices {
		t.add(orNone(clean(s.Value)), strconv.Itoa(s.Notes), value(s.Recommendation), spread(s.Recommendation),
			figure(s.Request.F1()), value(s.ReasonsExact), pointed(s.ReasonsMacroF1))
	}
	t.write(w)
}

func calibration(w io.Writer, c *evaluate.Calibration) {
	if c == nil {
		return
	}
	t := newTable("confidence", "notes", "mean", "right", "95 %")
	for _, b := range c.Bins {
		mean := dash
		if b.Right.Of > 0 {
			mean = figure(b.Confidence)
		}
		t.add(bin(b), strconv.Itoa(b.Right.Of), mean, value(b.Right), spread(b.Right))
	}
	t.write(w)
	fmt.Fprintf(w, "expected calibration error %s, Brier score %s, of %d notes\n\n", figure(c.ECE), figure(c.Brier), c.Notes)
	kept := newTable("kept, the others go to a person", "confidence from", "notes", "right", "95 %")
	for _, k := range c.Curve {
		kept.add(fmt.Sprintf("%.0f %%", 100*k.Share), figure(k.Least), strconv.Itoa(k.Right.Of), value(k.Right), spread(k.Right))
	}
	kept.write(w)
}

func bin(b evaluate.Bin) string { return fmt.Sprintf("%.1f to %.1f", b.From, b.To) }

func mistakes(w io.Writer, r *evaluate.Report) {
	if r.Wrong == 0 || len(r.Mistakes) == 0 {
		fmt.Fprintf(w, "wrong in recommendation or reasons: %d notes\n", r.Wrong)
		return
	}
	fmt.Fprintf(w, "wrong in recommendation or reasons: %d notes; the worst %d, what counts as evidence in [ ]\n", r.Wrong, len(r.Mistakes))
	for i, m := range r.Mistakes {
		sure := ""
		if m.Confidence != nil {
			sure = ", confidence " + figure(*m.Confidence)
		}
		fmt.Fprintln(w)
		wrapped(w, "", fmt.Sprintf("%d. %s (%s)%s", i+1, clean(m.ID), head(m), sure))
		wrapped(w, "   expected ", outcome(m.Labelled))
		wrapped(w, "   said     ", outcome(m.Said))
		wrapped(w, "   ", noted(m.Note))
		for _, d := range m.Differences {
			wrapped(w, "   ! ", d)
		}
		for _, q := range m.Evidence {
			wrapped(w, "   · ", fmt.Sprintf("%s %.2f %s: “%s”", q.For, q.Weight, q.Step, clean(q.Quote)))
		}
	}
}

// noted is an excerpt in one line, with the evidence in brackets.
func noted(pieces []evaluate.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Gap {
			b.WriteString(" … ")
		}
		if p.Mark {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return clean(b.String())
}
