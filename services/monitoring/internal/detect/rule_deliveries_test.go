package detect

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const (
	reports = "reports_failing_24h"
	uploads = "uploads_failing_24h"
)

func TestThreeRunsInADayRaiseOnceTheFirstIsADayOld(t *testing.T) {
	for _, c := range []struct{ last, want string }{
		{"24h", "24h0m0s raised " + reports + " acme 3/3"},
		{"23h59m59.999999999s", "24h0m0s raised " + reports + " acme 3/3"},
	} {
		s := newStory(t)
		s.run("acme", "first", at("0s"), RunDelivered)
		s.run("acme", "r1", at("1h"), RunFailed)
		s.run("acme", "r2", at("2h"), RunFailed)
		s.run("acme", "r2", at("3h"), RunFailed)
		s.run("acme", "r3", at(c.last), RunFailed)
		s.want("acme", at("24h"), c.want)
	}
	s := newStory(t)
	s.run("acme", "first", at("1ns"), RunScheduled)
	for i := range 3 {
		s.run("acme", fmt.Sprint(i), at("1h"), RunFailed)
	}
	s.want("acme", at("24h"))
	s.want("acme", at("24h 1ns"), "24h0m0.000000001s raised "+reports+" acme 3/3")
}

func TestTwoRunsInTwoDaysRaiseForThoseWhoRunOnceADay(t *testing.T) {
	s := newStory(t)
	s.run("acme", "mon", at("0s"), RunFailed)
	s.run("acme", "tue", at("24h"), RunFailed)
	s.run("acme", "wed", at("48h").Add(-1), RunFailed)
	s.want("acme", at("47h 59m"))
	s.want("acme", at("48h"), "48h0m0s raised "+reports+" acme 2/2")
}

func TestADeliveryClearsAndAnOldOneDoesNot(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-30h"), RunDelivered)
	for i := range 3 {
		s.run("acme", fmt.Sprint(i), at("0s").Add(time.Duration(i)*time.Minute), RunFailed)
	}
	s.run("acme", "0", at("5h"), RunDelivered)
	s.want("acme", at("6h"), "2m0s raised "+reports+" acme 3/3", "5h0m0s cleared "+reports+" acme 3/3")
}

func TestAnOverdueReportHasFailedAtThatMoment(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-30h"), RunDelivered)
	s.run("acme", "a", at("1h"), RunFailed)
	s.run("acme", "b", at("2h"), RunFailed)
	due := s.scheduled("acme", "c", at("-12h"), at("-20h"))
	s.want("acme", at("4h").Add(-1))
	s.want("acme", at("4h"), "4h0m0s raised "+reports+" acme 3/3")
	c := s.replay(ReplayOptions{Until: at("4h")})[0]
	if !slices.Contains(c.Evidence, "test/"+due.ID) {
		t.Errorf("evidence %v lacks %s", c.Evidence, due.ID)
	}
	s.run("acme", "c", at("4h").Add(-1), RunDelivered)
	s.want("acme", at("4h"))
}

func TestOfTwoSchedulesDueAtOneInstantTheGreaterIDIsEvidence(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-30h"), RunDelivered)
	s.run("acme", "a", at("3h"), RunFailed)
	s.run("acme", "b", at("4h"), RunFailed)
	greater := s.scheduled("acme", "c", at("-1h"), at("-20h"))
	lesser := s.scheduled("acme", "c", at("4h"), at("-20h"))
	s.signals[len(s.signals)-1].ID = "a" // smaller than all others
	c := s.replay(ReplayOptions{Scopes: Tenants})[0]
	if !slices.Contains(c.Evidence, "test/"+greater.ID) || slices.Contains(c.Evidence, "test/"+lesser.ID) {
		t.Errorf("evidence %v", c.Evidence)
	}
	if len(c.Evidence) != 3 || c.Evidence[2] != "test/"+greater.ID {
		t.Errorf("evidence %v", c.Evidence)
	}
}

func TestADeliveryOfTheVeryInstantComesAfterItFellDueAndWithdraws(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-30h"), RunDelivered)
	s.run("acme", "a", at("1h"), RunFailed)
	s.run("acme", "b", at("2h"), RunFailed)
	s.scheduled("acme", "c", at("-12h"), at("-20h"))
	s.run("acme", "c", at("4h"), RunDelivered)
	s.want("acme", at("5h"), "4h0m0s raised "+reports+" acme 3/3", "4h0m0s withdrawn "+reports+" acme 3/3")
}

func TestALateDeliveryOfADueReportWithdraws(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-30h"), RunDelivered)
	s.scheduled("acme", "c", at("-22h"), at("-20h"))
	s.run("acme", "a", at("1h"), RunFailed)
	s.run("acme", "b", at("2h"), RunFailed)
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.tick(at("2h 1s"), at("4h 5m"))
	compare(t, l.stated(), []string{"4h0m0s raised " + reports + " acme 3/3"})
	l.apply(s.run("acme", "c", at("3h"), RunDelivered), at("4h 5m"))
	compare(t, l.stated()[1:], []string{"4h0m0s withdrawn " + reports + " acme 2/3"})
}

func TestAnInvalidFileIsNeither(t *testing.T) {
	s := newStory(t)
	s.upload("acme", "first", at("-30h"), FileUpload{Accepted: true})
	for i := range 2 {
		s.upload("acme", fmt.Sprint(i), at("0s"), FileUpload{})
	}
	s.upload("acme", "3", at("1m"), FileUpload{Invalid: true})
	s.want("acme", at("2h"))
	s.upload("acme", "4", at("2m"), FileUpload{})
	s.upload("acme", "5", at("3m"), FileUpload{Invalid: true})
	raised := "2m0s raised " + uploads + " acme 3/3"
	s.want("acme", at("3h"), raised)
	s.upload("acme", "5", at("4m"), FileUpload{Accepted: true})
	s.want("acme", at("3h"), raised, "4m0s cleared "+uploads+" acme 3/3")
}

func TestReportsExpireTwoDaysAfterTheLastRelevantSignal(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-30h"), RunDelivered)
	for i := range 3 {
		s.run("acme", fmt.Sprint(i), at("0s"), RunFailed)
	}
	s.scheduled("acme", "x", at("1h"), at("1000h"))
	s.want("acme", at("60h"), "0s raised "+reports+" acme 3/3", "49h0m0s expired "+reports+" acme 0/3")
}

func TestSilenceAloneNeverClears(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-30h"), RunDelivered)
	for i := range 3 {
		s.run("acme", fmt.Sprint(i), at("0s"), RunFailed)
	}
	s.want("acme", at("48h").Add(-1), "0s raised "+reports+" acme 3/3")
	s.want("acme", at("48h"), "0s raised "+reports+" acme 3/3", "48h0m0s expired "+reports+" acme 0/3")
}

func TestAnyAgeCountsWhileItIsInItsWindow(t *testing.T) {
	s := newStory(t)
	s.run("acme", "first", at("-72h"), RunDelivered)
	s.run("acme", "a", at("1h"), RunFailed)
	s.run("acme", "b", at("2h"), RunFailed)
	late := s.run("acme", "c", at("-30h"), RunFailed)
	old := s.run("acme", "d", at("-46h"), RunFailed)
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals[:3] {
		l.apply(sig, sig.At)
	}
	l.apply(late, at("2h 1m"))
	l.apply(old, at("2h 1m"))
	if len(l.refusals) != 1 || l.refusals[0].ID != old.ID || l.refusals[0].Reason != Late {
		t.Errorf("refused: %v", l.refusals)
	}
	compare(t, l.stated(), []string{"2h0m0s raised " + reports + " acme 2/2"})
	if got := l.e.Status("acme"); len(got) != 1 || got[0].Value != 3 || !got[0].Raised {
		t.Errorf("status %+v", got)
	}
}

func TestALateDeliveryWithdrawsOnlyWithinTheLateness(t *testing.T) {
	for _, c := range []struct {
		delivered, stamp string
		want             ChangeKind
	}{
		{"-20h", "10m", Withdrawn},
		{"-20h", "10m 1ns", 0},
		{"1m", "20h", Cleared},
	} {
		s := newStory(t)
		s.run("acme", "first", at("-72h"), RunDelivered)
		for i := range 3 {
			s.run("acme", fmt.Sprint(i), at("0s"), RunFailed)
		}
		l := s.live(Options{Scopes: Tenants})
		for _, sig := range s.signals {
			l.apply(sig, sig.At)
		}
		l.tick(at("1s"), at(c.stamp))
		l.apply(s.run("acme", "z", at(c.delivered), RunDelivered), at(c.stamp))
		got := l.stated()[1:]
		if c.want == 0 && len(got) > 0 || c.want != 0 && (len(got) != 1 || got[0].Change != c.want) {
			t.Errorf("delivered %s read at %s:\n%s", c.delivered, c.stamp, lines(got))
		}
	}
}
