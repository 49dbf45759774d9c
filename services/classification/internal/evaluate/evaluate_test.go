package evaluate_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/evaluate"
	"tocsin/services/classification/internal/label"
)

// agreed is a result in which label and assessment say the same.
func agreed(id string, recommendation classify.Recommendation, reasons ...policy.ReasonID) evaluate.Result {
	request := recommendation != classify.NotARequest
	var r evaluate.Result
	r.Note = label.Note{ID: id, Text: "note " + id, Label: label.Label{
		Language: "en", Request: request, Recommendation: string(recommendation), Reasons: reasons,
	}}
	r.Said = classify.Assessment{ID: id, Language: "en", Request: request, Recommendation: recommendation, Reasons: reasons, Policy: "p"}
	return r
}

// says is the same result, but the assessment says something else.
func says(r evaluate.Result, recommendation classify.Recommendation, reasons ...policy.ReasonID) evaluate.Result {
	r.Said.Recommendation, r.Said.Reasons = recommendation, reasons
	r.Said.Request = recommendation != classify.NotARequest
	return r
}

func sure(r evaluate.Result, confidence float64) evaluate.Result {
	r.Confidence = &confidence
	return r
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 5e-4 {
		t.Errorf("%s is %.4f, want %.4f", what, got, want)
	}
}

func find(t *testing.T, r *evaluate.Report, kind, id string) evaluate.Score {
	t.Helper()
	for _, g := range r.Labels {
		for _, s := range g.Scores {
			if g.Kind == kind && s.ID == id {
				return s
			}
		}
	}
	t.Fatalf("there is no score of %s %s", kind, id)
	return evaluate.Score{}
}

// five notes: SSO is found once of twice, FTP once and once wrongly, and a thank-you is taken as eligible.
func five() []evaluate.Result {
	return []evaluate.Result{
		agreed("n1", classify.Eligible, policy.SSOUnavailable),
		says(agreed("n2", classify.Eligible, policy.SSOUnavailable), classify.NeedsInfo),
		agreed("n3", classify.Ineligible, policy.FTPDenied),
		says(agreed("n4", classify.NotARequest), classify.Eligible, policy.FTPDenied),
		agreed("n5", classify.NotARequest),
	}
}

func TestALabelIsCountedAsFoundMissedOrInvented(t *testing.T) {
	r := evaluate.Of(evaluate.Source{Name: "here"}, five(), 20)
	sso, ftp := find(t, &r, "reasons", "sso_unavailable"), find(t, &r, "reasons", "ftp_denied")
	if sso != (evaluate.Score{ID: "sso_unavailable", Support: 2, Said: 1, Both: 1}) || ftp != (evaluate.Score{ID: "ftp_denied", Support: 1, Said: 2, Both: 1}) {
		t.Errorf("sso %+v, ftp %+v", sso, ftp)
	}
	near(t, "sso precision", sso.Precision().Value(), 1)
	near(t, "sso recall", sso.Recall().Value(), 0.5)
	near(t, "sso F1", sso.F1(), 2.0/3)
	near(t, "macro-F1", *r.ReasonsMacroF1.Value, 2.0/3)
	near(t, "micro-F1", r.ReasonsMicro.F1(), 4.0/6)
	near(t, "request F1", *r.RequestF1.Value, 6.0/7)
	if r.Recommendation != (evaluate.Share{Right: 3, Of: 5}) || r.ReasonsExact != (evaluate.Share{Right: 3, Of: 5}) {
		t.Errorf("recommendation %v, reasons exact %v", r.Recommendation, r.ReasonsExact)
	}
	if r.EligibleUnasked != (evaluate.Share{Right: 1, Of: 2}) {
		t.Errorf("eligible unasked %v", r.EligibleUnasked)
	}
	want := [][]int{{1, 0, 1, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 1}}
	if !reflect.DeepEqual(r.Confusion.Counts, want) {
		t.Errorf("confusion %v, want %v", r.Confusion.Counts, want)
	}
	if eligible := find(t, &r, "recommendations", "eligible"); eligible.Support != 2 || eligible.Said != 2 || eligible.Both != 1 {
		t.Errorf("eligible %+v", eligible)
	}
	swaps := []evaluate.Instead{{Said: policy.FTPDenied, Notes: 1}, {Labelled: policy.SSOUnavailable, Notes: 1}}
	if !slices.Equal(r.Instead, swaps) {
		t.Errorf("said instead %v, want %v", r.Instead, swaps)
	}
}

func TestAReasonWithoutSupportIsNotInTheMacroMean(t *testing.T) {
	r := evaluate.Of(evaluate.Source{Name: "here"}, []evaluate.Result{says(agreed("n1", classify.Eligible, policy.SSOUnavailable), classify.Eligible, policy.SSOUnavailable, policy.FTPDenied)}, 0)
	near(t, "macro-F1", *r.ReasonsMacroF1.Value, 1)
	none := evaluate.Of(evaluate.Source{Name: "here"}, []evaluate.Result{agreed("n1", classify.NotARequest)}, 0)
	if none.ReasonsMacroF1.Value != nil {
		t.Errorf("macro-F1 of no reason is %v", *none.ReasonsMacroF1.Value)
	}
}

func TestMissingCountsOnlyWhereInformationIsNeeded(t *testing.T) {
	eligible := agreed("n1", classify.Eligible, policy.SSOUnavailable)
	eligible.Said.Missing = []policy.MissingID{policy.MissingWho} // asked for, but it blocks nothing
	asked := agreed("n2", classify.NeedsInfo)
	asked.Note.Label.Missing = []policy.MissingID{policy.MissingReason, policy.MissingWho}
	asked.Said.Missing = []policy.MissingID{policy.MissingWho, policy.MissingReason}
	wrongly := agreed("n3", classify.NeedsInfo)
	wrongly.Note.Label.Missing = []policy.MissingID{policy.MissingWho}
	r := evaluate.Of(evaluate.Source{Name: "here"}, []evaluate.Result{eligible, asked, wrongly}, 0)
	if who := find(t, &r, "missing", "who"); who != (evaluate.Score{ID: "who", Support: 2, Said: 1, Both: 1}) {
		t.Errorf("who %+v", who)
	}
	if r.MissingExact != (evaluate.Share{Right: 1, Of: 2}) {
		t.Errorf("missing exact %v", r.MissingExact)
	}
}

func TestFactsAreExactOrWrong(t *testing.T) {
	number, other, hours, almost, beta := 120, 100, 1.0/6, 0.1667, "beta"
	all := []evaluate.Result{agreed("n1", classify.Eligible), agreed("n2", classify.Eligible), agreed("n3", classify.Eligible)}
	all[0].Note.Label.Facts = label.Facts{AffectedUsers: &number, DurationHours: &hours, Environment: &beta}
	all[0].Said.Facts = classify.Facts{AffectedUsers: &number, DurationHours: &almost, Environment: classify.Beta}
	all[1].Note.Label.Facts = label.Facts{AffectedUsers: &number, Environment: &beta}
	all[1].Said.Facts = classify.Facts{AffectedUsers: &other}
	all[2].Said.Facts = classify.Facts{DurationHours: &hours}
	r := evaluate.Of(evaluate.Source{Name: "here"}, all, 0)
	want := []evaluate.Fact{
		{Name: "affected_users", Exact: evaluate.Share{Right: 2, Of: 3}, Stated: evaluate.Share{Right: 1, Of: 2}, Unstated: evaluate.Share{Right: 1, Of: 1}},
		{Name: "duration_hours", Exact: evaluate.Share{Right: 2, Of: 3}, Stated: evaluate.Share{Right: 1, Of: 1}, Unstated: evaluate.Share{Right: 1, Of: 2}},
		{Name: "environment", Exact: evaluate.Share{Right: 2, Of: 3}, Stated: evaluate.Share{Right: 1, Of: 2}, Unstated: evaluate.Share{Right: 1, Of: 1}},
	}
	if !slices.Equal(r.Facts, want) {
		t.Errorf("facts %+v, want %+v", r.Facts, want)
	}
}

func TestNotesAreDividedByWhatIsKnownOfThem(t *testing.T) {
	all := five()
	for i := range all {
		all[i].Note.Difficulty = []string{"plain", "hard"}[i%2]
	}
	r := evaluate.Of(evaluate.Source{Name: "here"}, all, 0)
	var by []string
	for _, g := range r.Slices {
		by = append(by, g.By)
	}
	if !slices.Equal(by, []string{"language", "difficulty"}) {
		t.Fatalf("divided by %q: nobody said who wrote them", by)
	}
	hard, plain := r.Slices[1].Slices[0], r.Slices[1].Slices[1]
	if hard.Value != "hard" || hard.Recommendation != (evaluate.Share{Right: 0, Of: 2}) || plain.Recommendation != (evaluate.Share{Right: 3, Of: 3}) {
		t.Errorf("hard %+v, plain %+v", hard, plain)
	}
	near(t, "macro-F1 of the plain ones", *plain.ReasonsMacroF1, 1)
}

func TestTheWorstMistakeComesFirst(t *testing.T) {
	eligible := agreed("a", classify.Eligible, policy.SSOUnavailable)
	withheld := says(eligible, classify.NeedsInfo)
	withheld.Note.ID = "withheld"
	unasked := says(agreed("unasked", classify.NotARequest), classify.Eligible, policy.SSOUnavailable)
	reasons := says(eligible, classify.Eligible, policy.SiteOutage)
	reasons.Note.ID = "reasons"
	order := func(all ...evaluate.Result) string {
		r := evaluate.Of(evaluate.Source{Name: "here"}, all, 3)
		var ids []string
		for _, m := range r.Mistakes {
			ids = append(ids, m.ID)
		}
		return strings.Join(ids, " ") + " of " + strconv.Itoa(r.Wrong)
	}
	if got := order(reasons, eligible, withheld, unasked); got != "unasked withheld reasons of 3" {
		t.Errorf("by harm: %s", got)
	}
	if got := order(sure(reasons, 1), sure(unasked, 0.4), sure(withheld, 0.9)); got != "withheld unasked reasons of 3" {
		t.Errorf("by confidence: %s", got)
	}
	if got := order(reasons, eligible, withheld, unasked, unasked, withheld); got != strings.Repeat("unasked ", 2)+"withheld of 5" {
		t.Errorf("at most three: %s", got)
	}
}

func TestAMistakeSaysAllThatDiffers(t *testing.T) {
	number := 12
	r := says(agreed("n1", classify.Ineligible, policy.FTPDenied), classify.Eligible, policy.SSOUnavailable)
	r.Note.Label.Facts = label.Facts{AffectedUsers: &number, UrgencyGiven: true}
	r.Note.Label.Denials = []policy.GroundID{policy.BetaOnly}
	r.Said.Evidence = []classify.Evidence{{For: "sso_unavailable", Quote: "note", Start: 0, End: 4, Weight: 0.9, Step: "find"}}
	report := evaluate.Of(evaluate.Source{Name: "here"}, []evaluate.Result{r}, 1)
	m := report.Mistakes[0]
	want := []string{
		"reasons: ftp_denied expected, sso_unavailable said", "denials: beta_only expected, none said",
		"urgency: yes expected, no said", "affected users: 12 expected, unknown said",
	}
	if !slices.Equal(m.Differences, want) {
		t.Errorf("differences %q, want %q", m.Differences, want)
	}
	if len(m.Evidence) != 1 || m.Evidence[0].Step != "find" || !m.Note[0].Mark || m.Note[0].Text != "note" {
		t.Errorf("evidence %+v, note %+v", m.Evidence, m.Note)
	}
}

func TestTheSameResultsGiveTheSameReport(t *testing.T) {
	var all []evaluate.Result
	for range 40 {
		all = append(all, five()...)
	}
	write := func() string {
		r := evaluate.Of(evaluate.Source{Name: "here"}, all, 20)
		data, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if first := write(); first != write() {
		t.Error("two reports of the same results differ")
	}
	r := evaluate.Of(evaluate.Source{Name: "here"}, all, 0)
	if in := r.ReasonsMacroF1.Interval; !(0.5 < in.Low && in.Low < 2.0/3 && 2.0/3 < in.High && in.High < 0.8) {
		t.Errorf("the interval of a macro-F1 of 0.667 on 200 notes is %v", in)
	}
}
