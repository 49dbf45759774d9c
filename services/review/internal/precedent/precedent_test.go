package precedent

import (
	"slices"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

var day = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func past(id string, people int, reasons ...policy.ReasonID) Past {
	return Past{
		Case: id, Round: 1, Tenant: "acme", Verdict: decide.Approve, By: "lena", AskedAt: day.Add(-time.Hour), DecidedAt: day,
		Traits: Traits{Reasons: reasons, People: people, Environment: "production", Priority: policy.PriorityHigh},
	}
}

func TestWhatIsMostAlikeStandsFirst(t *testing.T) {
	beta, old, normal := past("beta", 143, policy.SSOUnavailable), past("old", 143, policy.SSOUnavailable), past("normal", 143, policy.SSOUnavailable)
	beta.Environment, normal.Priority = "beta", policy.PriorityNormal
	old.DecidedAt = day.Add(-24 * time.Hour)
	of := Traits{Reasons: []policy.ReasonID{policy.SSOUnavailable, policy.FTPDenied}, People: 150, Environment: "production", Priority: policy.PriorityHigh}
	for _, c := range []struct {
		name string
		past []Past
		want []string
	}{
		{"the same reason before one of the family", []Past{past("family", 150, policy.AuthFailuresOver100), past("same", 1, policy.SSOUnavailable)}, []string{"same", "family"}},
		{"the first reason before a shared one", []Past{past("shared", 150, policy.FTPDenied), past("first", 1, policy.SSOUnavailable)}, []string{"first", "shared"}},
		{"another reason is no precedent", []Past{past("reports", 150, policy.ReportsFailing24h)}, nil},
		{"as many people before more", []Past{past("crowd", 9000, policy.SSOUnavailable), past("few", 120, policy.SSOUnavailable)}, []string{"few", "crowd"}},
		{"the same environment before another", []Past{beta, past("production", 143, policy.SSOUnavailable)}, []string{"production", "beta"}},
		{"the same priority before another", []Past{normal, past("high", 143, policy.SSOUnavailable)}, []string{"high", "normal"}},
		{"the latest first", []Past{old, past("new", 143, policy.SSOUnavailable)}, []string{"new", "old"}},
		{"three at most", []Past{past("a", 1, policy.SSOUnavailable), past("b", 1, policy.SSOUnavailable), past("c", 1, policy.SSOUnavailable), past("d", 1, policy.SSOUnavailable)}, []string{"a", "b", "c"}},
	} {
		var got []string
		for _, l := range Rank(of, c.past, policy.Default(), 3) {
			got = append(got, l.Case)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestOfACaseItsLastDecisionCounts(t *testing.T) {
	first, second := past("c-1", 10, policy.FTPDenied), past("c-1", 10, policy.FTPDenied)
	first.Verdict, second.Round = decide.Deny, 2
	got := Rank(Traits{Reasons: []policy.ReasonID{policy.FTPDenied}, People: 12}, []Past{second, first}, policy.Default(), 3)
	if len(got) != 1 || got[0].Verdict != decide.Approve || !got[0].Crowd || got[0].Bond != First {
		t.Errorf("got %+v", got)
	}
}

func TestNobodyKnowsHowManyIsNotAsManyPeople(t *testing.T) {
	got := Rank(Traits{Reasons: []policy.ReasonID{policy.FTPDenied}, People: -1}, []Past{past("c-1", -1, policy.FTPDenied)}, policy.Default(), 3)
	if len(got) != 1 || got[0].Crowd {
		t.Errorf("got %+v", got)
	}
}
