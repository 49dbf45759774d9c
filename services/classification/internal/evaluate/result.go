package evaluate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/label"
)

// A Result is a labelled note and what a method said of it.
type Result struct {
	Note label.Note
	Said classify.Assessment
	// Confidence is how sure the recommendation is, from 0 to 1; nil where the
	// method does not say.
	Confidence *float64
}

func (r *Result) right() bool { return string(r.Said.Recommendation) == r.Note.Label.Recommendation }

func (r *Result) reasons() (labelled, said []policy.ReasonID) {
	return r.Note.Label.Reasons, r.Said.Reasons
}

func (r *Result) denials() (labelled, said []policy.GroundID) {
	return r.Note.Label.Denials, r.Said.Denials
}

func (r *Result) missing() (labelled, said []policy.MissingID) {
	if r.Said.Recommendation == classify.NeedsInfo {
		said = r.Said.Missing
	}
	return r.Note.Label.Missing, said
}

func (r *Result) users() (labelled, said *int) {
	return r.Note.Label.Facts.AffectedUsers, r.Said.Facts.AffectedUsers
}

func (r *Result) hours() (labelled, said *float64) {
	return r.Note.Label.Facts.DurationHours, r.Said.Facts.DurationHours
}

func (r *Result) environment() (labelled, said *string) {
	if env := string(r.Said.Facts.Environment); env != "" {
		said = &env
	}
	return r.Note.Label.Facts.Environment, said
}

// sameSet says whether two lists hold the same, in whatever order.
func sameSet[T ~string](labelled, said []T) bool {
	return len(labelled) == len(said) && len(without(labelled, said)) == 0 && len(without(said, labelled)) == 0
}

func without[T ~string](list, others []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(id T) bool { return slices.Contains(others, id) })
}

// same says whether two facts are equal; two that are unknown are.
func same[T comparable](labelled, said *T) bool {
	if labelled == nil || said == nil {
		return labelled == said
	}
	return *labelled == *said
}

// sameHours takes durations as equal that differ by less than half a minute:
// ten minutes are no finite number of hours.
func sameHours(labelled, said *float64) bool {
	if labelled == nil || said == nil {
		return labelled == said
	}
	return math.Abs(*labelled-*said) < 0.5/60
}

// differences says in what an assessment is not as the label says.
func (r *Result) differences() []string {
	l, said := &r.Note.Label, &r.Said
	var out []string
	differ := func(ok bool, what, labelled, said string) {
		if !ok {
			out = append(out, fmt.Sprintf("%s: %s expected, %s said", what, labelled, said))
		}
	}
	differ(l.Request == said.Request, "request", yes(l.Request), yes(said.Request))
	wantReasons, gotReasons := r.reasons()
	differ(sameSet(wantReasons, gotReasons), "reasons", list(wantReasons), list(gotReasons))
	wantDenials, gotDenials := r.denials()
	differ(sameSet(wantDenials, gotDenials), "denials", list(wantDenials), list(gotDenials))
	wantMissing, gotMissing := r.missing()
	differ(sameSet(wantMissing, gotMissing), "missing", list(wantMissing), list(gotMissing))
	differ(l.Facts.UrgencyGiven == said.Facts.UrgencyGiven, "urgency", yes(l.Facts.UrgencyGiven), yes(said.Facts.UrgencyGiven))
	differ(l.Facts.ReasonGiven == said.Facts.ReasonGiven, "reason given", yes(l.Facts.ReasonGiven), yes(said.Facts.ReasonGiven))
	wantUsers, gotUsers := r.users()
	differ(same(wantUsers, gotUsers), "affected users", fact(wantUsers, strconv.Itoa), fact(gotUsers, strconv.Itoa))
	wantHours, gotHours := r.hours()
	differ(sameHours(wantHours, gotHours), "hours", fact(wantHours, inHours), fact(gotHours, inHours))
	wantEnv, gotEnv := r.environment()
	differ(same(wantEnv, gotEnv), "environment", fact(wantEnv, strings.Clone), fact(gotEnv, strings.Clone))
	return out
}

func list[T ~string](ids []T) string {
	if len(ids) == 0 {
		return "none"
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func fact[T any](v *T, text func(T) string) string {
	if v == nil {
		return "unknown"
	}
	return text(*v)
}

func inHours(h float64) string { return strconv.FormatFloat(math.Round(h*100)/100, 'f', -1, 64) }
