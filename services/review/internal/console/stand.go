package console

import (
	"fmt"
	"strings"
	"time"

	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/plot"
)

// A stand is one condition as the board shows it.
type stand struct {
	L       lang
	ID      string // in the page
	Link    string
	Title   string
	Scope   string
	Shared  bool
	Subject string
	State   outlook.State

	Figure string // the value, against the threshold where it is below
	Limit  string // the threshold where it is reached
	More   string // what is missing, or since when
	Window string
	Since  *moment
	Heard  *moment
	At     *moment
	People string
	Tenant string // how many tenants are hit
	Case   string
	Plot   *plot.Plot
}

// The frames of pictures.
var (
	small = plot.Frame{Width: 320, Height: 76}
	large = plot.Frame{Width: 720, Height: 240, Large: true}
)

// apart is how far apart two values may be and still be joined by a line.
const apart = 150 * time.Second

func (c *Console) standOf(l lang, card *outlook.Card, now time.Time) stand {
	s := stand{
		L: l, Link: linkOf(card.Path), Title: c.Policy.Title(card.Reason, string(l)), Scope: card.Scope, Shared: shared(card.Scope),
		Subject: card.Subject, State: card.State,
		Since: l.moment(card.Since, now), Heard: l.moment(card.HeardAt, now), At: l.moment(card.At, now),
	}
	s.Figure, s.Limit = figureOf(l, card)
	if card.Window > 0 {
		s.Window = l.say("stand.window", l.window(card.Window))
	}
	if s.Shared {
		s.Scope = l.say("platform")
	}
	if card.State == outlook.Near {
		if s.More = l.say("stand.enough"); card.More > 0 {
			s.More = l.Count("stand.more", int(card.More))
		}
	}
	if card.State.Holds() || card.State == outlook.Near {
		if card.People > 0 && card.Counts != "people" {
			s.People = l.Count("people", int(card.People))
		}
		if card.Tenants > 1 || s.Shared && card.Tenants > 0 {
			s.Tenant = l.Count("tenants", int(card.Tenants))
		}
	}
	return s
}

// figureOf says the value against the threshold: "87 of 100 people", or, where
// it is reached, "143 people" and "threshold 100".
func figureOf(l lang, c *outlook.Card) (figure, limit string) {
	counts := c.Counts
	if _, err := l.T("of." + counts); err != nil {
		counts = ""
	}
	if c.Value < c.Threshold {
		return l.say("of."+counts, l.Number(c.Value), l.Number(c.Threshold)), ""
	}
	return l.Count("counts."+counts, int(c.Value)), l.say("stand.threshold", l.Number(c.Threshold))
}

// window writes a window: "60 min", "24 h", "7 d".
func (l lang) window(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0 && d > 48*time.Hour:
		return fmt.Sprintf("%d %s", d/(24*time.Hour), l.say("unit.day"))
	case d%time.Hour == 0 && d > time.Hour:
		return fmt.Sprintf("%d %s", d/time.Hour, l.say("unit.hour"))
	}
	return fmt.Sprintf("%d %s", d/time.Minute, l.say("unit.minute"))
}

// linkOf is the address of a condition's page.
func linkOf(path string) string { return "/conditions/" + strings.TrimSuffix(path, "/_") }

// reach is how far back pictures go that end now: the smallest round time that
// holds all values.
func reach(shown []outlook.Card, now time.Time, f plot.Frame) time.Time {
	oldest := now
	for i := range shown {
		for _, p := range drawn(&shown[i]) {
			if p.At.Before(oldest) {
				oldest = p.At
			}
		}
	}
	most := 3 * time.Hour
	if f.Large {
		most = 48 * time.Hour
	}
	for _, back := range [...]time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour} {
		if back >= most || now.Sub(oldest) <= back {
			return now.Add(-back)
		}
	}
	return now.Add(-most)
}

// drawn are the points of what is counted now: a rule may have several measures.
func drawn(c *outlook.Card) []outlook.Point {
	var points []outlook.Point
	for _, p := range c.Points {
		if p.Window == c.Window {
			points = append(points, p)
		}
	}
	return points
}

// draw draws the value over time.
func (s *stand) draw(c *outlook.Card, from, to time.Time, f plot.Frame) {
	l := s.L
	series := plot.Series{From: from, To: to, Gap: apart}
	for _, p := range drawn(c) {
		if !p.At.Before(from) {
			series.Points = append(series.Points, plot.Point{At: p.At, Value: p.Value, Threshold: p.Threshold, Held: p.State.Holds()})
		}
	}
	for _, b := range c.Blind {
		series.Blind = append(series.Blind, plot.Span(b))
	}
	if c.State.Holds() {
		series.Since = c.Since
	}
	p := plot.Draw(series, f, plot.Words{
		ID: s.ID, Title: l.say("plot.title") + ": " + s.Title + ", " + s.Scope, About: aboutOf(l, &series), Threshold: l.say("plot.threshold"),
		Number: func(n uint64) string { return l.Number(n) }, Clock: func(t time.Time) string { return t.UTC().Format("15:04") },
	})
	s.Plot = &p
}

// aboutOf says what a picture shows to those who do not see it.
func aboutOf(l lang, s *plot.Series) string {
	if len(s.Points) == 0 {
		return l.say("plot.none")
	}
	low, high, last := s.Points[0].Value, uint32(0), s.Points[len(s.Points)-1]
	for _, p := range s.Points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	clock := func(t time.Time) string { return t.UTC().Format("15:04") + " UTC" }
	text := l.say("plot.about", clock(s.Points[0].At), clock(last.At), l.Number(low), l.Number(high), l.Number(last.Value), l.Number(last.Threshold))
	if last.Held {
		text += " " + l.say("plot.held")
	}
	return text
}
