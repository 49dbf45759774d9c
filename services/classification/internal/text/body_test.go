package text

import (
	"strings"
	"testing"
)

func TestCleanKeepsOnlyWhatTheAuthorWroteNow(t *testing.T) {
	for name, c := range map[string]struct{ note, want string }{
		"quoted lines":            {"> SSO is down\n> please escalate\nThanks, got it.", "Thanks, got it."},
		"reply below a header":    {"Got it.\n\nOn Tue, 3 Nov 2026 at 10:12, Jane <j@x.org> wrote:\nSSO is down", "Got it."},
		"header over two lines":   {"Got it.\nOn Tuesday the third of November,\nJane Doe wrote:\n> SSO is down", "Got it."},
		"German reply header":     {"Danke.\nAm Di., 3. Nov. 2026 um 10:12 schrieb Erika:\nSSO geht nicht", "Danke."},
		"answers between quotes":  {"On Monday, Jane wrote:\n> Is it urgent?\nYes, the audit is tomorrow.\n> How many?\n400", "Yes, the audit is tomorrow.\n400"},
		"Outlook header block":    {"See below.\nVon: Erika\nGesendet: Montag\nAn: Support\nBetreff: SSO\n\nSSO geht nicht", "See below."},
		"a whole mail":            {"From: Jane\nSent: Monday\nTo: Support\nSubject: SSO\n\nSSO is down", "SSO is down"},
		"signature mark":          {"SSO is down\n-- \nJane Doe\nHead of Outages", "SSO is down"},
		"closing formula":         {"SSO is down.\n\nKind regards,\nJane Doe\nHead of Learning", "SSO is down.\n\nKind regards,"},
		"words after the closing": {"SSO is down.\nThanks\nJane\nPS: by now four hundred people cannot log in any more", "SSO is down.\nThanks\nPS: by now four hundred people cannot log in any more"},
		"sent from a phone":       {"sso down\nSent from my iPhone", "sso down"},
		"markup":                  {"<p>SSO&nbsp;is <b>do</b>wn &amp; out</p><blockquote>old</blockquote>", "SSO is down & out"},
		"a comparison is no tag":  {"fewer than < 100 users, a <b", "fewer than < 100 users, a <b"},
		"invisible characters":    {"S\u200bS\u200dO is d\u00adown\u202e", "SSO is down"},
		"a combining umlaut":      {"verfu\u0308gbar", "verfügbar"},
		"typographic marks":       {"can\u2019t \u201clog in\u201d", "can't \"log in\""},
		"bytes that are no text":  {"SSO \xff\xfe down", "SSO    down"},
		"nothing":                 {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.TrimSpace(Clean(c.note).Text); got != strings.TrimSpace(c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestEveryPlaceInTheBodyLeadsBackToTheOriginal(t *testing.T) {
	note := "> old\n<p>F\u00fcr Z&uuml;rich: S\u200bSO \u201etot\u201c</p>"
	body := Clean(note)
	for word, want := range map[string]string{"Für": "Für", "Zürich": "Z&uuml;rich", "SSO": "S\u200bSO", "tot": "tot"} {
		at := strings.Index(body.Text, word)
		if at < 0 {
			t.Fatalf("%q is not in %q", word, body.Text)
		}
		s := body.Origin(at, at+len(word))
		if got := note[s.Start:s.End]; got != want {
			t.Errorf("%q leads to %q, want %q", word, got, want)
		}
	}
}

func TestALongNoteIsReadUpToTheBound(t *testing.T) {
	body := Clean(strings.Repeat("so many words ", 100_000))
	if len(body.Text) > MaxBody || len(body.Cuts) == 0 || body.Cuts[len(body.Cuts)-1].Kind != CutLength {
		t.Errorf("%d bytes read, cuts %v", len(body.Text), body.Cuts)
	}
}
