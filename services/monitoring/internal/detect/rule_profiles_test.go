package detect

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

const profiles = "profile_discrepancy_100"

// audit finds so many people with wrong data.
func (s *story) audit(tenant string, users uint32, when time.Time) Signal {
	return s.add(tenant, when, Signal{Kind: KindProfileAudit, Audit: ProfileAudit{Audit: fmt.Sprint("a", s.n), Discrepant: users}})
}

func TestTheHundredthWrongProfileRaises(t *testing.T) {
	for users, want := range map[uint32][]string{
		99:  nil,
		100: {"0s raised " + profiles + " acme 100/100"},
		101: {"0s raised " + profiles + " acme 101/100"},
	} {
		s := newStory(t)
		s.audit("acme", users, at("0s"))
		s.want("acme", at("1h"), want...)
	}
}

func TestTheLatestAuditIsTheEvidence(t *testing.T) {
	s := newStory(t)
	s.audit("acme", 120, at("-1h"))
	s.audit("acme", 99, at("-30m"))
	last := s.audit("acme", 143, at("0s"))
	got := s.replay(ReplayOptions{Scopes: Tenants})
	c := got[len(got)-1]
	if c.Value != 143 || c.People != 143 || c.Tenants != 1 || !c.FirstAt.Equal(at("0s")) || c.Window != 0 ||
		!reflect.DeepEqual(c.Evidence, []string{"test/" + last.ID}) {
		t.Errorf("stated %+v", c)
	}
}

func TestALaterAuditBelowTheLineClearsAndOneOnItDoesNot(t *testing.T) {
	s := newStory(t)
	s.audit("acme", 150, at("0s"))
	s.audit("acme", 100, at("1h"))
	s.audit("acme", 99, at("2h"))
	s.want("acme", at("3h"), "0s raised "+profiles+" acme 150/100", "2h0m0s cleared "+profiles+" acme 99/100")
}

func TestAnAuditBelowTheLineWinsOverOneOfTheSameInstant(t *testing.T) {
	s := newStory(t)
	s.audit("acme", 150, at("0s"))
	s.audit("acme", 99, at("0s")) // its id is the greater one
	s.want("acme", at("1h"))
	again := s.replay(ReplayOptions{Distinct: true}) // in the order given, which is that of Compare
	compare(t, again, nil)
}

func TestOfTwoFailingAuditsOfOneInstantTheGreaterIDStands(t *testing.T) {
	s := newStory(t)
	s.audit("acme", 150, at("0s"))
	greater := s.audit("acme", 140, at("0s"))
	s.audit("acme", 99, at("1h"))
	l := s.live(Options{Scopes: Tenants})
	l.apply(greater, at("0s"))
	l.apply(s.signals[0], at("0s"))
	if st, _ := l.e.Standing("acme", profiles, ""); st.Value != 140 {
		t.Errorf("%+v", st)
	}
	s.want("acme", at("30m"), "0s raised "+profiles+" acme 150/100", "1h0m0s cleared "+profiles+" acme 99/100")
}

func TestALateAuditOfTheSameInstantWithdrawsWithinTheLateness(t *testing.T) {
	for stamp, want := range map[string][]string{
		"10m":     {"0s raised " + profiles + " acme 150/100", "0s withdrawn " + profiles + " acme 99/100"},
		"10m 1ns": {"0s raised " + profiles + " acme 150/100"},
	} {
		s := newStory(t)
		l := s.live(Options{Scopes: Tenants})
		l.apply(s.audit("acme", 150, at("0s")), at("0s"))
		l.tick(at("1s"), at(stamp))
		l.apply(s.audit("acme", 99, at("0s")), at(stamp))
		compare(t, l.stated(), want)
	}
}

func TestAnOlderAuditIsTooLateAndTheNewestCountsAtAnyAge(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.audit("acme", 99, at("-49h")), at("0s"))
	l.apply(s.audit("acme", 150, at("-48h")), at("1s"))
	late := s.audit("acme", 98, at("-50h"))
	l.apply(late, at("2s"))
	compare(t, l.stated(), []string{"-48h0m0s raised " + profiles + " acme 150/100"})
	if len(l.refusals) != 1 || l.refusals[0].ID != late.ID || l.refusals[0].Reason != Late {
		t.Errorf("refused: %v", l.refusals)
	}
}

func TestAProfileConditionExpiresAWeekAfterTheLastAudit(t *testing.T) {
	s := newStory(t)
	s.audit("acme", 150, at("0s"))
	s.audit("acme", 160, at("24h"))
	raised := "0s raised " + profiles + " acme 150/100"
	s.want("acme", at("192h").Add(-1), raised)
	s.want("acme", at("192h"), raised, "192h0m0s expired "+profiles+" acme 0/100")
	s.audit("acme", 150, at("193h"))
	s.want("acme", at("200h"), raised, "192h0m0s expired "+profiles+" acme 0/100", "193h0m0s raised "+profiles+" acme 150/100")
}

func TestALateSuccessBetweenTwoFailingAuditsMakesNoExpiryAClear(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.audit("acme", 150, at("0s")), at("0s"))
	l.apply(s.audit("acme", 150, at("2h")), at("2h"))
	l.apply(s.audit("acme", 10, at("1h")), at("2h"))
	l.e.Advance(at("171h"))
	l.got = append(l.got, l.e.Advance(at("171h"))...)
	compare(t, l.stated(), []string{"0s raised " + profiles + " acme 150/100", "170h0m0s expired " + profiles + " acme 0/100"})
}

func TestAuditsOfATenantSayNothingOfThePlatform(t *testing.T) {
	s := newStory(t)
	s.audit("acme", 150, at("0s"))
	s.audit("", 200, at("1m"))
	s.want("", at("1h"), "0s raised "+profiles+" acme 150/100", "1m0s raised "+profiles+" platform 200/100")
}

func TestARepeatedAuditChangesNothingAndAnotherContentIsRefused(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	a := s.audit("acme", 99, at("0s"))
	l.apply(a, at("0s"))
	l.apply(a, at("5h"))
	a.Audit.Discrepant = 150
	l.apply(a, at("5h"))
	compare(t, l.stated(), nil)
	if sum := l.e.Summary(); sum.Duplicates != 1 || sum.Conflicting != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestAnAuditConditionSurvivesARestart(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.audit("acme", 150, at("0s")), at("0s"))
	l.restart()
	l.apply(s.audit("acme", 99, at("0s")), at("1m"))
	l.restart()
	compare(t, l.stated(), []string{"0s raised " + profiles + " acme 150/100", "0s withdrawn " + profiles + " acme 99/100"})
}

func TestALaterSoundAuditWithinTheLatenessClearsAndWithdrawsNothing(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.audit("acme", 150, at("0s")), at("0s"))
	l.apply(s.audit("acme", 99, at("1m")), at("1m"))
	compare(t, l.stated(), []string{"0s raised " + profiles + " acme 150/100", "1m0s cleared " + profiles + " acme 99/100"})
}

func TestOfAuditsThatWaitForTheClockTheSoundOnesComeFirst(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.audit("acme", 150, at("1m")), at("0s"))
	l.apply(s.audit("acme", 99, at("1m")), at("0s"))
	l.tick(at("1s"), at("2m"))
	compare(t, l.stated(), nil)
}
