package classify

import (
	"strings"
	"testing"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/label"
)

// long are notes of 300 words and more in one language: labelled notes, joined.
func long(b *testing.B, language string, writers ...string) []string {
	b.Helper()
	var long []string
	note := ""
	for _, w := range writers {
		notes, err := label.ReadFile(policy.Default(), "../../notes/"+w+".jsonl")
		if err != nil {
			b.Fatal(err)
		}
		for _, n := range notes {
			if n.Label.Language != language {
				continue
			}
			if note += n.Text + "\n\n"; len(strings.Fields(note)) >= 300 {
				long, note = append(long, note), ""
			}
		}
	}
	return long
}

// benchmarkLong reads notes that have been read before: what comes every day.
func benchmarkLong(b *testing.B, notes []string) {
	for _, note := range notes {
		method.Note("n", note, Customer)
	}
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		method.Note("n", notes[n%len(notes)], Customer)
		n++
	}
}

func BenchmarkLabelledEnglish(b *testing.B) {
	benchmarkLong(b, long(b, "en", "dan", "grace", "omar"))
}

func BenchmarkLabelledGerman(b *testing.B) {
	benchmarkLong(b, long(b, "de", "heike", "lukas", "svenja"))
}

// BenchmarkWords splits and counts the words of a note of 300: what any method takes at least.
func BenchmarkWords(b *testing.B) {
	note := long(b, "en", "dan")[0]
	counts := map[string]int{}
	for b.Loop() {
		for w := range strings.FieldsSeq(note) {
			counts[w]++
		}
	}
}
