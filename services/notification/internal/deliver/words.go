package deliver

import (
	"embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"text/template"
	"time"
)

// The words stand in templates/<language>/<audience>.tmpl, each message as
// "<kind>.title" and "<kind>.body"; "colleague" is the CSM and the agent.
//
//go:embed templates
var templates embed.FS

// parsed reads a language's templates once.
var parsed = map[string]func() (map[string]*template.Template, error){
	"en": sync.OnceValues(func() (map[string]*template.Template, error) { return parse("en") }),
	"de": sync.OnceValues(func() (map[string]*template.Template, error) { return parse("de") }),
}

func parse(lang string) (map[string]*template.Template, error) {
	functions := template.FuncMap{
		"count": func(n uint32, one, many string) string { return count(n, one, many, lang) },
		"when":  func(t time.Time) string { return when(t, lang) },
		"span":  func(d time.Duration) string { return span(d, lang) },
	}
	byAudience := map[string]*template.Template{}
	for _, audience := range []string{Leadership, Requester, "colleague"} {
		t, err := template.New(audience).Funcs(functions).Option("missingkey=error").
			ParseFS(templates, "templates/"+lang+"/"+audience+".tmpl")
		if err != nil {
			return nil, fmt.Errorf("read the words for %s in %s: %w", audience, lang, err)
		}
		byAudience[audience] = t
	}
	return byAudience, nil
}

// words renders the title and the body of a message.
func words(v view) (title, body string, err error) {
	byAudience, err := parsed[v.Language]()
	if err != nil {
		return "", "", err
	}
	audience := v.Audience
	if audience == CSM || audience == Agent {
		audience = "colleague"
	}
	render := func(name string) string {
		var b strings.Builder
		if e := byAudience[audience].ExecuteTemplate(&b, name, v); e != nil && err == nil {
			err = fmt.Errorf("words for %s in %s: %w", name, v.Language, e)
		}
		return b.String()
	}
	title = strings.Join(strings.Fields(render(string(v.Kind)+".title")), " ")
	body = strings.TrimSpace(gaps.ReplaceAllString(render(string(v.Kind)+".body"), "\n\n"))
	return title, body, err
}

// gaps are what templates leave where a paragraph has nothing to say.
var gaps = regexp.MustCompile(`\n[ \t]*\n[ \t\n]*`)

// count is a number with its noun, as "1,200 people" or "1.200 Personen".
func count(n uint32, one, many, lang string) string {
	noun := many
	if n == 1 {
		noun = one
	}
	mark := ","
	if lang == "de" {
		mark = "."
	}
	digits := strconv.FormatUint(uint64(n), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits + " " + noun
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
	if d%time.Hour == 0 && d > time.Hour {
		n, one, many, eine, viele = d.Hours(), "hour", "hours", "Stunde", "Stunden"
	}
	if lang == "de" {
		one, many = eine, viele
	}
	return count(uint32(n), one, many, lang)
}
