package text

import (
	"reflect"
	"strings"
	"testing"
)

// hostile are notes that nobody writes by hand.
var hostile = map[string]string{
	"empty":                        "",
	"blank":                        " \n\t\r\n \u00a0",
	"five megabytes of words":      strings.Repeat("nobody can log in and ", 240_000),
	"five megabytes without space": strings.Repeat("x", 5<<20),
	"five megabytes of new words":  newWords(5 << 20),
	"binary":                       binary(1 << 20),
	"invalid UTF-8":                strings.Repeat("\xff\xc3", 1<<19),
	"right to left":                strings.Repeat("لا أحد يستطيع تسجيل الدخول ", 10_000),
	"turned around":                "SSO \u202eis down\u202c please \u2067escalate\u2069",
	"zero width":                   strings.Repeat("S\u200bS\u200dO is do\u2060wn. ", 20_000),
	"combining marks":              strings.Repeat("a\u0308\u0301\u0301", 200_000),
	"ten thousand quote levels":    strings.Repeat(">", 10_000) + " SSO is down\nplease escalate",
	"ten thousand quoted lines":    quoted(10_000),
	"ten thousand nested quotes":   strings.Repeat("<blockquote>", 10_000) + "x",
	"tags without end":             strings.Repeat("<p", 1<<19),
	"reply headers":                strings.Repeat("On Monday\n", 100_000),
	"addresses":                    strings.Repeat("a@a", 300_000),
	"numbers":                      strings.Repeat("1 of 2 ", 100_000),
	"people":                       strings.Repeat("5 users down, ", 50_000),
	"lengths of time":              strings.Repeat("for 2 days ", 50_000),
	"commas":                       strings.Repeat("down,", 200_000),
	"negations":                    strings.Repeat("nicht kein nobody ", 50_000),
	"gaps":                         strings.Repeat("kann lets ", 100_000),
	"hyphens":                      "lets" + strings.Repeat("-", 500_000),
	"ignored phrases":              strings.Repeat("bug report ", 100_000),
	"typos":                        strings.Repeat("unavialable ", 100_000),
	"launches":                     strings.Repeat("if the launch, ", 50_000),
	"back and forth":               strings.Repeat("SSO is down. It works again. ", 30_000),
	"one compound":                 strings.Repeat("datenleckangriff", 60_000),
}

func newWords(size int) string {
	var b strings.Builder
	for i := uint32(1); b.Len() < size; i = i*1664525 + 1013904223 {
		for k := i; k > 0; k /= 26 {
			b.WriteByte(byte('a' + k%26))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func binary(size int) string {
	b := make([]byte, size)
	for i, x := 0, uint32(1); i < size; i, x = i+1, x*1664525+1013904223 {
		b[i] = byte(x >> 24)
	}
	return string(b)
}

func quoted(lines int) string {
	var b strings.Builder
	for i := range lines {
		b.WriteString(strings.Repeat("> ", min(i+1, 50)) + "old words\n")
	}
	return b.String() + "please escalate"
}

// How much work a byte of a note may make, whatever stands in it.
const (
	stepsPerToken = 100
	hitsPerToken  = 12
)

func TestHostileNotesAreReadWithBoundedWork(t *testing.T) {
	for name, note := range hostile {
		t.Run(name, func(t *testing.T) {
			d := reader{marker: marker{vocabulary: shipped()}}
			r := d.read(note, "")
			if len(r.Body.Text) > MaxBody || len(d.tokens) > MaxBody {
				t.Errorf("%d bytes and %d tokens are read", len(r.Body.Text), len(d.tokens))
			}
			if d.steps > stepsPerToken*(len(d.tokens)+1) || len(d.hits) > hitsPerToken*(len(d.tokens)+1) || len(d.list) > len(d.tokens) {
				t.Errorf("%d steps, %d hits and %d clauses for %d tokens", d.steps, len(d.hits), len(d.list), len(d.tokens))
			}
			standsInside(t, note, &r)
		})
	}
}

// standsInside says whether every span of the reading lies in the note.
func standsInside(t *testing.T, note string, r *Reading) {
	t.Helper()
	spans := []Span{r.Ask.Span, r.Count.Span, r.Lasting.Span, r.Silent.Span, r.PlaceAt, r.Urgency.Span, r.WorkedOn.Span, r.Awaited.Span, r.OwnIDP.Span}
	for _, f := range r.Findings {
		spans = append(spans, f.Span)
	}
	for _, c := range r.Claims {
		spans = append(spans, c.Span)
	}
	for _, c := range r.Body.Cuts {
		spans = append(spans, c.Span)
	}
	for _, s := range spans {
		if s.Start < 0 || s.End < s.Start || s.End > len(note) {
			t.Fatalf("%v does not stand in a note of %d bytes", s, len(note))
		}
	}
}

func TestWhatCannotBeReadStatesNothing(t *testing.T) {
	for _, name := range []string{"empty", "blank", "right to left", "invalid UTF-8", "combining marks", "five megabytes without space"} {
		r := shipped().Read(hostile[name], "")
		if len(r.Findings) > 0 || r.Ask.Asked || r.Count.Known || r.Urgency.Given {
			t.Errorf("%s: found %v, asked %v, %v people", name, r.Findings, r.Ask.Asked, r.Count)
		}
	}
	for _, name := range []string{"turned around", "zero width"} {
		if r := shipped().Read(hostile[name], ""); len(r.Findings) == 0 || r.Findings[0].Topic != TopicSSO {
			t.Errorf("%s: found %v, want SSO", name, r.Findings)
		}
	}
}

func TestAReaderForgetsTheNoteBefore(t *testing.T) {
	v := shipped()
	notes := []string{
		"SSO is down for 240 users since 3 hours, please escalate.", "Seit gestern sind alle Berichte leer.", "", "Danke!",
		"unavialable pathwys, plese escalte", hostile["typos"], "Nobody can loign.",
	}
	var first []Reading
	for _, n := range notes {
		d := reader{marker: marker{vocabulary: v}}
		first = append(first, d.read(n, ""))
	}
	for i := range 3 * len(notes) {
		k := i * 5 % len(notes)
		if got := v.Read(notes[k], ""); !reflect.DeepEqual(got, first[k]) {
			t.Fatalf("%q reads otherwise after other notes", notes[k])
		}
	}
}

// FuzzRead holds for any text: no panic, spans inside, bounded work.
func FuzzRead(f *testing.F) {
	for _, note := range hostile {
		f.Add(note[:min(len(note), 400)])
	}
	f.Fuzz(func(t *testing.T, note string) {
		d := reader{marker: marker{vocabulary: shipped()}}
		r := d.read(note, "")
		if d.steps > stepsPerToken*(len(d.tokens)+1) || len(d.hits) > hitsPerToken*(len(d.tokens)+1) {
			t.Fatalf("%d steps and %d hits for %d tokens", d.steps, len(d.hits), len(d.tokens))
		}
		standsInside(t, note, &r)
	})
}
