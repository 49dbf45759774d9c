package evaluate

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"tocsin/services/classification/internal/classify"
)

// How much of a note is shown.
const (
	whole  = 700 // bytes of a note that is shown as it is
	around = 120 // bytes shown on either side of a quote
	places = 8   // places of a note that is not shown whole
)

// A Piece is a part of a note: plain, evidence, or where something was left out.
type Piece struct {
	Text string `json:"text"`
	Mark bool   `json:"mark,omitempty"` // it is quoted as evidence
	Gap  bool   `json:"gap,omitempty"`  // something was left out before it
}

type span struct{ start, end int }

// Excerpt cuts a note into pieces with the evidence marked, and leaves out of a
// long one what is far from any evidence. Without any it shows the beginning.
func Excerpt(text string, evidence []classify.Evidence) []Piece {
	marks := marked(text, evidence)
	shown := []span{{0, len(text)}}
	if len(text) > whole {
		shown = near(text, marks)
	}
	var out []Piece
	for i, s := range shown {
		gap := i > 0 || s.start > 0
		add := func(from, to int, mark bool) {
			if from < to {
				out = append(out, Piece{text[from:to], mark, gap})
				gap = false
			}
		}
		at := s.start
		for _, m := range marks {
			if m.end <= s.start || m.start >= s.end {
				continue
			}
			add(at, m.start, false)
			add(m.start, m.end, true)
			at = m.end
		}
		add(at, s.end, false)
	}
	if n := len(shown); n > 0 && shown[n-1].end < len(text) {
		out = append(out, Piece{Gap: true})
	}
	return out
}

// marked are the places of the evidence, in order, those that touch as one.
func marked(text string, evidence []classify.Evidence) []span {
	var all []span
	for _, e := range evidence {
		if 0 <= e.Start && e.Start < e.End && e.End <= len(text) {
			all = append(all, span{e.Start, e.End})
		}
	}
	return joined(all)
}

// near are the places around marks, in order, those that touch as one.
func near(text string, marks []span) []span {
	if len(marks) == 0 {
		return []span{{0, whole - runeRest(text, whole)}}
	}
	all := make([]span, len(marks))
	for i, m := range marks {
		start, end := max(m.start-around, 0), min(m.end+around, len(text))
		all[i] = span{start - runeRest(text, start), end - runeRest(text, end)}
	}
	all = joined(all)
	return all[:min(places, len(all))]
}

// runeRest is how many bytes at is behind the beginning of a character.
func runeRest(text string, at int) int {
	n := 0
	for n < utf8.UTFMax-1 && 0 < at-n && at-n < len(text) && !utf8.RuneStart(text[at-n]) {
		n++
	}
	return n
}

func joined(all []span) []span {
	slices.SortFunc(all, func(a, b span) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	var out []span
	for _, s := range all {
		if n := len(out); n > 0 && s.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, s.end)
			continue
		}
		out = append(out, s)
	}
	return out
}
