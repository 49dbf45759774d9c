package classify

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// dated gives a length to what a note says by the calendar, as "since Monday" or
// "seit gestern 8 Uhr": the note's own time is known here. A day without an hour
// counts days from date to date, as people do: yesterday is 24 h. Hours are read in
// the zone that the note's time is in.
func dated(r *score.Reading, at time.Time) {
	if at.IsZero() || r.Lasting.Known && r.Silent.Known {
		return
	}
	for _, c := range r.Claims {
		if c.Polarity == text.Supposed {
			continue
		}
		into := &r.Lasting
		if slices.ContainsFunc(c.Means, func(m text.Meaning) bool { return m.String() == "silence" }) {
			into = &r.Silent
		}
		if into.Known {
			continue
		}
		if h, ok := hoursSince(c.Words, at); ok {
			span := into.Span
			if into.AtLeast == 0 {
				span = c.Span
			}
			*into = text.Lasting{Known: true, Hours: h, AtLeast: h, Span: span}
		}
	}
}

// hoursSince reads the first "since" of the words that names a day or an hour.
func hoursSince(words []text.Word, at time.Time) (float64, bool) {
	for i := range words {
		if words[i].Fold != "since" && words[i].Fold != "seit" {
			continue
		}
		if from, ok := begin(words[i+1:min(len(words), i+8)], at); ok && from.Before(at) {
			return math.Round(at.Sub(from).Hours()*100) / 100, true
		}
	}
	return 0, false
}

// begin reads a day and a time of day: "Monday 8 am", "gestern um 8 Uhr", "08:15".
func begin(words []text.Word, at time.Time) (time.Time, bool) {
	days, day, clock := 0, false, -1
	for i, w := range words {
		if back, ok := daysBack(w.Fold, at); ok && !day {
			if day, days = true, back; w.Fold == "yesterday" && i > 1 && words[i-1].Fold == "before" {
				days++
			}
			continue
		}
		if minutes, ok := timeOfDay(words, i); ok {
			clock = minutes
			break
		}
		if day && w.Kind == text.IsMark || !day && !isFiller(w.Fold) {
			break
		}
	}
	switch {
	case clock < 0 && (!day || days == 0):
		return time.Time{}, false
	case clock < 0:
		return at.AddDate(0, 0, -days), true
	}
	from := time.Date(at.Year(), at.Month(), at.Day()-days, 0, clock, 0, 0, at.Location())
	if !day && from.After(at) {
		from = from.AddDate(0, 0, -1)
	}
	return from, true
}

// isFiller says whether a day may follow the word.
func isFiller(w string) bool {
	switch w {
	case "last", "letzten", "letztem", "vergangenem", "vergangenen", "dem", "den", "the", "day", "before", "about", "around", "approximately", "at", "on",
		"ca", "etwa", "ungefaehr", "circa", "um", "gegen", "early", "late", "this", "morning", "heute", "frueh", "morgen", "kurz", "nach", "vor", "shortly", "after":
		return true
	}
	return false
}

var weekdays = map[string]time.Weekday{
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday,
	"saturday": time.Saturday, "sunday": time.Sunday, "montag": time.Monday, "dienstag": time.Tuesday, "mittwoch": time.Wednesday,
	"donnerstag": time.Thursday, "freitag": time.Friday, "samstag": time.Saturday, "sonnabend": time.Saturday, "sonntag": time.Sunday,
}

// daysBack is how many days before at the word's day lies. A weekday that is
// today's own says nothing: it may be today or a week ago.
func daysBack(w string, at time.Time) (int, bool) {
	switch w {
	case "today", "heute":
		return 0, true
	case "yesterday", "gestern":
		return 1, true
	case "vorgestern":
		return 2, true
	}
	for _, part := range []string{"morgen", "frueh", "mittag", "nachmittag", "abend", "vormittag"} {
		if d, ok := weekdays[strings.TrimSuffix(w, part)]; ok {
			w = strings.ToLower(d.String())
		}
	}
	d, ok := weekdays[w]
	back := (int(at.Weekday()) - int(d) + 7) % 7
	return back, ok && back > 0
}

// timeOfDay reads minutes after midnight at word i: "8 Uhr", "8:15", "9 am", "9pm", "14h".
func timeOfDay(words []text.Word, i int) (int, bool) {
	w := words[i].Fold
	next := ""
	if i+1 < len(words) {
		next = words[i+1].Fold
	}
	for _, unit := range []string{"uhr", "am", "pm", "h"} {
		if number, ok := strings.CutSuffix(w, unit); ok && number != "" {
			w, next = number, unit
		}
	}
	hour, minute, colon := strings.Cut(w, ":")
	if !colon {
		hour, minute, colon = strings.Cut(w, ".")
	}
	h, err := strconv.Atoi(hour)
	m := 0
	if err == nil && colon {
		m, err = strconv.Atoi(minute)
	}
	said := colon || next == "uhr" || next == "am" || next == "pm" || next == "o'clock" || next == "oclock" || next == "h"
	if err != nil || !said || h < 0 || h > 24 || m < 0 || m > 59 {
		return 0, false
	}
	if next == "pm" && h < 12 {
		h += 12
	}
	return h*60 + m, true
}
