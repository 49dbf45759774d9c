package decide

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAWallStandsBetweenTenants(t *testing.T) {
	ours, theirs := 30, 500
	shared := Case{
		ID: "c-1", Tenant: Platform, Impact: Impact{Measured: new(530), Claimed: new(530), Said: new(530), Tenants: 7},
		Tickets: []Ticket{{Tenant: "acme", ID: "T-1", People: &ours}, {Tenant: "globex", ID: "G-9", Subject: "secret", People: &theirs}},
		Conditions: []Condition{
			{ID: "k1", Scope: Platform, Tenants: 7, People: 530, Evidence: []string{"okta/globex-1"}},
			{ID: "k2", Scope: "globex", Evidence: []string{"okta/globex-2"}},
		},
		Appealed: &Appeal{By: "gina@globex", Note: "a secret word"}, AskedAgain: 41, SplitFrom: "c-of-globex", Apart: []string{"c-of-globex"},
	}
	cem := Person{ID: "cem", Role: CSM, Tenants: []string{"acme"}}
	seen, ok := shared.SeenBy(cem)
	if !ok || len(seen.Tickets) != 1 || len(seen.Conditions) != 1 || *seen.Impact.Claimed != 30 || seen.Impact.Measured != nil {
		t.Errorf("a CSM of one tenant saw %+v", seen)
	}
	text, err := json.Marshal(seen)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{"globex", "G-9", "secret", "530", `"tenants":7`, "asked_again"} {
		if strings.Contains(string(text), hidden) {
			t.Errorf("a CSM of another tenant saw %q in %s", hidden, text)
		}
	}
	if own := (Appeal{By: "cem", Note: "we launch tomorrow"}); seen.Appealed == nil {
		t.Error("nobody sees that somebody appealed")
	} else if shared.Appealed = &own; true {
		if seen, _ = shared.SeenBy(cem); *seen.Appealed != own {
			t.Errorf("a CSM sees of their own appeal %+v", seen.Appealed)
		}
	}
	if len(shared.Tickets) != 2 || len(shared.Conditions) != 2 || shared.Conditions[0].People != 530 {
		t.Error("who looks changed the case")
	}
	for _, p := range []Person{{}, {ID: "x"}, {ID: "cem", Role: CSM}, {ID: "cem", Role: CSM, Tenants: []string{"initech"}}, {ID: "v", Role: Viewer, Tenants: []string{"initech"}}} {
		if _, ok := shared.SeenBy(p); ok {
			t.Errorf("%+v saw it", p)
		}
	}
	if all, ok := shared.SeenBy(Person{ID: "v", Role: Viewer}); !ok || len(all.Tickets) != 2 {
		t.Error("a viewer of all tenants did not see all")
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	for role, may := range map[Role][]Role{
		Viewer: {Viewer}, CSM: {CSM, Viewer}, Agent: {Agent, Viewer}, Leadership: {Leadership, Agent, Viewer},
		Admin: {Admin, Leadership, Agent, Viewer}, "owner": nil,
	} {
		for _, r := range Roles() {
			p := Person{ID: "x", Role: role}
			want := false
			for _, m := range may {
				want = want || m == r
			}
			if p.May(r) != want {
				t.Errorf("%s may %s: %v, want %v", role, r, p.May(r), want)
			}
			if p.ID = ""; p.May(r) {
				t.Errorf("nobody may %s", r)
			}
		}
	}
}
