package console

import (
	"testing"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

func TestSourcesAreWords(t *testing.T) {
	c := &Console{Config: Config{Policy: policy.Default()}}
	of := &decide.Case{Conditions: []decide.Condition{{ID: "ep-1", Reason: policy.FTPDenied, Scope: decide.Platform, Subject: "eu"}}}
	for _, tt := range []struct{ source, en, de string }{
		{"ep-1", "monitoring: " + policy.Default().Title(policy.FTPDenied, "en") + ", Whole platform, eu", "Überwachung: " + policy.Default().Title(policy.FTPDenied, "de") + ", Ganze Plattform, eu"},
		{"field set by CUSTOMER", "field set by the customer", "Feld, gesetzt von der Kundenseite"},
		{"field set by AGENT", "field set by an agent", "Feld, gesetzt von Support"},
		{"field set by CSM", "field set by the CSM", "Feld, gesetzt von CSM"},
		{"", "", ""},
	} {
		if en, de := c.sourceOf(english, of, tt.source), c.sourceOf(german, of, tt.source); en != tt.en || de != tt.de {
			t.Errorf("%q is %q and %q, want %q and %q", tt.source, en, de, tt.en, tt.de)
		}
	}
}

func TestWhatIsMeasuredByNowStandsLastAmongContradictions(t *testing.T) {
	c := &Console{Config: Config{Policy: policy.Default()}}
	against := func(about policy.ReasonID) decide.Contradiction {
		return decide.Contradiction{About: string(about), Claimed: "holds", Measured: "no failed SSO log-in seen", Source: "monitoring"}
	}
	of := &decide.Case{
		Tickets: []decide.Ticket{
			{ID: "T-1", Tenant: "acme", Contradictions: []decide.Contradiction{against(policy.SSOUnavailable), against(policy.FTPDenied)}},
			{ID: "T-2", Tenant: "globex", Contradictions: []decide.Contradiction{against(policy.SSOUnavailable)}},
		},
		Conditions: []decide.Condition{{Reason: policy.SSOUnavailable, Scope: "acme", State: decide.Raised}, {Reason: policy.FTPDenied, Scope: "acme", State: decide.Cleared}},
	}
	got := c.contras(english, of)
	if len(got) != 3 || got[0].Overtaken || got[1].Overtaken || !got[2].Overtaken || got[2].Ticket != "T-1" {
		t.Fatalf("the contradictions are %+v; only what acme's ticket says of SSO is overtaken", got)
	}
	if want := "claimed: holds; measured: no failed SSO log-in seen, when the ticket was read; by now it is measured"; got[2].Text != want {
		t.Errorf("it says %q, want %q", got[2].Text, want)
	}
	if f := (&file{Contra: got}); len(f.FirstContra()) != 2 || !f.Weighed() {
		t.Errorf("the first screen has %+v, want the two that still stand, and a way to the third", f.FirstContra())
	}
}
