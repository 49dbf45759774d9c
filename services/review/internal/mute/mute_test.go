package mute

import (
	"testing"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestAMuteStandsWhereTheTimeSays(t *testing.T) {
	m := Mute{From: noon, Until: noon.Add(time.Hour)}
	for at, want := range map[time.Duration]State{-1: Ahead, 0: Holds, time.Hour - 1: Holds, time.Hour: Over} {
		if got := m.At(noon.Add(at)); got.State != want || got.Lives() != (want == Ahead || want == Holds) {
			t.Errorf("%s after it begins it is %s, want %s", at, got.State, want)
		}
	}
	m.EndedAt = noon.Add(time.Minute)
	if got := m.At(noon.Add(2 * time.Minute)); got.State != Ended || got.Lives() {
		t.Errorf("one that was ended is %s", got.State)
	}
}

func TestACaseIsCoveredByWhatMaySilenceSomethingOfIt(t *testing.T) {
	of := &decide.Case{Tenant: "platform", Reasons: []policy.ReasonID{policy.SiteOutage}, Tickets: []decide.Ticket{
		{Tenant: "acme", Reasons: []policy.ReasonID{policy.InsightsUnavailable}},
	}}
	leads, reqs := []string{"leadership"}, []string{"requester"}
	for _, c := range []struct {
		name    string
		mute    Mute
		covered bool
	}{
		{"all of leadership's", Mute{Audiences: leads}, true},
		{"of its tenant", Mute{Audiences: leads, Tenants: []string{"platform"}}, true},
		{"leadership's of a ticket's tenant", Mute{Audiences: leads, Tenants: []string{"acme"}}, false},
		{"the requesters of a ticket's tenant", Mute{Audiences: reqs, Tenants: []string{"acme"}}, true},
		{"the requesters of another", Mute{Audiences: reqs, Tenants: []string{"globex"}}, false},
		{"of its reason", Mute{Audiences: leads, Reasons: []policy.ReasonID{policy.SiteOutage}}, true},
		{"of another reason", Mute{Audiences: leads, Reasons: []policy.ReasonID{policy.InsightsUnavailable}}, false},
		{"as severe", Mute{Audiences: leads, Severities: []policy.Priority{policy.PriorityCritical}}, true},
		{"less severe", Mute{Audiences: leads, Severities: []policy.Priority{policy.PriorityNormal}}, false},
		{"of one destination and kind", Mute{Audiences: leads, Destinations: []string{"ops"}, Kinds: []string{"approved"}}, true},
	} {
		if got := c.mute.Covers(of, policy.Default()); got != c.covered {
			t.Errorf("%s: covered = %v", c.name, got)
		}
	}
}

func TestWhoKnowsOfAMuteAndMaySetIt(t *testing.T) {
	all, acme, both := Mute{}, Mute{Tenants: []string{"acme"}}, Mute{Tenants: []string{"acme", "globex"}}
	for _, c := range []struct {
		role    decide.Role
		tenants []string
		mute    Mute
		sees    bool
		sets    bool
	}{
		{decide.Leadership, nil, all, true, true},
		{decide.Agent, nil, all, true, false},
		{decide.Viewer, nil, all, false, false},
		{decide.CSM, []string{"acme"}, acme, false, false},
		{decide.Leadership, []string{"acme"}, acme, true, true},
		{decide.Leadership, []string{"acme"}, both, false, false},
		{decide.Leadership, []string{"acme"}, all, false, false},
		{decide.Agent, []string{"acme"}, acme, true, false},
	} {
		p := decide.Person{ID: "p", Role: c.role, Tenants: c.tenants}
		if c.mute.SeenBy(p) != c.sees || c.mute.MaySet(p) != c.sets {
			t.Errorf("%s of %v, mute of %v: sees %v, sets %v", c.role, c.tenants, c.mute.Tenants, c.mute.SeenBy(p), c.mute.MaySet(p))
		}
	}
}
