package console

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/who"
)

// A lang is a language that the console speaks.
type lang string

const (
	english lang = "en"
	german  lang = "de"
)

// langCookie keeps the language that was chosen with ?lang=.
const langCookie = "tocsin_lang"

// langOf is the language of an answer: the one asked for, the one chosen
// before, what the browser prefers, or English.
func langOf(w http.ResponseWriter, r *http.Request) lang {
	if l := lang(r.URL.Query().Get("lang")); l == english || l == german {
		http.SetCookie(w, &http.Cookie{
			Name: langCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 60 * 60,
			HttpOnly: true, Secure: who.Secure(r), SameSite: http.SameSiteStrictMode,
		})
		return l
	}
	if c, err := r.Cookie(langCookie); err == nil && (c.Value == string(english) || c.Value == string(german)) {
		return lang(c.Value)
	}
	return preferred(r.Header.Get("Accept-Language"))
}

// preferred reads Accept-Language, such as "fr, de-AT;q=0.8, en;q=0.5".
func preferred(accept string) lang {
	type wish struct {
		lang   lang
		weight float64
	}
	wishes := []wish{{english, 0}}
	for _, part := range strings.Split(accept, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		weight := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			weight, _ = strconv.ParseFloat(q, 64)
		}
		if l := lang(base); l == english || l == german {
			wishes = append(wishes, wish{l, weight})
		}
	}
	return slices.MaxFunc(wishes, func(a, b wish) int { return cmp.Compare(a.weight, b.weight) }).lang
}

// T is the text under a key, for pages; an unknown key fails the page, and with
// it the tests.
func (l lang) T(key string, args ...any) (string, error) {
	text, ok := words[key]
	if !ok {
		return "", fmt.Errorf("no text %q", key)
	}
	format := text[0]
	if l == german {
		format = text[1]
	}
	if len(args) == 0 {
		return format, nil
	}
	return fmt.Sprintf(format, args...), nil
}

// say is T for code, which names only keys that are there.
func (l lang) say(key string, args ...any) string {
	text, err := l.T(key, args...)
	if err != nil {
		return key
	}
	return text
}

// Count is the text for so many things: the key with ".1" for one of them.
func (l lang) Count(key string, n int) string {
	if n == 1 {
		return l.say(key + ".1")
	}
	return l.say(key, l.Number(n))
}

// Word is the text for a value of an enumeration, or the value itself where it
// is one that the console does not know.
func (l lang) Word(kind string, value any) string {
	id := fmt.Sprint(value)
	if text, err := l.T(kind + "." + id); err == nil {
		return text
	}
	return id
}

// who names a person; who acted by a link is nobody that is known by name.
func (l lang) who(id string) string {
	if to, link := decide.ByLink(id); link {
		return l.say("who.link", to)
	}
	return id
}

// Number writes the digits of a whole number, not below zero, in groups: 12,345 or 12.345.
func (l lang) Number(n any) string {
	group := ","
	if l == german {
		group = "."
	}
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + group + digits[i:]
	}
	return digits
}

// span writes a duration as people say it; assets/time.js does the same.
func (l lang) span(d time.Duration) string {
	d = d.Abs()
	minutes := int(d / time.Minute)
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d %s", minutes, l.say("unit.minute"))
	case minutes < 24*60:
		return fmt.Sprintf("%d %s %02d %s", minutes/60, l.say("unit.hour"), minutes%60, l.say("unit.minute"))
	}
	return fmt.Sprintf("%d %s %d %s", minutes/(24*60), l.say("unit.day"), minutes/60%24, l.say("unit.hour"))
}

// A moment is a time as a page shows it; scripts put it into the reader's own
// time zone and keep its distance up to date.
type moment struct {
	L  lang
	At time.Time
	// Text is the time of day in UTC, with the date where it is not today.
	Text string
	// ISO is the time as machines read it.
	ISO string
	// Span is how far it is from now.
	Span string
	Past bool
	ago  time.Duration
}

// moment is nil for no time.
func (l lang) moment(at, now time.Time) *moment {
	if at.IsZero() {
		return nil
	}
	at, now = at.UTC(), now.UTC()
	format := "15:04"
	if at.Format(time.DateOnly) != now.Format(time.DateOnly) {
		if format = "2 Jan 15:04"; l == german {
			format = "2.1. 15:04"
		}
	}
	return &moment{L: l, At: at, ISO: at.Format(time.RFC3339), Text: at.Format(format) + " UTC", Span: l.span(at.Sub(now)), Past: at.Before(now), ago: now.Sub(at)}
}

// Recent is how far a time of this minute or the last is from now, in seconds;
// of others the span. assets/time.js does the same.
func (m moment) Recent() string {
	if m.ago < 0 || m.ago >= 2*time.Minute {
		return m.Span
	}
	return fmt.Sprintf("%d %s", m.ago/time.Second, m.L.say("unit.second"))
}

// Unix is the time in seconds.
func (m moment) Unix() int64 { return m.At.Unix() }
