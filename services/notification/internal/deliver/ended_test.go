package deliver

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// silence is a mute of lena's that is over and silenced something.
func silence() Ended {
	e := Ended{
		ID: "m-1", By: "lena", Why: "move of the data center", From: at, Until: at.Add(2 * time.Hour), EndedBy: "omar",
		News: 31, Cases: 22, Tenants: []string{"acme"}, Destinations: []string{"ops", "chief"},
	}
	for _, c := range []string{"c-1", "c-2"} {
		e.Last = append(e.Last, Notification{Tenant: "acme", Case: c, Title: c + " opened", At: at.Add(time.Hour), Link: "https://tocsin.example/cases/" + c, Reasons: []policy.ReasonID{policy.SSOUnavailable}})
	}
	return e
}

func TestWhatAMuteSilencedIsSaidInBothLanguages(t *testing.T) {
	for _, lang := range Languages() {
		t.Run(lang, func(t *testing.T) {
			teller := Teller{Policy: policy.Default(), Language: lang, Console: "https://tocsin.example/"}
			all, err := teller.MuteEnded(silence())
			if err != nil {
				t.Fatal(err)
			}
			one := silence()
			one.News, one.Cases, one.EndedBy, one.Last, one.Tenants = 1, 1, "", one.Last[:1], []string{"acme", "globex"}
			least, err := teller.MuteEnded(one)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", lang, "mute_ended.golden"), all.Title+"\n\n"+all.Body+"\n\n===\n"+least.Title+"\n\n"+least.Body+"\n")
			if all.Tenant != "acme" || least.Tenant != Platform || all.ID != least.ID || all.Case != "" || all.Link != "https://tocsin.example/mutes" {
				t.Errorf("%+v\n%+v", all, least)
			}
			if !slices.Equal(all.Reasons, []policy.ReasonID{policy.SSOUnavailable}) {
				t.Errorf("it is of %v", all.Reasons)
			}
		})
	}
}

func TestWhyAMuteWasSetIsToldWithoutPersonalData(t *testing.T) {
	e := silence()
	e.Why = "ask rita@acme.example"
	n, err := Teller{Redact: func(s string) string { return strings.ReplaceAll(s, "rita@acme.example", "[MAIL_1]") }}.MuteEnded(e)
	if err != nil || strings.Contains(n.Body, "rita") || !strings.Contains(n.Body, "[MAIL_1]") {
		t.Errorf("%v\n%s", err, n.Body)
	}
}
