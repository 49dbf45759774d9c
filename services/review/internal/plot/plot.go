// Package plot draws a value over time against its threshold, as SVG.
//
// It is pure: points and a frame in, numbers for the template out (plot.html),
// the same for the same input. What is drawn says no more than what is known:
// the line breaks where points are further apart than a gap, a time in which
// nobody looked is hatched and bridged by nothing, and the threshold stands where
// it stood then. A picture carries a title, a description and labels; who needs
// the numbers gets a table from the caller.
//
// Colours are the style sheet's; words and the form of numbers the caller's.
package plot

import (
	"embed"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
)

//go:embed plot.html
var files embed.FS

// Parse adds the template "plot" to others.
func Parse(t *template.Template) (*template.Template, error) { return t.ParseFS(files, "plot.html") }

// A Point is a value at an instant, and what it was held against.
type Point struct {
	At               time.Time
	Value, Threshold uint32
	// Held says that the condition was raised then.
	Held bool
}

// A Span is a piece of time; a zero To lasts until the end of the picture.
type Span struct{ From, To time.Time }

// A Series is what to draw.
type Series struct {
	// Points are in order of time.
	Points   []Point
	From, To time.Time
	// Since is when what is held at the end began to be; zero: with its first point.
	Since time.Time
	// Gap is how far apart two points may be and still belong to one line.
	Gap time.Duration
	// Blind is when nobody looked.
	Blind []Span
}

// A Frame is how large to draw, in the picture's own units, and how much to say.
type Frame struct {
	Width, Height int
	// Large pictures have a grid and labels on it; small ones their ends only.
	Large bool
}

// Words are how the caller writes things.
type Words struct {
	ID           string // of the picture, in its page
	Title, About string
	Number       func(uint64) string
	Clock        func(time.Time) string
	Threshold    string // the word at the line
}

// A Plot is a picture as the template needs it; lengths are in its own units.
type Plot struct {
	Words
	Width, Height int
	Large         bool
	Area          Box
	Held, Blind   []Box
	Hatches       string   // over what is blind
	Limit         string   // the threshold's path
	LimitY        string   // where it ends
	LimitText     string   // the threshold at the end
	RightOf       string   // the right edge of the area
	Lines         []string // unbroken pieces of the line
	Dots          []Dot    // points that stand alone
	Last          *Dot
	Rows          []Tick // of the grid
	Columns       []Tick
}

// A Box is a part of the picture.
type Box struct{ X, Y, W, H string }

// A Dot is a point of the picture.
type Dot struct {
	X, Y string
	Held bool
}

// A Tick is a line of the grid and its label.
type Tick struct {
	At    string // along the axis
	Text  string
	Stamp string // of a time, as machines read it
}

// Draw draws the series.
func Draw(s Series, f Frame, w Words) Plot {
	c := canvasOf(&s, f)
	p := Plot{Words: w, Width: f.Width, Height: f.Height, Large: f.Large, Area: c.box(c.left, c.right), RightOf: length(c.right)}
	for _, span := range held(&s) {
		p.Held = append(p.Held, c.box(c.x(span.From), c.x(span.To)))
	}
	var hatches strings.Builder
	for _, span := range s.Blind {
		if span.To.IsZero() || span.To.After(s.To) {
			span.To = s.To
		}
		if from, to := c.x(span.From), c.x(span.To); to > from {
			p.Blind = append(p.Blind, c.box(from, to))
			c.hatch(&hatches, from, to)
		}
	}
	p.Hatches = hatches.String()
	c.limit(&p, s.Points)
	c.line(&p, &s)
	p.Rows, p.Columns = c.rows(w), c.columns(&s, w)
	return p
}

// held are the times in which the condition was raised.
func held(s *Series) []Span {
	var spans []Span
	open := false
	for _, pt := range s.Points {
		switch {
		case pt.Held && !open:
			spans = append(spans, Span{From: pt.At})
		case !pt.Held && open:
			spans[len(spans)-1].To = pt.At
		}
		open = pt.Held
	}
	if open {
		last := &spans[len(spans)-1]
		if last.To = s.To; !s.Since.IsZero() && s.Since.Before(last.From) {
			last.From = s.Since
		}
	}
	return spans
}

// length writes a length of the picture, to a tenth.
func length(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}
