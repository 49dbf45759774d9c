package ical

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"tocsin/services/notification/internal/route"
)

// names find a schedule's people by what calendars call them, in lower case.
type names map[string]string

func namesOf(people map[string]route.Person) names {
	all := names{}
	for _, name := range slices.Sorted(maps.Keys(people)) {
		for _, known := range append(people[name].KnownAs, name) {
			if key := plain(known); key != "" {
				all[key] = name
			}
		}
	}
	return all
}

// plain is a name in lower case with single blanks.
func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// meant is who an event means; why says why it means nobody of the schedule.
func (n names) meant(event *component) (person, why string) {
	var found, asked []string
	for _, a := range event.props["ATTENDEE"] {
		if strings.EqualFold(a.param("PARTSTAT"), "DECLINED") {
			continue
		}
		mail, cn := plain(a.value), plain(a.param("CN"))
		mail = strings.TrimPrefix(mail, "mailto:")
		asked = append(asked, mail)
		for _, key := range []string{mail, cn} {
			if p, is := n[key]; is {
				found = append(found, p)
				break
			}
		}
	}
	summary := ""
	if s := event.props["SUMMARY"]; len(s) > 0 {
		summary = s[0].value
	}
	if len(found) == 0 {
		found = n.in(summary)
	}
	slices.Sort(found)
	switch found = slices.Compact(found); {
	case len(found) == 1:
		return found[0], ""
	case len(found) > 1:
		return "", "it names " + strings.Join(found, " and ")
	case len(asked) > 0:
		return "", "nobody of the schedule is known as " + strings.Join(asked, " or ") + ", or stands in its summary"
	}
	return "", "nobody of the schedule stands in its summary"
}

// in are the people whose name stands in a text, in whole words. A name that is
// part of a longer one that stands there does not count.
func (n names) in(text string) (found []string) {
	text = words(text)
	keys := slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, key := range keys {
		if word := words(key); word != "  " && strings.Contains(text, word) {
			found = append(found, n[key])
			text = strings.ReplaceAll(text, word, "  ")
		}
	}
	return found
}

// words are a text's in lower case, with a blank around each; addresses are one.
func words(text string) string {
	all := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-.@_'+", r)
	})
	for i := range all {
		all[i] = strings.Trim(all[i], "-.'")
	}
	return " " + strings.Join(all, " ") + " "
}
