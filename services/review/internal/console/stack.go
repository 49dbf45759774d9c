package console

import (
	"time"
)

// Stacks are bars, one a day, each of the attempts of that day by how they went.
type stacks struct {
	L     lang
	Label string // says the same in words
	Days  []stack
	From  string // the first day
	Most  string // what the highest bar stands for
	Keys  []option
}

// A stack is one day's bar.
type stack struct {
	X     int
	Title string
	Parts []part
}

// A part of a bar is as high as its share.
type part struct {
	Kind string
	Y, H float64
}

// The picture's measures; the template's viewBox says the same.
const (
	dayWide   = 40
	stackHigh = 70.0
)

// fates are the outcomes of attempts, from the bottom of a bar up.
func fates() []string { return []string{"sent", "failed", "parked"} }

// stacksOf draws the days from the first on; nil where nothing was tried.
func stacksOf(l lang, first time.Time, days []map[string]int) *stacks {
	total, most := map[string]int{}, 0
	for _, day := range days {
		all := 0
		for _, fate := range fates() {
			total[fate] += day[fate]
			all += day[fate]
		}
		most = max(most, all)
	}
	if most == 0 {
		return nil
	}
	s := &stacks{L: l, Most: l.Number(most), From: dayOf(l, first), Label: l.say("stacks.label", l.Number(len(days)), l.fates(total))}
	for _, fate := range fates() {
		s.Keys = append(s.Keys, option{ID: fate, Title: l.Word("outcome", fate)})
	}
	for i, day := range days {
		bar := stack{X: i*dayWide + 3, Title: dayOf(l, first.AddDate(0, 0, i)) + ": " + l.fates(day)}
		y := stackHigh
		for _, fate := range fates() {
			if day[fate] == 0 {
				continue
			}
			h := max(stackHigh*float64(day[fate])/float64(most), 2) // the least is still seen
			y -= h
			bar.Parts = append(bar.Parts, part{fate, y, h})
		}
		s.Days = append(s.Days, bar)
	}
	return s
}

// fates says how many attempts went which way.
func (l lang) fates(n map[string]int) string {
	text := ""
	for _, fate := range fates() {
		if text != "" {
			text += ", "
		}
		text += l.Number(n[fate]) + " " + l.Word("outcome", fate)
	}
	return text
}

// dayOf is a day as people write it.
func dayOf(l lang, at time.Time) string {
	if l == german {
		return at.Format("2.1.")
	}
	return at.Format("2 Jan")
}
