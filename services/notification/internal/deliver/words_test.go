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

	"tocsin/pkg/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTheWords(t *testing.T) {
	pol := policy.Default()
	for _, lang := range []string{"en", "de"} {
		for _, story := range Samples(lang, "acme") {
			t.Run(lang+"/"+story.Name, func(t *testing.T) {
				told, err := Teller{Policy: pol, Language: lang, Console: "https://tocsin.example/"}.Tell(story.Change)
				if err != nil {
					t.Fatal(err)
				}
				var b strings.Builder
				for _, n := range told {
					fmt.Fprintf(&b, "=== %s %s %s %s %s\n%s\n\n%s\n\n", n.Audience, n.Recipient, n.Ticket, n.Kind, n.Link, n.Title, n.Body)
				}
				golden(t, filepath.Join("testdata", lang, story.Name+".golden"), b.String())
			})
		}
	}
}

func TestTheWordsOfWhatIsToldOfNoCase(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		told, err := Teller{Policy: policy.Default(), Language: lang, Console: "https://tocsin.example/"}.Asides()
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		ids := map[string]bool{}
		for _, n := range told {
			fmt.Fprintf(&b, "=== %s %s source=%s destination=%s %s\n%s\n\n%s\n\n", n.Audience, n.Kind, n.Source, n.Destination, n.Link, n.Title, n.Body)
			if ids[n.ID] || n.ID == "" || n.Case != "" || n.Tenant != Platform || strings.Contains(n.Title+n.Body, "%!") {
				t.Errorf("%+v", n)
			}
			ids[n.ID] = true
		}
		golden(t, filepath.Join("testdata", lang, "asides.golden"), b.String())
	}
}

func TestTheWordsOfALaddersCalls(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		told, err := Teller{Policy: policy.Default(), Language: lang, Console: "https://tocsin.example/"}.Calls(lang, "acme")
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, n := range told {
			fmt.Fprintf(&b, "=== %s %s %s %s\n%s\n\n%s\n\n", n.Audience, n.Recipient, n.Kind, n.Link, n.Title, n.Body)
		}
		golden(t, filepath.Join("testdata", lang, "calls.golden"), b.String())
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
		Leadership: {CaseOpened, ConditionLinked, ConditionEnded, Approved, Denied, ETAGiven, ETAMoved, Resolved, Reopened, Withdrawn, Expired, DecisionOverdue, ETANear, ETAOverdue},
		Requester:  {UnderReview, InfoNeeded, Approved, Denied, ETAGiven, ETAMoved, Resolved, Progress, DecisionOverdue, ETAOverdue, UpdateOverdue, InfoReminder, Unanswered},
	}
	teller := Teller{Policy: policy.Default()}
	kinds[CSM], kinds[Agent] = kinds[Requester], kinds[Requester]
	for _, lang := range []string{"en", "de"} {
		for audience, list := range kinds {
			for _, k := range list {
				v := teller.view(letter{audience: audience, kind: k, tickets: outage(lang).Tickets}, changed(outage(lang), "opened", ""), lang)
				title, body, err := teller.say(audience, "acme", lang, v)
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
