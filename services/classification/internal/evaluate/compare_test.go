package evaluate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/evaluate"
)

// pair is two reports on twelve notes: the first has one right that the second has
// wrong, the second nine the other way round, and two are the same.
func pair() (evaluate.Report, evaluate.Report) {
	var a, b []evaluate.Result
	for i := range 12 {
		yes := agreed(string(rune('a'+i)), classify.Eligible, policy.SSOUnavailable)
		no := says(yes, classify.NeedsInfo)
		switch {
		case i == 0:
			a, b = append(a, yes), append(b, no)
		case i < 10:
			a, b = append(a, no), append(b, yes)
		default:
			a, b = append(a, yes), append(b, yes)
		}
	}
	return evaluate.Of(evaluate.Source{Name: "rules"}, a, 0), evaluate.Of(evaluate.Source{Name: "model"}, b, 0)
}

func TestComparingSaysWhoIsRightWhereAndHowSureThatIs(t *testing.T) {
	a, b := pair()
	c, err := evaluate.Compare(a, b, 3)
	if err != nil {
		t.Fatal(err)
	}
	m := c.Measures[0]
	if m.What != "recommendation" || m.OnlyA != 1 || m.OnlyB != 9 || m.A.Right != 3 || m.B.Right != 11 {
		t.Errorf("recommendation %+v", m)
	}
	near(t, "difference", m.Difference, 8.0/12)
	near(t, "p", m.P, 2*(1+10)/1024.0)
	if m.Low < 0.2 || m.Low > m.Difference || m.High < 0.8 || m.High > 1 {
		t.Errorf("the interval is %v", m.Interval)
	}
	near(t, "difference in macro-F1", *c.ReasonsMacroF1.Value, 2*11.0/23-2*3.0/15)
	if in := c.ReasonsMacroF1.Interval; in.Low <= 0 || in.High <= in.Low {
		t.Errorf("the interval of the macro-F1 is %v", in)
	}
	if c.Worse != 1 || c.Better != 9 || c.Neither != 0 {
		t.Errorf("%d worse, %d better, %d neither", c.Worse, c.Better, c.Neither)
	}
}

func TestOfTheNotesThatChangedTheWorseComeFirstAndNoMoreThanAsked(t *testing.T) {
	a, b := pair()
	order := func(a, b evaluate.Report, most int) (out []string) {
		c, err := evaluate.Compare(a, b, most)
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range c.Changes {
			out = append(out, fmt.Sprintf("%s%+d", ch.ID, ch.Better))
		}
		return out
	}
	if got := order(a, b, 3); !slices.Equal(got, []string{"a-1", "b+1", "c+1"}) {
		t.Errorf("b against a: %q", got)
	}
	if got := order(b, a, 99); len(got) != 10 || got[0] != "b-1" || got[9] != "a+1" {
		t.Errorf("a against b: %q", got)
	}
	if got := order(a, b, 0); len(got) != 0 {
		t.Errorf("none asked for: %q", got)
	}
	wrong := says(agreed("n1", classify.Eligible, policy.SSOUnavailable), classify.NeedsInfo)
	other := evaluate.Of(evaluate.Source{Name: "b"}, []evaluate.Result{says(wrong, classify.Ineligible)}, 0)
	if got := order(evaluate.Of(evaluate.Source{Name: "a"}, []evaluate.Result{wrong}, 0), other, 1); !slices.Equal(got, []string{"n1+0"}) {
		t.Errorf("both wrong: %q", got)
	}
}

func TestWhatIsTheSameDiffersInNothing(t *testing.T) {
	a, _ := pair()
	c, err := evaluate.Compare(a, a, 20)
	if err != nil || len(c.Changes) != 0 || c.Measures[0].P != 1 || *c.ReasonsMacroF1.Value != 0 {
		t.Errorf("it is %+v, %v", c, err)
	}
}

func TestOnlyTheSameNotesCanBeCompared(t *testing.T) {
	a, _ := pair()
	other := five()
	other[0].Note.Text = "something else"
	for _, c := range []struct {
		a, b evaluate.Report
		want string
	}{
		{a, evaluate.Of(evaluate.Source{Name: "five"}, five(), 0), "one report is on 12 notes, the other on 5"},
		{evaluate.Of(evaluate.Source{Name: "five"}, five(), 0), evaluate.Of(evaluate.Source{Name: "other"}, other, 0), `note 1 is "n1" in one report and "n1" in the other, or not labelled the same`},
		{evaluate.Report{}, evaluate.Report{}, "there are no notes to compare by"},
	} {
		if _, err := evaluate.Compare(c.a, c.b, 20); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestAnExcerptShowsTheNoteAroundItsEvidence(t *testing.T) {
	long := strings.Repeat("ä", 600) + "SSO is down" + strings.Repeat("ß", 600)
	at := strings.Index(long, "SSO")
	sso := []classify.Evidence{{Start: at, End: at + 3}, {Start: at + 3, End: at + 6}, {Start: -1, End: 5}, {Start: at, End: 9999}}
	marked := func(pieces []evaluate.Piece) (out []string) {
		for _, p := range pieces {
			if p.Mark {
				out = append(out, p.Text)
			}
		}
		return out
	}
	got := evaluate.Excerpt(long, sso)
	if !slices.Equal(marked(got), []string{"SSO is"}) || !got[0].Gap || !got[len(got)-1].Gap {
		t.Errorf("the excerpt is %+v", got)
	}
	for _, p := range got {
		if strings.ToValidUTF8(p.Text, "?") != p.Text {
			t.Errorf("a character is cut: %q", p.Text)
		}
	}
	if short := evaluate.Excerpt("SSO is down", []classify.Evidence{{Start: 0, End: 3}}); len(short) != 2 || short[0].Gap || short[1].Text != " is down" {
		t.Errorf("a short note is %+v", short)
	}
	if bare := evaluate.Excerpt(long, nil); len(bare) != 2 || bare[0].Gap || !strings.HasPrefix(long, bare[0].Text) || !bare[1].Gap {
		t.Errorf("a long note without evidence is %+v", bare)
	}
}
