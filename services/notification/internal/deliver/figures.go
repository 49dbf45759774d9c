package deliver

import (
	"fmt"
	"text/template"
	"time"

	"golang.org/x/text/feature/plural"
	xlanguage "golang.org/x/text/language"
	"golang.org/x/text/message"
)

// functions are what templates may call.
func functions(lang string) template.FuncMap {
	return template.FuncMap{
		"count": func(n uint32, one, many string) string { return count(n, one, many, lang) },
		"when":  func(t time.Time) string { return when(t, lang) },
		"span":  func(d time.Duration) string { return span(d, lang) },
		// length is how long something took, never one of a unit; lengthOf is its dative.
		"length":   func(d time.Duration) string { return length(d, lang, "Tage") },
		"lengthOf": func(d time.Duration) string { return length(d, lang, "Tagen") },
	}
}

// count is a number with its noun, as "1,200 people" or "1.200 Personen".
func count(n uint32, one, many, lang string) string {
	tag := xlanguage.English
	if lang == "de" {
		tag = xlanguage.German
	}
	noun := many
	if plural.Cardinal.MatchPlural(tag, int(n), 0, 0, 0, 0) == plural.One {
		noun = one
	}
	return message.NewPrinter(tag).Sprintf("%d %s", n, noun)
}

var (
	tage   = [...]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
	monate = [...]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
)

// when is a time for people, in UTC and saying so: nobody knows their zone.
func when(t time.Time, lang string) string {
	t = t.UTC()
	if lang == "de" {
		return fmt.Sprintf("%s, %d. %s %d, %s Uhr (UTC)", tage[t.Weekday()], t.Day(), monate[t.Month()-1], t.Year(), t.Format("15:04"))
	}
	return t.Format("Monday, 2 January 2006, 15:04") + " UTC"
}

// span is a window's length in the largest unit that fits it.
func span(d time.Duration, lang string) string {
	n, one, many, eine, viele := d.Minutes(), "minute", "minutes", "Minute", "Minuten"
	switch {
	case d%time.Hour == 0 && d > time.Hour:
		n, one, many, eine, viele = d.Hours(), "hour", "hours", "Stunde", "Stunden"
	case d < time.Minute:
		n, one, many, eine, viele = d.Seconds(), "second", "seconds", "Sekunde", "Sekunden"
	}
	if lang == "de" {
		one, many = eine, viele
	}
	return count(uint32(n), one, many, lang)
}

// length is a time in the largest unit of which there are two at least, cut.
func length(d time.Duration, lang, days string) string {
	for _, u := range []struct {
		of       time.Duration
		en, name string
	}{{24 * time.Hour, "days", days}, {time.Hour, "hours", "Stunden"}, {time.Minute, "minutes", "Minuten"}, {time.Second, "seconds", "Sekunden"}} {
		if d >= 2*u.of || u.of == time.Second {
			name := u.en
			if lang == "de" {
				name = u.name
			}
			return count(uint32(d/u.of), name, name, lang) //nolint:gosec // seconds of two minutes at most
		}
	}
	return ""
}
