package deliver

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func folder(files ...string) fstest.MapFS {
	all := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		all[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return all
}

func said(t *testing.T, w *Words, tenant, audience string) Notification {
	t.Helper()
	for _, s := range Samples("en", tenant) {
		if s.Name != "approved" {
			continue
		}
		told, err := Teller{Policy: builtinPolicy, Words: w}.Tell(s.Change)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range told {
			if n.Audience == audience {
				return n
			}
		}
	}
	t.Fatal("nobody was told")
	return Notification{}
}

func TestWordsOfAFolderStandInPlaceOfTheProgramsAndATenantsBeforeThem(t *testing.T) {
	w, err := ReadWords(folder(
		"README.md", "not words",
		"en/requester.tmpl", `{{define "approved.title"}}Yes: {{.Ticket.ID}}{{end}}{{define "effort"}}We try.{{end}}`,
		"tenants/acme/en/requester.tmpl", `{{define "effort"}}For you.{{end}}`,
	))
	if err != nil {
		t.Fatal(err)
	}
	if n := said(t, w, "globex", Requester); n.Title != "Yes: T-1" || !strings.HasSuffix(n.Body, "We try.") || !strings.Contains(n.Body, "has approved the escalation") {
		t.Errorf("globex reads %s\n%s", n.Title, n.Body)
	}
	if n := said(t, w, "acme", Requester); n.Title != "Yes: T-1" || !strings.HasSuffix(n.Body, "For you.") {
		t.Errorf("acme reads %s\n%s", n.Title, n.Body)
	}
	if n := said(t, w, "acme", Leadership); !strings.Contains(n.Title, "approved: More than") {
		t.Errorf("leadership reads %s", n.Title)
	}
}

func TestWordsThatCanNotBeSaidAreRefusedWithTheirPlace(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"another language":       {"fr/requester.tmpl", "", "fr/requester.tmpl: nobody reads words there"},
		"a tenant's leadership":  {"tenants/acme/en/leadership.tmpl", "", "nobody reads words there"},
		"no template":            {"en/requester.tmpl", "{{define \"effort\"}}\n{{.Ticket", "en/requester.tmpl:2:"},
		"a message that is none": {"en/requester.tmpl", `{{define "aproved.title"}}x{{end}}`, `there is no message "aproved.title"`},
		"outside of a message":   {"en/requester.tmpl", "Hello", "words outside of {{define}}"},
		"empty":                  {"de/colleague.tmpl", `{{define "tickets"}} {{end}}`, `"tickets" is empty`},
		"an unknown field":       {"en/requester.tmpl", `{{define "effort"}}{{.Tickte}}{{end}}`, "en/requester.tmpl:1"},
		"a part that is missing": {"en/leadership.tmpl", `{{define "note"}}{{template "nota" .}}{{end}}`, `"nota"`},
		"a title of nothing":     {"en/requester.tmpl", `{{define "approved.title"}}{{with .Unread}}x{{end}}{{end}}`, "leave the title of approved empty"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadWords(folder(c.file, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestWordsThatDoNotFitAMessageGiveWayToTheProgramsOwn(t *testing.T) {
	w, err := ReadWords(folder("en/requester.tmpl", `{{define "change"}}{{if eq .Ticket.Source "jira"}}{{index .Questions 99}}{{else}}more.{{end}}{{end}}`))
	if err != nil {
		t.Fatal(err)
	}
	c := changed(outage("en"), "denied", "pending_review")
	c.Case.State, c.Transition.To, c.Case.Tickets[0].Source = "denied", "denied", "jira"
	told, err := Teller{Policy: builtinPolicy, Words: w}.Tell(c)
	if err != nil || !strings.Contains(told[1].Body, "the problem becomes graver") {
		t.Errorf("%v: %+v", err, told)
	}
}

// All that templates for people outside leadership could read, said at once.
func TestNoWordsTellOutsidersWhatIsLeaderships(t *testing.T) {
	w, err := ReadWords(folder("en/requester.tmpl", `{{define "effort"}}{{printf "%+v" .}}{{end}}`, "en/colleague.tmpl", `{{define "approved.body"}}{{printf "%+v" .}}{{end}}`))
	if err != nil {
		t.Fatal(err)
	}
	c := changed(outage("en"), "approved", "pending_review")
	c.Transition.Note, c.Case.State = "between us", "approved"
	c.Case.Title = "the case's title"
	other := c.Case.Tickets[1]
	other.Tenant, other.ID, other.Requester, other.CSM = "globex", "G-9", "gina", "gus"
	c.Case.Tickets = append(c.Case.Tickets, other)
	told, err := Teller{Policy: builtinPolicy, Words: w}.Tell(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range told {
		if n.Audience == Leadership || n.Tenant != "acme" {
			continue
		}
		if !strings.Contains(n.Body, "T-") {
			t.Errorf("the words were not said: %s", n.Body)
		}
		for _, secret := range []string{"between us", "our program starts", "eligible", "globex", "G-9", "the case's title", "lena", "1200", "auth_failures"} {
			if strings.Contains(n.Body, secret) {
				t.Errorf("%s reads %q:\n%s", n.Audience, secret, n.Body)
			}
		}
	}
}

func TestPersonalDataIsToldToNobody(t *testing.T) {
	hide := func(s string) string { return strings.ReplaceAll(s, "hans@acme.example", "[MAIL_1]") }
	c := changed(outage("en"), "approved", "pending_review")
	c.Case.State = "approved"
	c.Case.Tickets[0].Subject, c.Case.Tickets[0].Quote = "hans@acme.example is out", "ask hans@acme.example"
	c.Transition.Note = "call hans@acme.example"
	told, err := Teller{Policy: builtinPolicy, Redact: hide}.Tell(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range told {
		inside := n.Audience == Leadership
		if strings.Contains(n.Title+n.Body, "hans@") || strings.Contains(n.Body, "[MAIL_1]") != inside {
			t.Errorf("%s reads:\n%s", n.Audience, n.Body)
		}
	}
	if c.Case.Tickets[0].Quote != "ask hans@acme.example" {
		t.Error("the caller's case was changed")
	}
}

// formal are forms of Sie; a sentence that begins with "Sie" may speak of others.
var formal = regexp.MustCompile(`\b(Ihnen|Ihr|Ihre|Ihrem|Ihren|Ihrer|Ihres|Sie)\b`)

func TestTheExampleOfATenantSaysDuThroughout(t *testing.T) {
	w, err := ReadWords(os.DirFS("../../../../deploy/examples/words"))
	if err != nil {
		t.Fatal(err)
	}
	for tenant, du := range map[string]bool{"acme": true, "globex": false} {
		for _, s := range Samples("de", tenant) {
			told, err := Teller{Policy: builtinPolicy, Words: w}.Tell(s.Change)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range told {
				if n.Audience != Requester {
					continue
				}
				if found := formal.FindString(n.Body); du && found != "" {
					t.Errorf("%s says %q:\n%s", s.Name, found, n.Body)
				}
				if found := informal.FindString(strings.ReplaceAll(n.Body, "Benutzer:innen", "")); !du && found != "" {
					t.Errorf("%s says %q to a tenant without words of its own:\n%s", s.Name, found, n.Body)
				}
			}
		}
	}
}
