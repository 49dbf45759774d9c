package deliver

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

// stories are the changes whose words are kept as golden files.
func stories(lang string) map[string]Change {
	list := map[string]Change{}
	add := func(story, name, from, to string, edit func(*Change)) {
		c := changed(outage(lang), name, from)
		c.Case.State, c.Transition.To = to, to
		if edit != nil {
			edit(&c)
		}
		list[story] = c
	}
	eta := func(c *Change) { c.Case.ETA = at.Add(2 * time.Hour) }
	add("opened", "opened", "", "pending_review", func(c *Change) {
		c.Case.Recommendation, c.Case.Denials = "ineligible", []policy.GroundID{policy.TechniciansActive, policy.BetaOnly}
	})
	add("opened_for_everyone", "opened", "", "detected", func(c *Change) {
		c.Case.Tenant, c.Case.Tenants, c.Case.Tickets = Platform, 12, nil
	})
	add("info_needed", "opened", "", "needs_info", func(c *Change) {
		c.Case.Conditions, c.Case.Reasons, c.Case.People = nil, nil, nil
		c.Case.Tickets = c.Case.Tickets[:1]
		c.Case.Tickets[0].Recommendation, c.Case.Recommendation = "needs_info", "needs_info"
		c.Case.Tickets[0].Missing = []policy.MissingID{policy.MissingReason, policy.MissingUrgency}
	})
	add("question", "info_requested", "pending_review", "needs_info", func(c *Change) { c.Case.Question = "Which browser do they use?" })
	add("condition_linked", "condition_linked", "pending_review", "pending_review", nil)
	add("condition_ended", "condition_ended", "pending_review", "pending_review", func(c *Change) { c.Case.Conditions[0].Live = false })
	add("approved", "approved", "pending_review", "approved", func(c *Change) { c.Transition.Note = "Two engineers are free." })
	add("joined_with_eta", "ticket_linked", "in_progress", "in_progress", func(c *Change) { eta(c); c.Transition.Tenant, c.Transition.Ticket = "acme", "T-1" })
	add("denied_small_audience", "denied", "pending_review", "denied", func(c *Change) {
		c.Case.Ground, c.Case.People, c.Case.Conditions = policy.SmallAudience, new(uint32(12)), nil
	})
	add("denied_without_ground", "denied", "pending_review", "denied", func(c *Change) { eta(c); c.Transition.Note = "Nobody is free." })
	add("eta_given", "eta_given", "approved", "in_progress", eta)
	add("eta_moved", "eta_moved", "in_progress", "in_progress", func(c *Change) { eta(c); c.Case.ETAReason = "A second server failed." })
	add("resolved", "resolved", "in_progress", "resolved", nil)
	add("reopened", "reopened", "resolved", "pending_review", func(c *Change) { c.Transition.Note = "It is back." })
	add("withdrawn", "ticket_withdrawn", "pending_review", "withdrawn", nil)
	add("expired", "condition_ended", "detected", "expired", nil)
	add("decision_overdue", "decision_overdue", "pending_review", "pending_review", nil)
	add("opened_by_hand", "opened", "", "pending_review", func(c *Change) { c.Transition.Note = "A customer called." })
	add("decision_passed_on", "decision_passed_on", "pending_review", "pending_review", nil)
	add("update_overdue", "update_overdue", "in_progress", "in_progress", eta)
	add("progress", "progress", "in_progress", "in_progress", func(c *Change) { eta(c); c.Transition.Note = "The vendor restores a copy." })
	add("info_reminder", "info_reminder", "needs_info", "needs_info", func(c *Change) { c.Case.Question = "Which browser do they use?" })
	add("unanswered", "expired", "needs_info", "expired", nil)
	add("eta_overdue", "eta_overdue", "in_progress", "in_progress", eta)
	return list
}

func TestTheWords(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		for story, c := range stories(lang) {
			t.Run(lang+"/"+story, func(t *testing.T) {
				told, err := Teller{Policy: policy.Default(), Language: lang, Console: "https://tocsin.example/"}.Tell(c)
				if err != nil {
					t.Fatal(err)
				}
				var b strings.Builder
				for _, n := range told {
					fmt.Fprintf(&b, "=== %s %s %s %s %s\n%s\n\n%s\n\n", n.Audience, n.Recipient, n.Ticket, n.Kind, n.Link, n.Title, n.Body)
				}
				golden(t, filepath.Join("testdata", lang, story+".golden"), b.String())
			})
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s says otherwise; if the new words are right, run the test with -update:\n%s", file, got)
	}
}

func TestEveryMessageHasWordsInBothLanguages(t *testing.T) {
	kinds := map[string][]Kind{
		Leadership: {CaseOpened, ConditionLinked, ConditionEnded, Approved, Denied, ETAGiven, ETAMoved, Resolved, Reopened, Withdrawn, Expired, DecisionOverdue, ETAOverdue},
		Requester:  {UnderReview, InfoNeeded, Approved, Denied, ETAGiven, ETAMoved, Resolved},
	}
	kinds[CSM], kinds[Agent] = kinds[Requester], kinds[Requester]
	for _, lang := range []string{"en", "de"} {
		for audience, list := range kinds {
			for _, k := range list {
				title, body, err := words(Teller{Policy: policy.Default()}.view(letter{audience: audience, kind: k, tickets: outage(lang).Tickets}, changed(outage(lang), "opened", ""), lang))
				if err != nil || title == "" || body == "" || strings.Contains(title+body, "%!") {
					t.Errorf("%s %s in %s: %q, %q, %v", audience, k, lang, title, body, err)
				}
			}
		}
	}
}

// informal are forms of du, and nouns that the house writes otherwise.
var informal = regexp.MustCompile(`(?i)\b(du|dich|dir|dein\w*|euch|euer|eure\w*|User|Nutzer|Benutzer)\b`)

func TestGermanIsFormal(t *testing.T) {
	files, err := filepath.Glob("testdata/de/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range informal.FindAllString(strings.ReplaceAll(string(text), "Benutzer:innen", ""), -1) {
			t.Errorf("%s: %q; write Sie, and Benutzer:innen", f, found)
		}
	}
}

func TestAnApprovalPromisesNoFasterResolution(t *testing.T) {
	for lang, words := range map[string]string{"en": "guarantee a faster resolution", "de": "keine schnellere Lösung"} {
		for _, n := range tell(t, changed(outage(lang), "approved", "pending_review")) {
			if n.Language == lang && !strings.Contains(n.Body, words) {
				t.Errorf("%s in %s is not told: %s", n.Audience, lang, n.Body)
			}
		}
	}
}

func TestWhatPeopleWroteStaysOnALine(t *testing.T) {
	c := outage("en")
	c.Tickets[0].Subject = "first\r\nSubject: injected " + strings.Repeat("é", 500)
	told := tell(t, changed(c, "approved", "pending_review"))
	i := slices.IndexFunc(told, func(n Notification) bool { return n.Audience == Requester })
	if strings.Contains(told[i].Body, "first\r\n") || strings.Contains(told[i].Body, "first\nSubject") || len([]rune(told[i].Body)) > 900 {
		t.Errorf("a subject breaks the message:\n%s", told[i].Body)
	}
}
