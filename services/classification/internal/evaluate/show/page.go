package show

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/evaluate"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// page is what the template shows.
type page struct {
	*evaluate.Report
	Style       template.CSS
	Tiles       []tile
	Heat        heat
	Swaps       []evaluate.Instead
	Reliability reliability
	Curve       abstention
}

// A tile is a figure that says much alone.
type tile struct{ What, Figure, Interval, Count string }

// Page writes a report as a web page. It asks for nothing from elsewhere, has no
// script, follows the reader's choice of light or dark, and fits a phone.
func Page(w io.Writer, r *evaluate.Report) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"figure": figure, "differs": differs, "signed": signed, "became": became, "p": probability, "pointed": pointed, "share": value, "spread": spread, "count": ofAll, "outcome": outcome,
		"head": head, "name": orNone[string], "reason": orNone[policy.ReasonID], "bin": bin, "percent": percent, "lane": laneOf, "laneOf": laneOfShare,
		"inc": func(i int) int { return i + 1 },
	}).Parse(pageHTML)
	if err != nil {
		return err
	}
	p := page{Report: r, Style: template.CSS(pageCSS), Tiles: tiles(r), Heat: heatOf(&r.Confusion), Swaps: r.Instead[:min(swaps, len(r.Instead))]}
	if c := r.Calibration; c != nil {
		p.Reliability, p.Curve = reliabilityOf(c), abstentionOf(c)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

func tiles(r *evaluate.Report) []tile {
	share := func(what string, s evaluate.Share) tile {
		return tile{what, value(s), spread(s), ofAll(s)}
	}
	mean := func(what string, m evaluate.Mean) tile {
		return tile{What: what, Figure: pointed(m.Value), Interval: interval(m.Interval)}
	}
	out := []tile{
		share("recommendation right", r.Recommendation),
		mean("reasons, macro-F1", r.ReasonsMacroF1),
		mean("request, F1", r.RequestF1),
	}
	for _, f := range r.Facts {
		out = append(out, share(strings.ReplaceAll(f.Name, "_", " ")+" exact", f.Exact))
	}
	return append(out,
		share("reasons exact", r.ReasonsExact),
		share("eligible, of those that ask for nothing", r.EligibleUnasked))
}
