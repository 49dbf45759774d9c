package show

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tocsin/services/classification/internal/evaluate"
)

// The plots are numbers for the template, in the units of their viewBox; the
// colours are the style sheet's.

// A heat is the confusion matrix.
type heat struct {
	Width, Height float64
	Rows, Columns []mark
	Cells         []cell
}

// A mark is a word at a place.
type mark struct {
	X, Y float64
	Text string
}

// A cell is a field of the matrix; Heat is how opaque it is, never so much that
// the figures on it could not be read.
type cell struct {
	X, Y, Width, Height float64
	Heat                float64
	Count               int
	Percent             string
}

func heatOf(c *evaluate.Confusion) heat {
	const left, top, width, height = 98, 40, 84, 52
	n := float64(len(c.IDs))
	h := heat{Width: left + n*width + 2, Height: top + n*height + 2}
	for i, id := range c.IDs {
		h.Rows = append(h.Rows, mark{left - 8, top + (float64(i)+0.5)*height, id})
		h.Columns = append(h.Columns, mark{left + (float64(i)+0.5)*width, top - 9, id})
		sum := 0
		for _, count := range c.Counts[i] {
			sum += count
		}
		for j, count := range c.Counts[i] {
			share := evaluate.Share{Right: count, Of: sum}
			one := cell{X: left + float64(j)*width, Y: top + float64(i)*height, Width: width - 2, Height: height - 2, Count: count, Percent: percent(share.Value())}
			if sum > 0 {
				one.Heat = round(0.45 * share.Value())
			}
			h.Cells = append(h.Cells, one)
		}
	}
	return h
}

// A lane is a value between 0 and 1 as a bar of 100 units, with what surrounds it.
type lane struct {
	Known             bool
	Value, Low, High  float64
	Precision, Recall float64 // below 0: none
}

func laneOf(s evaluate.Score) lane {
	l := lane{Known: !math.IsNaN(s.F1()), Precision: -1, Recall: -1}
	if !l.Known {
		return l
	}
	l.Value = round(100 * s.F1())
	if s.Said > 0 {
		l.Precision = round(100 * s.Precision().Value())
	}
	if s.Support > 0 {
		l.Recall = round(100 * s.Recall().Value())
	}
	return l
}

func laneOfShare(s evaluate.Share) lane {
	l := lane{Known: s.Of > 0, Precision: -1, Recall: -1}
	if l.Known {
		in := s.Interval()
		l.Value, l.Low, l.High = round(100*s.Value()), round(100*in.Low), round(100*in.High)
	}
	return l
}

// Span is how wide the interval is.
func (l lane) Span() float64 { return round(l.High - l.Low) }

// A canvas turns shares into places.
type canvas struct{ left, right, top, bottom, least float64 }

func newCanvas(least float64) canvas { return canvas{44, 412, 24, 252, least} }

func (c canvas) x(share float64) float64 { return round(c.left + share*(c.right-c.left)) }

func (c canvas) y(share float64) float64 {
	return round(c.bottom - (share-c.least)/(1-c.least)*(c.bottom-c.top))
}

// A grid is the frame of a plot with its lines.
type grid struct {
	Left, Right, Top, Bottom float64
	Rows, Columns            []mark
}

func (c canvas) grid() grid {
	g := grid{Left: c.left, Right: c.right, Top: c.top, Bottom: c.bottom}
	for i := range 6 {
		share := float64(i) / 5
		g.Columns = append(g.Columns, mark{c.x(share), c.bottom + 16, percent(share)})
	}
	step := 20 // per cent
	for c.least > 0 && step > 5 && (1-c.least)*100/float64(step) < 4 {
		step /= 2
	}
	for at := 100; float64(at) >= 100*c.least-1; at -= step {
		v := float64(at) / 100
		g.Rows = append(g.Rows, mark{c.left - 6, c.y(v), percent(v)})
	}
	return g
}

// A column is one bin: a bar up to the share right, its interval, its mean confidence.
type column struct {
	X, Y, Width, Height float64
	Middle, Low, High   float64
	Mean                float64
	Title               string
	Notes               string
}

type reliability struct {
	Grid     grid
	Columns  []column
	Diagonal string
}

func reliabilityOf(c *evaluate.Calibration) reliability {
	at := newCanvas(0)
	p := reliability{Grid: at.grid(), Diagonal: fmt.Sprintf("M%v %vL%v %v", at.x(0), at.y(0), at.x(1), at.y(1))}
	for _, b := range c.Bins {
		if b.Right.Of == 0 {
			continue
		}
		in, v := b.Right.Interval(), b.Right.Value()
		p.Columns = append(p.Columns, column{
			X: at.x(b.From) + 1, Y: at.y(v), Width: round(at.x(b.To) - at.x(b.From) - 2), Height: round(at.y(0) - at.y(v)),
			Middle: at.x((b.From + b.To) / 2), Low: at.y(in.Low), High: at.y(in.High), Mean: at.x(b.Confidence),
			Notes: strconv.Itoa(b.Right.Of),
			Title: fmt.Sprintf("confidence %s: %s right, mean confidence %s", bin(b), ofAll(b.Right), figure(b.Confidence)),
		})
	}
	return p
}

// An abstention is the share right against the share kept.
type abstention struct {
	Grid       grid
	Line, Band string
	Dots       []mark // with what stands at the point
}

func abstentionOf(c *evaluate.Calibration) abstention {
	lowest := 1.0
	for _, k := range c.Curve {
		lowest = min(lowest, k.Right.Interval().Low)
	}
	at := newCanvas(math.Floor(min(lowest, 0.9)*10) / 10)
	p := abstention{Grid: at.grid()}
	var line, band strings.Builder
	back := ""
	for i, k := range c.Curve {
		in, x := k.Right.Interval(), at.x(k.Share)
		step := "ML"[min(i, 1)]
		fmt.Fprintf(&line, "%c%v %v", step, x, at.y(k.Right.Value()))
		fmt.Fprintf(&band, "%c%v %v", step, x, at.y(in.High))
		back = fmt.Sprintf("L%v %v", x, at.y(in.Low)) + back
		p.Dots = append(p.Dots, mark{
			x, at.y(k.Right.Value()),
			fmt.Sprintf("%s kept (confidence %s and more): %s right, %s", percent(k.Share), figure(k.Least), ofAll(k.Right), value(k.Right)),
		})
	}
	p.Line, p.Band = line.String(), band.String()+back+"Z"
	return p
}

func percent(v float64) string {
	if math.IsNaN(v) {
		return dash
	}
	return fmt.Sprintf("%.0f %%", 100*v)
}

// round keeps coordinates short.
func round(v float64) float64 { return math.Round(v*100) / 100 }
