package deliver

import (
	"slices"
	"testing"
)

func TestTicketsThatJoinADecidedCaseByHandHearWhereItStands(t *testing.T) {
	change := changed(outage("en"), "absorbed", "approved")
	change.Case.State, change.Transition.To = "approved", "approved"
	change.Case.Tickets[1].LinkedAt = change.Transition.At
	if got, want := heard(tell(t, change)), []string{"requester/T-2 approved", "csm/T-2 approved"}; !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}

func TestOnlyWhoLacksAnAnswerIsReminded(t *testing.T) {
	change := changed(outage("en"), "info_reminder", "needs_info")
	change.Case.State, change.Transition.To = "needs_info", "needs_info"
	change.Case.Tickets[0].Recommendation = "needs_info"
	if got, want := heard(tell(t, change)), []string{"requester/T-1 info_reminder", "csm/T-1 info_reminder", "agent/T-1 info_reminder"}; !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}
