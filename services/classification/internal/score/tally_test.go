package score

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/text"
)

var vocabulary = sync.OnceValue(func() *text.Vocabulary { return text.NewVocabulary(policy.Default()) })

// learnedFrom are notes that the model was trained on.
func learnedFrom(t testing.TB, writers ...string) []label.Note {
	t.Helper()
	var all []label.Note
	for _, w := range writers {
		notes, err := label.ReadFile(policy.Default(), "../../notes/"+w+".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, notes...)
	}
	return all
}

// fresh is the shipped model, remembering nothing.
func fresh() *Model { return New(Shipped().linear) }

// tallied are the scores of a reading by the way notes are scored.
func tallied(m *Model, r *text.Reading, by text.Author) scores {
	t := m.tally()
	defer m.tallies.Put(t)
	s := t.score(r, by)
	return scores{outputs: s.outputs, total: slices.Clone(s.total), sentences: slices.Clone(s.sentences)}
}

// near is how far the sums of a sentence, rounded in another order, may be apart.
const near = 1e-10

func apart(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(a[i]-b[i]))
	}
	return most
}

// mutated is a note, or several, with words changed, lost, repeated and out of order.
func mutated(t *rapid.T, notes []label.Note) string {
	var words []string
	for range rapid.IntRange(1, 3).Draw(t, "notes") {
		words = append(words, strings.SplitAfter(rapid.SampledFrom(notes).Draw(t, "note").Text, " ")...)
	}
	for range rapid.IntRange(0, 8).Draw(t, "changes") {
		i := rapid.IntRange(0, len(words)-1).Draw(t, "at")
		switch rapid.SampledFrom([]string{"lose", "repeat", "swap", "letter", "new", "end"}).Draw(t, "change") {
		case "lose":
			words[i] = ""
		case "repeat":
			words[i] = strings.Repeat(words[i], rapid.IntRange(2, 30).Draw(t, "times"))
		case "swap":
			k := rapid.IntRange(0, len(words)-1).Draw(t, "with")
			words[i], words[k] = words[k], words[i]
		case "letter":
			k := rapid.IntRange(0, len(words[i])).Draw(t, "letter")
			words[i] = words[i][:k] + rapid.StringN(0, 2, 4).Draw(t, "letters") + words[i][k:]
		case "new":
			words[i] = rapid.StringN(0, 60, -1).Draw(t, "word") + " "
		case "end":
			words[i] = strings.TrimSpace(words[i]) + rapid.SampledFrom([]string{". ", "? ", ", ", " and ", " und ", "\n\n"}).Draw(t, "mark")
		}
	}
	return strings.Join(words, "")
}

// what is a reading without how likely each part of it is, which is a fraction.
func what(r Reading) string {
	r.Likely, r.Asks, r.Urges, r.Partly, r.Troubles = nil, 0, 0, 0, 0
	r.Findings = slices.Clone(r.Findings)
	for i := range r.Findings {
		r.Findings[i].Weight = 0
	}
	for _, sure := range []*text.Sure{&r.Ask.Sure, &r.Urgency.Sure, &r.WorkedOn.Sure, &r.Awaited.Sure} {
		sure.Weight = 0
	}
	return fmt.Sprintf("%+v", r)
}

func TestANoteScoresAsItsFeaturesDoOneByOne(t *testing.T) {
	notes := learnedFrom(t, "dan", "heike", "omar", "wolfgang", "urs", "kofi")
	warm := fresh()
	authors := []text.Author{"", text.ByAgent, text.ByCSM}
	rapid.Check(t, func(t *rapid.T) {
		note, by := mutated(t, notes), rapid.SampledFrom(authors).Draw(t, "author")
		r := vocabulary().Read(note, by)
		plain := extract(&r, by, false).scores(warm.linear)
		fast := tallied(warm, &r, by)
		if d := max(apart(plain.total, fast.total), apart(plain.sentences, fast.sentences)); d > near {
			t.Fatalf("the scores are %v apart", d)
		}
		a, b := Reading{Reading: vocabulary().Read(note, by)}, Reading{Reading: vocabulary().Read(note, by)}
		if len(a.Claims) == 0 {
			return
		}
		warm.correct(&a, plain)
		warm.correct(&b, fast)
		if what(a) != what(b) {
			t.Fatalf("one by one it reads as\n%s\nand in all as\n%s", what(a), what(b))
		}
	})
}

// The scores are the same bit for bit, whatever the model remembers, whatever it
// read before, and however many read with it.
func TestWhatIsRememberedChangesNoScore(t *testing.T) {
	notes := learnedFrom(t, "dan", "heike")
	want := make([][]float64, len(notes))
	for i, n := range notes {
		want[i] = fresh().Read(vocabulary(), n.Text, "").Likely
	}
	shared := fresh()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for k := range 2 * len(notes) {
				i := (k*(2*g+1) + g*7) % len(notes)
				if got := shared.Read(vocabulary(), notes[i].Text, "").Likely; !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%s: remembered %v, new %v", notes[i].ID, got, want[i])
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestAMemoOfOtherWordsSaysWhatIsNew(t *testing.T) {
	m := fresh()
	for i := range 3 * memoSize { // more than it holds
		stem := fmt.Sprintf("w%d", i%(2*memoSize))
		m.memo.spelling(m.linear, stated, stem, stem+"s")
	}
	for i := range 1000 {
		stem, how := fmt.Sprintf("w%d", i), manner(i%int(manners))
		got, want := m.memo.spelling(m.linear, how, stem, stem+"s"), spell(m.linear, how, stem, stem+"s")
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is remembered as %+v; new it is %+v", stem, got, want)
		}
		if want.is((how+1)%manners, stem, stem+"s") || want.is(how, stem, stem) || want.is(how, "w", stem+"s") {
			t.Fatalf("%q passes for another word, or for one meant in another way", stem)
		}
	}
}

func TestMeaningsSayWhatTheirFeaturesSay(t *testing.T) {
	m := fresh()
	m.tally()
	known := 0
	for how := range manners {
		for a := 1; a < len(meaningNames); a++ {
			for b := range meaningNames {
				want := m.linear.Row(meant(how, meaning(a), meaning(b)).key())
				if !slices.Equal(m.meaning(how, meaning(a), meaning(b)), want) {
					t.Fatalf("%q with %q says something else", meaningNames[a], meaningNames[b])
				}
				if want != nil {
					known++
				}
			}
		}
	}
	if known < 1000 {
		t.Errorf("the model knows only %d meanings and pairs of them", known)
	}
}

func TestEveryMeaningHasItsName(t *testing.T) {
	for m := range 256 {
		if name := text.Meaning(m).String(); meaningNames[meaningsOf[m]] != name {
			t.Errorf("meaning %d is %q, and counts as %q", m, name, meaningNames[meaningsOf[m]])
		}
	}
}
