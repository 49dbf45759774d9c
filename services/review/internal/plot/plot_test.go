package plot

import (
	"bytes"
	"flag"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func at(minutes float64) time.Time { return nine.Add(time.Duration(minutes * float64(time.Minute))) }

// words are the test's own.
func words() Words {
	return Words{
		ID: "p1", Title: "Log-ins at acme", About: "from 0 to 100 people", Threshold: "Threshold",
		Number: func(n uint64) string { return fmt.Sprint(n) },
		Clock:  func(t time.Time) string { return t.Format("15:04") },
	}
}

// climb is a value a minute, from and to, held from 100 on.
func climb(from, to float64, value func(minute float64) uint32) []Point {
	var points []Point
	for m := from; m <= to; m++ {
		v := value(m)
		points = append(points, Point{at(m), v, 100, v > 100})
	}
	return points
}

func svg(t testing.TB, p Plot) string {
	t.Helper()
	pages, err := Parse(template.New(""))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "plot", p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPictures(t *testing.T) {
	outage := climb(0, 59, func(m float64) uint32 { return uint32(2 * m) })
	for name, c := range map[string]struct {
		s Series
		f Frame
	}{
		"nothing": {Series{From: at(0), To: at(60), Gap: 150 * time.Second}, Frame{Width: 300, Height: 70}},
		"one":     {Series{From: at(0), To: at(60), Gap: 150 * time.Second, Points: []Point{{at(30), 80, 100, false}}}, Frame{Width: 300, Height: 70}},
		"outage":  {Series{From: at(0), To: at(60), Gap: 150 * time.Second, Points: outage}, Frame{Width: 300, Height: 70}},
		"large":   {Series{From: at(0), To: at(60), Gap: 150 * time.Second, Points: outage}, Frame{Width: 900, Height: 260, Large: true}},
		"blind": {Series{
			From: at(0), To: at(60), Gap: 150 * time.Second, Blind: []Span{{at(20), at(40)}, {From: at(57)}},
			Points: append(climb(0, 20, func(m float64) uint32 { return 60 + uint32(m) }), climb(40, 57, func(m float64) uint32 { return 70 + uint32(m) })...),
		}, Frame{Width: 900, Height: 260, Large: true}},
		"steps": {Series{
			From: at(0), To: at(60), Gap: time.Hour, Since: at(-10),
			Points: []Point{{at(1), 2, 2, true}, {at(10), 1, 2, false}, {at(20), 1, 3, false}, {at(50), 3, 3, true}},
		}, Frame{Width: 300, Height: 70}},
	} {
		got := svg(t, Draw(c.s, c.f, words()))
		file := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(kept) {
			t.Errorf("%s is drawn otherwise; look at it, and write it with -update if it is right:\n%s", file, got)
		}
	}
}

func TestALineIsBrokenWhereNothingIsKnown(t *testing.T) {
	s := Series{From: at(0), To: at(60), Gap: 150 * time.Second}
	s.Points = append(climb(0, 9, func(float64) uint32 { return 60 }), climb(11.5, 20, func(float64) uint32 { return 60 })...)
	if p := Draw(s, Frame{Width: 300, Height: 70}, words()); len(p.Lines) != 1 {
		t.Errorf("two and a half minutes break the line: %q", p.Lines)
	}
	s.Points = append(climb(0, 9, func(float64) uint32 { return 60 }), climb(11.6, 11.6, func(float64) uint32 { return 60 })...)
	if p := Draw(s, Frame{Width: 300, Height: 70}, words()); len(p.Lines) != 1 || len(p.Dots) != 1 {
		t.Errorf("more does not: %q %v", p.Lines, p.Dots)
	}
}

func TestWhatIsHeldIsShadedFromItsRaiseToItsEnd(t *testing.T) {
	s := Series{From: at(0), To: at(60), Points: []Point{{at(10), 120, 100, true}, {at(20), 130, 100, true}, {at(30), 70, 100, false}, {at(50), 120, 100, true}}}
	if got, want := fmt.Sprint(held(&s)), fmt.Sprint([]Span{{at(10), at(30)}, {at(50), at(60)}}); got != want {
		t.Errorf("held %s, want %s", got, want)
	}
	s.Since = at(45)
	if got := held(&s)[1].From; !got.Equal(at(45)) {
		t.Errorf("the last begins at %s, want when it was raised", got)
	}
}

func TestAllIsInsideThePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Point {
			return Point{at(rapid.Float64Range(-100, 200).Draw(t, "at")), rapid.Uint32().Draw(t, "value"), rapid.Uint32().Draw(t, "threshold"), rapid.Bool().Draw(t, "held")}
		})).Draw(t, "points")
		f := Frame{Width: 300, Height: 70, Large: rapid.Bool().Draw(t, "large")}
		s := Series{Points: points, From: at(0), To: at(rapid.Float64Range(0, 100).Draw(t, "to")), Blind: []Span{{From: at(rapid.Float64Range(-50, 150).Draw(t, "blind"))}}}
		c := canvasOf(&s, f)
		for _, p := range points {
			if x, y := c.x(p.At), c.y(uint64(p.Value)); x < c.left || x > c.right || y < c.top-1 || y > c.bottom {
				t.Fatalf("%v is drawn at %f, %f", p, x, y)
			}
		}
		if rows := c.rows(words()); f.Large && (len(rows) < 2 || len(rows) > 8) {
			t.Fatalf("%d lines up to %d", len(rows), c.most)
		}
		if out := fmt.Sprintf("%+v", Draw(s, f, words())); strings.Contains(out, "NaN") || strings.Contains(out, "Inf") {
			t.Fatal(out)
		}
	})
}
