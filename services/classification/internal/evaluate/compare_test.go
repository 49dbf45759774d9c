package evaluate_test

import (
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
	c, err := evaluate.Compare(a, b)
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
	better := 0
	for _, ch := range c.Changes {
		better += ch.Better
	}
	if len(c.Changes) != 10 || better != 8 || c.Changes[0].ID != "a" || c.Changes[0].Better != -1 {
		t.Errorf("changes %+v", c.Changes)
	}
}

func TestWhatIsTheSameDiffersInNothing(t *testing.T) {
	a, _ := pair()
	c, err := evaluate.Compare(a, a)
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
		if _, err := evaluate.Compare(c.a, c.b); err == nil || err.Error() != c.want {
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
