package notification

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/pkg/policy"
)

func TestAPreviewShowsTheWordsOfAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "de"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "de", "requester.tmpl"), []byte(`{{define "approved.title"}}Ja zu {{.Ticket.ID}}{{end}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	shown, err := Preview(policy.Default(), Previewing{Folder: dir, Language: "de", Audience: "requester", Message: "approved"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shown {
		if s.Title != "Ja zu T-1" || s.Language != "de" || s.Audience != "requester" || s.Kind != "approved" {
			t.Errorf("shown %+v", s)
		}
	}
	if len(shown) != 2 { // decided, and a ticket that joins what is decided
		t.Errorf("%d are shown", len(shown))
	}
	for _, wrong := range []Previewing{{Message: "aproved"}, {Folder: filepath.Join(dir, "nowhere")}} {
		if _, err := Preview(policy.Default(), wrong); err == nil {
			t.Errorf("%+v is shown", wrong)
		}
	}
}

func TestThePersonalDataInWhatPeopleWroteIsNotTold(t *testing.T) {
	teller, err := teller(Config{}, policy.Default())
	if err != nil {
		t.Fatal(err)
	}
	if got := teller.Redact("Please call Mr Smith, 079 123 45 67, or smith@acme.example."); strings.Contains(got, "Smith") || strings.Contains(got, "123 45") || strings.Contains(got, "smith@") {
		t.Error(got)
	}
}
