package show_test

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/evaluate"
	"tocsin/services/classification/internal/evaluate/show"
	"tocsin/services/classification/internal/label"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is a report on four notes, of which two are wrong; one of them is hostile.
func sample() (evaluate.Report, []evaluate.Result) {
	n, half, all := 240, 0.5, 0.97
	of := func(id, text string, l label.Label, said classify.Assessment) evaluate.Result {
		said.Policy = "sha256:0"
		return evaluate.Result{Note: label.Note{ID: id, Writer: "kim", AuthorKind: "CUSTOMER", Difficulty: "plain", Text: text, Label: l}, Said: said, Confidence: &all}
	}
	sso := []policy.ReasonID{policy.SSOUnavailable}
	hostile := "<script>alert(1)</script>\x1b[2J Danke,\n\nSSO geht \u202ewieder."
	start := strings.Index(hostile, "SSO")
	results := []evaluate.Result{
		of("kim-1", "SSO is down for 240 people, please escalate.",
			label.Label{Language: "en", Request: true, Recommendation: "eligible", Reasons: sso, Facts: label.Facts{AffectedUsers: &n, UrgencyGiven: true, ReasonGiven: true}},
			classify.Assessment{Language: "en", Request: true, Recommendation: classify.Eligible, Reasons: sso, Facts: classify.Facts{AffectedUsers: &n, UrgencyGiven: true, ReasonGiven: true}}),
		of("kim-2", hostile,
			label.Label{Language: "de", Recommendation: "not_a_request"},
			classify.Assessment{
				Language: "de", Request: true, Recommendation: classify.Eligible, Reasons: sso, Facts: classify.Facts{ReasonGiven: true},
				Evidence: []classify.Evidence{{For: "sso_unavailable", Quote: "SSO geht", Start: start, End: start + 8, Weight: 0.92, Step: "find"}},
			}),
		of("kim-3", "Danke!", label.Label{Language: "de", Recommendation: "not_a_request"},
			classify.Assessment{Language: "de", Recommendation: classify.NotARequest}),
		of("kim-4", "Bitte eskalieren.", label.Label{Language: "de", Request: true, Recommendation: "needs_info", Missing: []policy.MissingID{policy.MissingReason, policy.MissingUrgency}},
			classify.Assessment{Language: "de", Recommendation: classify.NotARequest}),
	}
	results[3].Confidence = &half
	results[1].Note.Difficulty, results[1].Note.Why = "hard", "recovered"
	return evaluate.Of(evaluate.Source{Name: "kim.jsonl"}, results, 20), results
}

func text(t *testing.T, r *evaluate.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := show.Text(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func page(t *testing.T, r *evaluate.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := show.Page(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheTextIsAsItWasLookedAt(t *testing.T) {
	r, _ := sample()
	got := text(t, &r)
	if *update {
		if err := os.WriteFile("testdata/report.txt", []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/report.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the text changed; look at it and run with -update:\n%s", got)
	}
}

func TestTheTextFitsATerminalAndCannotCommandIt(t *testing.T) {
	_, results := sample()
	long := results[1]
	long.Note.ID, long.Note.Text = "kim-5", strings.Repeat("Donaudampfschifffahrtsgesellschaft", 9)+strings.Repeat(" und so weiter", 40)
	r := evaluate.Of(evaluate.Source{Name: "kim.jsonl"}, append(results, long), 20)
	for line := range strings.Lines(text(t, &r)) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
		if strings.ContainsAny(line, "\x1b\u202e\r") {
			t.Errorf("a note reaches the terminal as it is: %q", line)
		}
	}
}

func TestThePageNeedsNothingElse(t *testing.T) {
	r, _ := sample()
	got := page(t, &r)
	if found := regexp.MustCompile(`<script|<link|<img|src=|href=|@import|url\(|https?:`).FindAllString(got, -1); len(found) > 0 {
		t.Errorf("the page asks for %q", found)
	}
	for _, want := range []string{
		"prefers-color-scheme: dark", `name="viewport"`, "&lt;script&gt;alert(1)", "<mark>SSO geht</mark>",
		`aria-label="Confusion matrix`, `aria-label="Reliability diagram"`, `aria-label="Abstention curve"`, "provider_completions_missing",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	if strings.Contains(got, "NaN") {
		t.Error("the page shows a figure that is none")
	}
}

func TestThePageIsTheSameForTheSameReport(t *testing.T) {
	r, _ := sample()
	if first := page(t, &r); first != page(t, &r) {
		t.Error("two pages of one report differ")
	}
}

func TestWithoutConfidenceNothingIsSaidOfIt(t *testing.T) {
	_, results := sample()
	for i := range results {
		results[i].Confidence = nil
	}
	r := evaluate.Of(evaluate.Source{Name: "kim.jsonl"}, results, 0)
	for _, out := range []string{text(t, &r), page(t, &r)} {
		if strings.Contains(strings.ToLower(out), "calibration") || strings.Contains(out, "kim-2") {
			t.Errorf("it says\n%s", out)
		}
	}
}

// compared is a sample that another method is set against, with up to most of the changes.
func compared(t *testing.T, most int) evaluate.Report {
	t.Helper()
	a, results := sample()
	better, worse := results[1], results[0]
	better.Said = classify.Assessment{Language: "de", Recommendation: classify.NotARequest}
	worse.Said = classify.Assessment{Language: "en", Recommendation: classify.NotARequest}
	b := evaluate.Of(evaluate.Source{Name: "model"}, []evaluate.Result{worse, better, results[2], results[3]}, 0)
	c, err := evaluate.Compare(a, b, most)
	if err != nil {
		t.Fatal(err)
	}
	c.A, c.B = "the carried model", "mine <b>\x1b[2J"
	a.Comparison = &c
	return a
}

func TestAComparisonShowsWhatGotWorseFirst(t *testing.T) {
	r := compared(t, 20)
	var out bytes.Buffer
	if err := show.Comparison(&out, &r); err != nil {
		t.Fatal(err)
	}
	first, second := strings.Index(out.String(), "kim-1 worse"), strings.Index(out.String(), "kim-2 better")
	if first < 0 || second < first || !strings.Contains(out.String(), "2 notes changed: 1 worse, 1 better, 0 neither") {
		t.Errorf("it says\n%s", out.String())
	}
	for line := range strings.Lines(out.String()) {
		if utf8.RuneCountInString(line) > 101 || strings.ContainsAny(line, "\x1b\u202e") {
			t.Errorf("too wide, or not as it should reach a terminal: %q", line)
		}
	}
}

func TestThePageShowsTheComparisonAsTheTextDoes(t *testing.T) {
	r := compared(t, 20)
	got := page(t, &r)
	for _, want := range []string{
		"a: the carried model; b: mine &lt;b&gt;", "<td>recommendation</td>", "<b>&#43;0.000</b>", "1.0000", "<td>reasons, macro-F1</td>",
		"2 notes changed: 1 worse, 1 better, 0 neither; the first 2", "<h3>kim-1 <small>worse</small>", "<h3>kim-2 <small>better</small>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	if plain, _ := sample(); strings.Contains(page(t, &plain), "Another model") {
		t.Error("a page without a comparison speaks of one")
	}
}

func TestChangesThatWereNotAskedForAreOnlyCounted(t *testing.T) {
	r := compared(t, 0)
	r.Mistakes = nil
	var out bytes.Buffer
	if err := show.Comparison(&out, &r); err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{out.String(), page(t, &r)} {
		if !strings.Contains(got, "2 notes changed: 1 worse, 1 better, 0 neither") || strings.Contains(got, "SSO") || strings.Contains(got, "kim-1") {
			t.Errorf("it says\n%s", got)
		}
	}
}
