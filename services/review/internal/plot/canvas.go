package plot

import (
	"fmt"
	"strings"
	"time"
)

// A canvas turns times and values into places.
type canvas struct {
	left, right, top, bottom float64
	from, to                 time.Time
	most                     uint64 // the value at the top
	step                     uint64 // between the lines of the grid
	large                    bool
}

func canvasOf(s *Series, f Frame) canvas {
	c := canvas{left: 1, right: float64(f.Width) - 30, top: 3, bottom: float64(f.Height) - 13, from: s.From, to: s.To, large: f.Large}
	if f.Large {
		c.left, c.right, c.top, c.bottom = 48, float64(f.Width)-58, 10, float64(f.Height)-24
	}
	highest := uint64(1)
	for _, p := range s.Points {
		highest = max(highest, uint64(p.Value), uint64(p.Threshold))
	}
	c.most = highest + highest/8 + 1
	c.step = stepOf(c.most)
	if f.Large {
		c.most = (c.most + c.step - 1) / c.step * c.step
	}
	return c
}

// stepOf is a round number of which at most five fit.
func stepOf(most uint64) uint64 {
	for unit := uint64(1); ; unit *= 10 {
		for _, step := range [...]uint64{unit, 2 * unit, 5 * unit} {
			if most/step <= 5 {
				return step
			}
		}
	}
}

// x is the place of a time, within the picture.
func (c *canvas) x(at time.Time) float64 {
	share := float64(at.Sub(c.from)) / float64(max(c.to.Sub(c.from), 1))
	return c.left + min(max(share, 0), 1)*(c.right-c.left)
}

// y is the place of a value.
func (c *canvas) y(v uint64) float64 {
	return c.bottom - float64(v)/float64(c.most)*(c.bottom-c.top)
}

func (c *canvas) box(from, to float64) Box {
	return Box{length(from), length(c.top), length(to - from), length(c.bottom - c.top)}
}

// hatch draws slanted lines over a part of the picture.
func (c *canvas) hatch(b *strings.Builder, from, to float64) {
	const apart = 6
	rise := c.bottom - c.top
	for x := from - rise + apart; x < to; x += apart {
		x1, y1, x2, y2 := x, c.bottom, x+rise, c.top
		if x1 < from {
			x1, y1 = from, c.bottom-(from-x)
		}
		if x2 > to {
			x2, y2 = to, c.bottom-(to-x)
		}
		fmt.Fprintf(b, "M%s %sL%s %s", length(x1), length(y1), length(x2), length(y2))
	}
}

// limit draws the threshold as it stood: a line with steps.
func (c *canvas) limit(p *Plot, points []Point) {
	if len(points) == 0 {
		return
	}
	now := points[0].Threshold
	var b strings.Builder
	fmt.Fprintf(&b, "M%s %s", length(c.left), length(c.y(uint64(now))))
	for _, pt := range points[1:] {
		if pt.Threshold != now {
			now = pt.Threshold
			fmt.Fprintf(&b, "H%sV%s", length(c.x(pt.At)), length(c.y(uint64(now))))
		}
	}
	fmt.Fprintf(&b, "H%s", length(c.right))
	p.Limit, p.LimitY, p.LimitText = b.String(), length(c.y(uint64(now))), p.Number(uint64(now))
}

// line draws the values, in pieces where there are gaps.
func (c *canvas) line(p *Plot, s *Series) {
	var piece []Point
	end := func() {
		switch len(piece) {
		case 0:
		case 1:
			p.Dots = append(p.Dots, c.dot(piece[0]))
		default:
			p.Lines = append(p.Lines, c.path(piece))
		}
		piece = piece[:0]
	}
	for i, pt := range s.Points {
		if i > 0 && pt.At.Sub(s.Points[i-1].At) > s.Gap {
			end()
		}
		piece = append(piece, pt)
	}
	end()
	if n := len(s.Points); n > 0 {
		last := c.dot(s.Points[n-1])
		p.Last = &last
	}
}

func (c *canvas) dot(p Point) Dot {
	return Dot{length(c.x(p.At)), length(c.y(uint64(p.Value))), p.Held}
}

func (c *canvas) path(points []Point) string {
	var b strings.Builder
	for i, pt := range points {
		b.WriteByte("ML"[min(i, 1)])
		b.WriteString(length(c.x(pt.At)) + " " + length(c.y(uint64(pt.Value))))
	}
	return b.String()
}

// rows are the lines of the grid for values.
func (c *canvas) rows(w Words) []Tick {
	if !c.large {
		return nil
	}
	var ticks []Tick
	for v := uint64(0); v <= c.most; v += c.step {
		ticks = append(ticks, Tick{At: length(c.y(v)), Text: w.Number(v)})
	}
	return ticks
}

// columns are the lines of the grid for times; of a small picture the ends.
func (c *canvas) columns(s *Series, w Words) []Tick {
	tick := func(at time.Time) Tick {
		return Tick{length(c.x(at)), w.Clock(at), at.UTC().Format(time.RFC3339)}
	}
	if !c.large {
		return []Tick{tick(s.From), tick(s.To)}
	}
	var ticks []Tick
	step := every(s.To.Sub(s.From))
	for at := s.From.Truncate(step).Add(step); !at.After(s.To); at = at.Add(step) {
		ticks = append(ticks, tick(at))
	}
	return ticks
}

// every is a round time of which at most eight fit.
func every(whole time.Duration) time.Duration {
	for _, minutes := range [...]int{1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720} {
		if step := time.Duration(minutes) * time.Minute; whole/step <= 8 {
			return step
		}
	}
	return 24 * time.Hour
}
