package show

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"tocsin/services/classification/internal/evaluate"
)

const dash = "–"

// figure is a value from 0 to 1 with three digits.
func figure(v float64) string {
	if math.IsNaN(v) {
		return dash
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

func pointed(v *float64) string {
	if v == nil {
		return dash
	}
	return figure(*v)
}

func value(s evaluate.Share) string { return figure(s.Value()) }

func interval(in evaluate.Interval) string { return fmt.Sprintf("%.2f to %.2f", in.Low, in.High) }

// spread is the interval of a share, or a dash where there is none.
func spread(s evaluate.Share) string {
	if s.Of == 0 {
		return dash
	}
	return interval(s.Interval())
}

func ofAll(s evaluate.Share) string { return fmt.Sprintf("%d of %d", s.Right, s.Of) }

// orNone is an id, or the word for none.
func orNone[T ~string](id T) string {
	if id == "" {
		return "(none)"
	}
	return string(id)
}

// clean makes what others wrote safe for a terminal: one line, no control
// characters and none that turn the direction of the text.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// outcome is a recommendation with its reasons.
func outcome(o evaluate.Outcome) string {
	if len(o.Reasons) == 0 {
		return o.Recommendation
	}
	ids := make([]string, len(o.Reasons))
	for i, id := range o.Reasons {
		ids[i] = string(id)
	}
	return o.Recommendation + " (" + strings.Join(ids, ", ") + ")"
}

// head is the line that says who wrote a note, and what makes it hard.
func head(m evaluate.Mistake) string {
	var parts []string
	for _, part := range []string{m.Writer, strings.ToLower(m.AuthorKind), m.Language, m.Difficulty, m.Why} {
		if part != "" {
			parts = append(parts, clean(part))
		}
	}
	return strings.Join(parts, ", ")
}
