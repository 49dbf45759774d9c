package text

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"tocsin/pkg/policy"
)

// long are notes of 300 words and more in one language: labelled notes, joined.
func long(b *testing.B, language string, writers ...string) []string {
	b.Helper()
	var notes []string
	var note string
	for _, w := range writers {
		f, err := os.Open("../../notes/" + w + ".jsonl")
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var n struct {
				Text  string
				Label struct{ Language string }
			}
			if err := json.Unmarshal(lines.Bytes(), &n); err != nil {
				b.Fatal(err)
			}
			if n.Label.Language != language {
				continue
			}
			if note += n.Text + "\n\n"; len(strings.Fields(note)) >= 300 {
				notes, note = append(notes, note), ""
			}
		}
	}
	return notes
}

func benchmarkRead(b *testing.B, notes []string) {
	words, sentences, n := 0, 0, 0
	for _, note := range notes {
		r := shipped().Read(note, "")
		words += r.Words
		sentences += r.Claims[len(r.Claims)-1].Sentence + 1
	}
	b.ReportAllocs()
	for b.Loop() {
		shipped().Read(notes[n%len(notes)], "")
		n++
	}
	b.ReportMetric(float64(words)/float64(len(notes)), "words/op")
	b.ReportMetric(float64(sentences)/float64(len(notes)), "sentences/op")
}

func BenchmarkReadEnglish(b *testing.B) { benchmarkRead(b, long(b, "en", "dan", "grace", "omar")) }
func BenchmarkReadGerman(b *testing.B)  { benchmarkRead(b, long(b, "de", "heike", "lukas", "svenja")) }

// BenchmarkReadNewWords reads words that no note had before.
func BenchmarkReadNewWords(b *testing.B) {
	words := strings.Fields(newWords(8 << 20))
	n := 0
	for b.Loop() {
		from := n * 300 % (len(words) - 300)
		shipped().Read("the "+strings.Join(words[from:from+300], " ")+" is down", "")
		n++
	}
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

func BenchmarkVocabulary(b *testing.B) {
	p := policy.Default()
	for b.Loop() {
		NewVocabulary(p)
	}
}
