package console

import (
	"slices"
	"testing"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
)

func TestEachSeesTheFormsOfTheirRole(t *testing.T) {
	asked := []decide.Ticket{{Tenant: "acme", ID: "T-1", Asks: "note-1"}}
	for _, tt := range []struct {
		name  string
		state decide.State
		role  decide.Role
		want  []desk.Action
	}{
		{"a viewer decides nothing", decide.PendingReview, decide.Viewer, nil},
		{"a CSM decides nothing", decide.PendingReview, decide.CSM, nil},
		{"a CSM appeals against a denial", decide.Denied, decide.CSM, []desk.Action{desk.Appeal}},
		{"an agent takes care of what was decided", decide.PendingReview, decide.Agent, []desk.Action{desk.ETA, desk.Update, desk.Resolve, desk.Assign, desk.Withdraw}},
		{"an agent appeals too", decide.Denied, decide.Agent, []desk.Action{desk.ETA, desk.Update, desk.Appeal, desk.Assign}},
		{"leadership decides", decide.PendingReview, decide.Leadership, []desk.Action{desk.Approve, desk.Deny, desk.RequestInfo, desk.Acknowledge, desk.ETA, desk.Update, desk.Resolve, desk.Claim, desk.Assign, desk.Withdraw}},
		{"leadership reopens and does not appeal", decide.Denied, decide.Leadership, []desk.Action{desk.ETA, desk.Update, desk.Reopen, desk.Close, desk.Assign}},
		{"nothing is left of a closed case", decide.Closed, decide.Admin, nil},
	} {
		a := actionsFor(english, &decide.Case{Tenant: "acme", State: tt.state, Tickets: asked}, decide.Person{ID: "p", Role: tt.role, Tenants: []string{"acme"}})
		var got []desk.Action
		a.all(func(f *form) { got = append(got, f.Action) })
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWhoClaimedACaseCanReleaseIt(t *testing.T) {
	of := &decide.Case{Tenant: "acme", State: decide.PendingReview, ClaimedBy: "lena"}
	has := func(id string, action desk.Action) (found bool) {
		a := actionsFor(english, of, decide.Person{ID: id, Role: decide.Leadership})
		a.all(func(f *form) { found = found || f.Action == action })
		return found
	}
	if has("lena", desk.Claim) || !has("lena", desk.Release) || !has("omar", desk.Claim) {
		t.Error("a claim is offered to who has it, or a release is not")
	}
}
