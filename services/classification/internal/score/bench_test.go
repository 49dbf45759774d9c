package score

import (
	"strings"
	"testing"

	"tocsin/services/classification/internal/text"
)

// long are readings of notes of 300 words and more in one language: labelled
// notes, joined.
func long(b *testing.B, language string, writers ...string) (notes []string, readings []text.Reading) {
	b.Helper()
	note := ""
	for _, n := range learnedFrom(b, writers...) {
		if n.Label.Language != language {
			continue
		}
		if note += n.Text + "\n\n"; len(strings.Fields(note)) >= 300 {
			notes, readings, note = append(notes, note), append(readings, vocabulary().Read(note, "")), ""
		}
	}
	return notes, readings
}

var (
	english = []string{"dan", "grace", "omar"}
	german  = []string{"heike", "lukas", "svenja"}
)

func benchmarkScore(b *testing.B, language string, writers []string) {
	_, readings := long(b, language, writers...)
	m, n := Shipped(), 0
	b.ReportAllocs()
	for b.Loop() {
		t := m.tally()
		t.score(&readings[n%len(readings)], "")
		m.tallies.Put(t)
		n++
	}
}

func BenchmarkScoreEnglish(b *testing.B) { benchmarkScore(b, "en", english) }
func BenchmarkScoreGerman(b *testing.B)  { benchmarkScore(b, "de", german) }

// BenchmarkScoreOneByOne scores by the list of features, as training has them.
func BenchmarkScoreOneByOne(b *testing.B) {
	_, readings := long(b, "en", english...)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		extract(&readings[n%len(readings)], "", false).scores(Shipped().linear)
		n++
	}
}

// BenchmarkScoreNewWords scores with a model that remembers no word.
func BenchmarkScoreNewWords(b *testing.B) {
	_, readings := long(b, "en", english...)
	m, n := fresh(), 0
	t := m.tally()
	for b.Loop() {
		m.memo = memo{}
		t.score(&readings[n%len(readings)], "")
		n++
	}
}

// BenchmarkWords splits and counts the words of a note of 300: what any method takes at least.
func BenchmarkWords(b *testing.B) {
	notes, _ := long(b, "en", "dan")
	counts := map[string]int{}
	for b.Loop() {
		for w := range strings.FieldsSeq(notes[0]) {
			counts[w]++
		}
	}
}

// BenchmarkReadFile reads the model's file, as a program does when it starts.
func BenchmarkReadFile(b *testing.B) {
	b.SetBytes(int64(len(shipped)))
	for b.Loop() {
		if _, err := Read(shipped); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad is what a program waits for before its first note.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Read(shipped); err != nil {
			b.Fatal(err)
		}
	}
}
