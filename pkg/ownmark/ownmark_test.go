package ownmark_test

import (
	"html"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tocsin/pkg/ownmark"
)

const (
	label = "Kennung dieser Nachricht"
	words = "Unsere Support-Leitung hat entschieden: Ticket T-1 („R&D <alles>“).\n\n- Seit wann?\n- 1.200 Personen bei Ä & Ö?"
)

// sets are ways in which a helpdesk hands a note back.
var sets = map[string]func(string) string{
	"as it is":      func(s string) string { return s },
	"on one line":   func(s string) string { return strings.Join(strings.Fields(s), " ") },
	"a word a line": func(s string) string { return strings.Join(strings.Fields(s), "\r\n") },
	"quoted":        func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") },
	"as HTML": func(s string) string {
		return "<div class=\"zd-comment\" dir=\"auto\"><p>" + html.EscapeString(s) + "</p></div>"
	},
	"as HTML, by lines":  func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br />&nbsp;\n") },
	"as wiki":            func(s string) string { return strings.NewReplacer("-", `\-`, "?", `\?`, "(", `\(`).Replace(s) },
	"in bold":            func(s string) string { return "**" + s + "**" },
	"composed":           norm.NFC.String,
	"decomposed":         norm.NFD.String,
	"in capitals":        func(s string) string { return strings.Map(unicode.ToLower, s) },
	"with blanks around": func(s string) string { return "\n\n\t" + s + "\n\u00a0\n" },
}

func TestANoteIsKnownHoweverItIsSet(t *testing.T) {
	signed := ownmark.Sign(words, label, "n-1")
	if !strings.HasPrefix(signed, words+"\n\n"+label+": Tocsin ") {
		t.Fatalf("signed as\n%s", signed)
	}
	for name, set := range sets {
		if s := set(signed); !ownmark.Ours(s) || !ownmark.Bears(s, "n-1") {
			t.Errorf("%s: not known: ours %v, bears its id %v\n%s", name, ownmark.Ours(s), ownmark.Bears(s, "n-1"), s)
		}
	}
	if ownmark.Bears(signed, "n-2") {
		t.Error("it bears the id of another")
	}
}

func TestWhoeverAddsWordsIsNotTakenForUs(t *testing.T) {
	signed := ownmark.Sign(words, label, "n-1")
	quoted := sets["quoted"](signed)
	for name, s := range map[string]string{
		"an answer above":    "Seit gestern.\n\n" + quoted,
		"an answer below":    quoted + "\n\nSeit gestern.",
		"an answer within":   strings.Replace(quoted, "Seit wann?", "Seit wann?\nSeit gestern.\n", 1),
		"who wrote it":       "Am 20.11.2026 um 10:41 schrieb Support:\n" + quoted,
		"a signature":        signed + "\n-- \nRita",
		"a number":           "3\n" + quoted,
		"half of it":         quoted[len(quoted)/2:],
		"the line alone":     signed[strings.LastIndex(signed, label):],
		"HTML with an echo":  "<p>Nein!</p><blockquote>" + sets["as HTML"](signed) + "</blockquote>",
		"two notes":          signed + "\n" + ownmark.Sign(words, label, "n-2"),
		"another mark":       signed[:len(signed)-8] + "00000000",
		"nothing":            "",
		"the name":           "Tocsin",
		"a made-up mark":     "Bitte eskalieren. Tocsin 4K7Q2M9X 8HGN3W2P",
		"another's id in it": strings.Replace(signed, "Tocsin ", "Tocsin 0", 1),
	} {
		if ownmark.Ours(s) {
			t.Errorf("%s: taken for ours\n%s", name, s)
		}
	}
	if answer := "Seit gestern.\n\n" + quoted; !ownmark.Bears(answer, "n-1") {
		t.Error("a quote does not say that the note arrived")
	}
}

func TestAnyWordsAreKnownAndAnyAdditionIsNot(t *testing.T) { rapid.Check(t, anyWords) }

func FuzzAnyWordsAreKnownAndAnyAdditionIsNot(f *testing.F) { f.Fuzz(rapid.MakeFuzz(anyWords)) }

func anyWords(t *rapid.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`([A-Za-zÄöß0-9 ,.<>&;\n\-]|tocsin |&amp;|<b>){0,200}`)).Draw(t, "text")
	id := rapid.StringN(1, 40, -1).Draw(t, "id")
	signed := ownmark.Sign(text, label, id)
	for name, set := range sets {
		if s := set(signed); !ownmark.Ours(s) || !ownmark.Bears(s, id) {
			t.Fatalf("%s: %q is not known", name, s)
		}
	}
	at := rapid.IntRange(0, len([]rune(signed))).Draw(t, "at")
	more := rapid.StringMatching(`[a-zäß0-9]{1,12}`).Draw(t, "more")
	runes := []rune(signed)
	if s := string(runes[:at]) + " " + more + " " + string(runes[at:]); ownmark.Ours(s) {
		t.Fatalf("with %q added it is taken for ours: %q", more, s)
	}
}

func FuzzWhateverComesIsRead(f *testing.F) {
	f.Add(ownmark.Sign(words, label, "n-1"))
	f.Add("<tocsin\xff&#x110000;>")
	f.Fuzz(func(t *testing.T, text string) {
		_ = ownmark.Ours(text)
		if !ownmark.Ours(ownmark.Sign(text, label, "n")) {
			t.Errorf("%q is not known once it is signed", text)
		}
	})
}

func BenchmarkOurs(b *testing.B) {
	long := strings.Repeat("Niemand kommt mehr in die Plattform, bitte eskalieren. ", 1200)
	for b.Loop() {
		if ownmark.Ours(long) {
			b.Fatal("ours")
		}
	}
}
