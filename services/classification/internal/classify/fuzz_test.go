package classify

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzNote holds for any text: no panic, quotes that stand where they say, and
// the same answer twice.
func FuzzNote(f *testing.F) {
	for _, seed := range []string{
		"", "SSO is down, please escalate", "> quoted\nAm Montag schrieb Erika:\n> x", "<p>Niemand kommt rein</p>", "\xff\xfe\x00",
		"30 % of our 900 users can't log in", "zwischen 80 und 120 Personen", "a\u0308\u202eb &uuml; <blockquote><b", "seit anderthalb Wochen", "1,,2..3 of of of",
		"Dear team,\n\nFrom: a\nTo: b\nSubject: c\n\n--\nx",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, note string) {
		a := method.Note("n", note, Customer)
		for _, e := range a.Evidence {
			if e.Start < 0 || e.End > len(note) || e.Start >= e.End || note[e.Start:e.End] != e.Quote {
				t.Fatalf("evidence %+v does not stand in the note", e)
			}
			if utf8.ValidString(note) && !utf8.ValidString(e.Quote) {
				t.Fatalf("quote %q cuts a character", e.Quote)
			}
		}
		first, _ := json.Marshal(a)
		second, _ := json.Marshal(method.Note("n", note, Customer))
		if !bytes.Equal(first, second) {
			t.Fatal("the same note gives two assessments")
		}
	})
}

func TestHugeAndHostileNotesAreReadInBoundedTime(t *testing.T) {
	for name, note := range map[string]string{
		"five megabytes of words":      strings.Repeat("nobody can log in and ", 240_000),
		"five megabytes without space": strings.Repeat("x", 5<<20),
		"ten thousand quote levels":    strings.Repeat(">", 10_000) + " SSO is down\nplease escalate",
		"quote levels, line by line":   strings.Repeat("> > > > old words\n", 100_000),
		"ten thousand nested quotes":   strings.Repeat("<blockquote>", 10_000) + "x",
		"tags without end":             strings.Repeat("<p", 1<<20),
		"numbers":                      strings.Repeat("1 of 2 ", 100_000),
		"reply headers":                strings.Repeat("On Monday\n", 100_000),
		"commas":                       strings.Repeat("down,", 200_000),
		"invalid":                      strings.Repeat("\xff", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			method.Note("n", note, Customer)
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("took %v", took)
			} else {
				t.Log(took)
			}
		})
	}
}

func BenchmarkNote300Words(b *testing.B) {
	note := strings.Repeat(`Since this morning 240 of our employees in Bern and Basel cannot log in via SSO; they only see an error page after
 entering their password. We tried other browsers and cleared the cache without success. The reports of last week arrived as usual. `, 7) +
		"Please escalate this ticket, our compliance training has to be finished by Friday."
	b.ReportAllocs()
	for b.Loop() {
		method.Note("n", note, Customer)
	}
}

func BenchmarkNote300WordsGerman(b *testing.B) {
	note := strings.Repeat(`Seit heute früh können sich 240 unserer Mitarbeitenden in Bern und Basel nicht über SSO anmelden; nach Eingabe des Passworts
 erscheint nur eine Fehlerseite. Andere Browser haben wir erfolglos versucht. Die Berichte der letzten Woche kamen wie gewohnt an. `, 8) +
		"Bitte eskalieren Sie das Ticket, unsere Pflichtschulung muss bis Freitag abgeschlossen sein."
	b.ReportAllocs()
	for b.Loop() {
		method.Note("n", note, Customer)
	}
}
