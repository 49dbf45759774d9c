package score

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"tocsin/services/classification/internal/text"
)

// asEvidence are what a quote may be for, by output.
func asEvidence() map[string]string {
	all := map[string]string{request: "request", urgent: "urgency_given", worked: "technicians_active", awaited: "awaiting_customer"}
	for _, k := range topics {
		all[string(k.topic)] = string(k.reason)
	}
	return all
}

func TestInANoteOfOneSentenceContributionsAddUpToItsScore(t *testing.T) {
	m, checked := fresh(), 0
	for _, n := range learnedFrom(t, "dan", "heike", "omar") {
		r := vocabulary().Read(n.Text, "")
		if r.Language == text.Unknown || sentences(&r) != 1 {
			continue
		}
		score, bias := tallied(m, &r, "").total, make([]float64, len(m.at))
		m.linear.Bias(bias)
		for output, of := range asEvidence() {
			sum := 0.0
			// Which sentence is meant is beyond doubt: the quote is of the only one.
			for _, c := range m.Explain(vocabulary(), n.Text, "", Quoted{For: of, At: text.Span{End: 1}}) {
				sum += c.LogOdds
			}
			if want := score[m.at[output]] - bias[m.at[output]]; math.Abs(sum-want) > 1e-9 {
				t.Fatalf("%s: what speaks for and against %s adds up to %v; its score is %v", n.ID, of, sum, want)
			}
			checked++
		}
	}
	if checked < 200 {
		t.Errorf("only %d scores were explained", checked)
	}
}

func TestTheSentenceThatIsQuotedIsExplained(t *testing.T) {
	const first, second = "Please escalate this today.", "Nobody can log in via SSO."
	note := first + " " + second
	quoted := func(s string) text.Span {
		at := strings.Index(note, s)
		return text.Span{Start: at, End: at + len(s)}
	}
	has := func(q Quoted, feature string) bool {
		return slices.ContainsFunc(fresh().Explain(vocabulary(), note, "", q), func(c Contribution) bool { return c.Feature == feature })
	}
	for _, c := range []struct {
		of   Quoted
		want string
		not  string
	}{
		{Quoted{"request", quoted(first)}, "word escal", "words via sso"},
		{Quoted{"request", quoted(second)}, "words via sso", "word escal"},
		{Quoted{For: "request"}, "word escal", "words via sso"}, // the one that speaks most for it
		{Quoted{"sso_unavailable", quoted(second)}, "words via sso", "word escal"},
	} {
		if !has(c.of, c.want) || has(c.of, c.not) {
			t.Errorf("%v is not explained by %q, or is by %q: %v", c.of, c.want, c.not, fresh().Explain(vocabulary(), note, "", c.of))
		}
		if all := fresh().Explain(vocabulary(), note, "", c.of); !slices.IsSortedFunc(all, func(a, b Contribution) int { return cmp.Compare(b.LogOdds, a.LogOdds) }) {
			t.Errorf("%v: what speaks most for it is not first", c.of)
		}
	}
}

func TestAReasonOfAnotherTopicIsExplainedByWhatWasWeighed(t *testing.T) {
	const note = "Nobody can log in."
	q := Quoted{For: "sso_unavailable", At: text.Span{End: len(note)}}
	r := Reading{Reading: text.Reading{Findings: []text.Finding{{Topic: text.TopicLogin, Polarity: text.Asserted, Span: q.At}}}}
	if got := r.output(q); got != string(text.TopicLogin) {
		t.Errorf("it is explained by %q", got)
	}
	r.Findings = append(r.Findings, text.Finding{Topic: text.TopicSSO, Polarity: text.Asserted})
	if got := r.output(q); got != string(text.TopicSSO) {
		t.Errorf("it is explained by %q, though it was found itself", got)
	}
}

func TestWhatTheModelDoesNotKnowIsNotExplained(t *testing.T) {
	for note, of := range map[string]string{
		"Please escalate, nobody can log in.": "affected_users", "Il portale non funziona da ieri mattina per tutti": "request", "": "request",
	} {
		if got := fresh().Explain(vocabulary(), note, "", Quoted{For: of}); got != nil {
			t.Errorf("%q of %q is explained by %v", of, note, got)
		}
	}
}
