package detect

import (
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// raisedBy is what another engine has stated and not ended.
func raisedBy(reason policy.ReasonID, subject string, when time.Time) Change {
	return Change{
		ID: "x" + subject, Episode: "x" + subject, Change: Raised, Scope: "acme", Reason: string(reason), Subject: subject,
		At: when, FirstAt: when, Value: 1, Threshold: 1,
	}
}

func TestALaunchGoesOnByWhatIsInherited(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.launch("acme", "onboarding", at("0s"), at("48h")), at("0s"))
	audit := raisedBy(policy.ProfileDiscrepancy100, "", at("-200h"))
	launch := raisedBy(policy.ProgramLaunchBlocked, "onboarding", at("-100h"))
	compare(t, l.e.TakeOver([]Change{launch, audit}, at("-10h"), "1"), nil)
	l.restart()
	l.apply(s.add("acme", at("1h"), Signal{Kind: KindProfileAudit, Audit: ProfileAudit{Audit: "a"}}), at("1h"))
	got := blocked(l.stated())
	compare(t, got, []string{"1h0m0s cleared program_launch_blocked acme 0/1"})
	if len(got) == 1 && got[0].Episode != launch.Episode {
		t.Errorf("ended the episode %s", got[0].Episode)
	}
}

func TestALaunchThatNothingInheritedBlocksEnds(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.launch("acme", "onboarding", at("0s"), at("48h")), at("0s"))
	launch := raisedBy(policy.ProgramLaunchBlocked, "onboarding", at("-1h"))
	compare(t, l.e.TakeOver([]Change{launch}, at("-10h"), "1"), []string{"-1h0m0s withdrawn program_launch_blocked acme 0/1"})
}

func TestALaunchThatWhatIsInheritedBlocksIsRaisedOnce(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.launch("acme", "onboarding", at("0s"), at("48h")), at("0s"))
	audit := raisedBy(policy.ProfileDiscrepancy100, "", at("-200h"))
	compare(t, l.e.TakeOver([]Change{audit}, at("-10h"), "1"), []string{"0s raised program_launch_blocked acme 1/1"})
}

func TestWhatIsInheritedAndWasNotHeardOfStands(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.e.Advance(nine)
	ticket := raisedBy(policy.StaleTicket1w, "T-1", at("-300h"))
	launch := raisedBy(policy.ProgramLaunchBlocked, "onboarding", at("-100h"))
	compare(t, l.e.TakeOver([]Change{ticket, launch}, at("-192h"), "1"), nil)
	l.restart()
	l.minutes(nine, at("2h"))
	l.apply(s.says(at("3h"), silentSince("3h")), at("3h"))
	l.apply(s.launch("acme", "onboarding", at("3h"), at("400h")), at("3h"))
	compare(t, l.stated(), []string{
		"3h0m0s cleared stale_ticket_1w acme 0/168",
		"3h0m0s expired program_launch_blocked acme 0/1",
	})
}

func TestLaunchesThatAreYetToComeAreSaidAgain(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{})
	first := s.launch("acme", "onboarding", at("0s"), at("48h"))
	l.apply(s.launch("acme", "onboarding", at("-1h"), at("1h")), at("0s"))
	l.apply(first, at("0s"))
	l.apply(s.launch("beta", "long past", at("0s"), at("0s").Add(-8*24*time.Hour)), at("0s"))
	var got []Signal
	l.e.Reminders(func(sig Signal) { got = append(got, sig) })
	if len(got) != 1 || string(got[0].AppendContent(nil)) != string(first.AppendContent(nil)) {
		t.Fatalf("%+v, want %+v", got, first)
	}
	l.restart()
	l.apply(got[0], at("1h"))
	if l.e.Summary().Duplicates != 1 {
		t.Errorf("what is said again is not known: %+v", l.e.Summary())
	}
}
