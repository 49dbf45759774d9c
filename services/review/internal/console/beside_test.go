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
