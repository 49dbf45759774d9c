package evaluate

import (
	"cmp"
	"maps"
	"slices"

	"tocsin/pkg/policy"
)

// A SliceGroup divides the notes by one of their properties.
type SliceGroup struct {
	By     string  `json:"by"`
	Slices []Slice `json:"slices"`
}

// A Slice is the figures of some of the notes. A reason of which a slice has
// no note does not count in its macro-F1.
type Slice struct {
	Value          string   `json:"value"` // empty: the note does not say
	Notes          int      `json:"notes"`
	Recommendation Share    `json:"recommendation"`
	Request        Score    `json:"request"`
	ReasonsExact   Share    `json:"reasons_exact"`
	ReasonsMacroF1 *float64 `json:"reasons_macro_f1"`
}

func slicesOf(ids []policy.ReasonID, results []Result) []SliceGroup {
	var out []SliceGroup
	reasons := sampled(ids, results)
	for _, by := range []struct {
		name string
		of   func(*Result) string
	}{
		{"language", func(r *Result) string { return r.Note.Label.Language }},
		{"difficulty", func(r *Result) string { return r.Note.Difficulty }},
		{"author kind", func(r *Result) string { return r.Note.AuthorKind }},
		{"writer", func(r *Result) string { return r.Note.Writer }},
	} {
		if g := sliced(by.name, reasons, results, by.of); len(g.Slices) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// sliced is empty where no note has the property.
func sliced(name string, reasons sample, results []Result, of func(*Result) string) SliceGroup {
	all, tallies := map[string]*Slice{}, map[string]tally{}
	for i := range results {
		r := &results[i]
		value := of(r)
		s := all[value]
		if s == nil {
			s = &Slice{Value: value, Request: Score{ID: "is_escalation_request"}}
			all[value], tallies[value] = s, reasons.tally()
		}
		s.Notes++
		s.Recommendation.add(r.right())
		s.Request.add(r.Note.Label.Request, r.Said.Request)
		s.ReasonsExact.add(sameSet(r.reasons()))
		tallies[value].add(reasons.rows[i])
	}
	g := SliceGroup{By: name}
	if len(all) == 1 && all[""] != nil {
		return g
	}
	for _, value := range slices.SortedFunc(maps.Keys(all), cmp.Compare[string]) {
		all[value].ReasonsMacroF1 = Number(macro(tallies[value]))
		g.Slices = append(g.Slices, *all[value])
	}
	return g
}
