package detect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

const auth = "auth_failures_over_100"

func TestTheHundredAndFirstPersonRaises(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 100, at("10m"))
	s.want("", at("30m"))
	s.fail("acme", "u101", at("11m"))
	s.want("acme", at("30m"), "11m0s raised "+auth+" acme 101/100")
}

func TestEvidenceNamesTheLastTwentyAndTheFirstTime(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	c := s.replay(ReplayOptions{})[0]
	if len(c.Evidence) != 20 || c.Evidence[19] != "test/s000101" || c.Evidence[0] != "test/s000082" {
		t.Errorf("evidence is %v", c.Evidence)
	}
	if want := at("10m").Add(-100 * time.Millisecond); !c.FirstAt.Equal(want) {
		t.Errorf("first at %v, want %v", c.FirstAt, want)
	}
	if c.Tenants != 1 || c.People != 101 || c.Window != time.Hour {
		t.Errorf("tenants %d, people %d, window %v", c.Tenants, c.People, c.Window)
	}
}

func TestAnAttemptExactlyOneWindowOldHasLeft(t *testing.T) {
	s := newStory(t)
	s.fail("acme", "early", at("0s"))
	s.crowd("acme", 1, 99, at("10m"))
	s.fail("acme", "u100", at("1h"))
	s.want("", at("1h"))
	s = newStory(t)
	s.fail("acme", "early", at("0s"))
	s.crowd("acme", 1, 99, at("10m"))
	s.fail("acme", "u100", at("1h").Add(-1))
	s.want("acme", at("1h").Add(-1), "59m59.999999999s raised "+auth+" acme 101/100")
}

func TestASuccessOutranksAFailureOfTheSameInstant(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 100, at("10m"))
	s.login("acme", "u101", at("11m"))
	s.fail("acme", "u101", at("11m"))
	s.want("acme", at("20m"))
}

func TestTheLatestAttemptDecides(t *testing.T) {
	for _, own := range []Failure{FailureBadCredentials, FailureLocked, FailureUnknownUser} {
		s := newStory(t)
		s.crowd("acme", 1, 101, at("10m"))
		s.add("acme", at("5m"), attemptOf("u101", MethodPassword, own))
		s.want("acme", at("20m"), "10m0s raised "+auth+" acme 101/100")
		s = newStory(t)
		s.crowd("acme", 1, 100, at("10m"))
		s.fail("acme", "u101", at("11m"))
		s.add("acme", at("10m"), attemptOf("u1", MethodPassword, own))
		s.want("acme", at("20m"))
	}
}

func TestAPersonOfTwoTenantsIsTwoPeople(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 51, at("10m"))
	s.crowd("beta", 1, 50, at("11m"))
	s.want("", at("20m"), "11m0s raised "+auth+" platform 101/100")
	if c := s.replay(ReplayOptions{})[0]; c.Tenants != 2 || c.People != 101 {
		t.Errorf("tenants %d, people %d", c.Tenants, c.People)
	}
}

func TestThePlatformNeedsFivePercentOfThoseWhoTried(t *testing.T) {
	s := newStory(t)
	for i := range 2000 {
		s.login(fmt.Sprintf("t%d", i%50), fmt.Sprintf("ok%d", i), at("1m").Add(time.Duration(i)))
	}
	s.crowd("acme", 1, 105, at("10m")) // 105 of 2105: 4.99 %
	s.want("platform", at("20m"))
	s.crowd("acme", 106, 106, at("11m")) // 106 of 2106: 5.03 %
	s.want("platform", at("20m"), "11m0s raised "+auth+" platform 106/100")
}

func TestThePlatformIsRaisedByThoseWhoLeaveTheWindow(t *testing.T) {
	s := newStory(t)
	for i := range 2000 {
		s.login("beta", fmt.Sprintf("ok%d", i), at("1m").Add(time.Duration(i)))
	}
	s.crowd("acme", 1, 105, at("10m"))
	s.want("platform", at("62m"), "1h1m0.000000004s raised "+auth+" platform 105/100")
}

func TestThePlatformEndsBelowFourPercent(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 105, at("10m"))
	for i := range 2520 { // 105 of 2625 is 4 %: not below
		s.login("beta", fmt.Sprintf("ok%d", i), at("11m").Add(time.Duration(i)))
	}
	s.want("platform", at("12m"), "9m59.996s raised "+auth+" platform 101/100")
	s.login("beta", "one more", at("12m"))
	s.want("platform", at("12m"),
		"9m59.996s raised "+auth+" platform 101/100",
		"12m0s cleared "+auth+" platform 105/100")
}

func TestItEndsAtEightyNotAtEightyOne(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	for i := 1; i <= 20; i++ {
		s.login("acme", fmt.Sprintf("u%d", i), at("20m").Add(time.Duration(i)))
	}
	raised := "10m0s raised " + auth + " acme 101/100"
	s.want("acme", at("30m"), raised)
	s.login("acme", "u21", at("31m"))
	s.want("acme", at("32m"), raised, "31m0s cleared "+auth+" acme 80/100")
}

func TestItExpiresWhenPeopleOnlyLeaveTheWindow(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	s.want("acme", at("3h"), "10m0s raised "+auth+" acme 101/100",
		"1h9m59.92s expired "+auth+" acme 80/100")
}

func TestItClearsAtTheDeadlineIfAnyoneGotIn(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	s.login("acme", "someone", at("12m"))
	s.want("acme", at("3h"), "10m0s raised "+auth+" acme 101/100",
		"1h9m59.92s cleared "+auth+" acme 80/100")
}

func TestALateSuccessWithdrawsWhileTheLatenessLasts(t *testing.T) {
	for _, late := range []struct {
		stamp string
		want  string
	}{
		{"20m", "10m0s withdrawn " + auth + " acme 100/100"},
		{"20m 1ns", ""},
	} {
		s := newStory(t)
		s.crowd("acme", 1, 101, at("10m"))
		l := s.live(Options{})
		for _, sig := range s.signals {
			l.apply(sig, sig.At)
		}
		l.tick(at("10m 1s"), at("19m 59s"))
		l.apply(s.login("acme", "u7", at("10m")), at(late.stamp))
		want := []string{"10m0s raised " + auth + " acme 101/100"}
		if late.want != "" {
			want = append(want, late.want)
		} else if len(l.refusals) != 1 || l.refusals[0].Reason != Late {
			t.Errorf("refused: %v", l.refusals)
		}
		compare(t, of("acme", l.stated()), want)
	}
}

func TestLateSignalsThatLeaveTheLineCrossedWithdrawNothing(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.apply(s.fail("acme", "u102", at("9m")), at("11m"))    // one more then
	l.apply(s.login("acme", "u1", at("9m 59s")), at("11m")) // before her failure: nothing
	l.apply(s.login("acme", "u2", at("10m")), at("11m"))    // one less then
	compare(t, l.stated(), []string{"10m0s raised " + auth + " acme 101/100"})
	l.apply(s.login("acme", "u3", at("10m 1s")), at("11m")) // after it: no longer unable, but it held
	compare(t, l.stated(), []string{"10m0s raised " + auth + " acme 101/100"})
	l.apply(s.login("acme", "u3", at("10m")), at("11m")) // then already
	compare(t, l.stated(), []string{
		"10m0s raised " + auth + " acme 101/100",
		"10m0s withdrawn " + auth + " acme 100/100",
	})
}

func TestWithdrawnAndStillOverTheLineIsRaisedAgain(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	s.crowd("acme", 200, 210, at("12m"))
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.apply(s.login("acme", "u1", at("10m")), at("12m"))
	compare(t, l.stated(), []string{
		"10m0s raised " + auth + " acme 101/100",
		"10m0s withdrawn " + auth + " acme 111/100",
		"12m0s raised " + auth + " acme 111/100",
	})
	ids := map[string]bool{}
	for _, c := range l.got {
		if ids[c.ID] {
			t.Errorf("id %s twice", c.ID)
		}
		ids[c.ID] = true
	}
}

func TestALateFailureRaisesWithTheLatestTimeCounted(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 100, at("10m"))
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.apply(s.fail("acme", "u101", at("5m")), at("15m"))
	compare(t, l.got, []string{"10m0s raised " + auth + " acme 101/100"})
	if d := l.got[0].DetectedAt; !d.Equal(at("15m")) {
		t.Errorf("detected at %v", d)
	}
}

func TestRepeatsChangeNothing(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 101, at("10m"))
	before := s.replay(ReplayOptions{})
	s.signals = append(s.signals, s.signals[:50]...)
	if got := s.replay(ReplayOptions{}); !slices.EqualFunc(before, got, sameChange) {
		t.Errorf("stated:\n%swant:\n%s", lines(got), lines(before))
	}
}

func sameChange(a, b Change) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

func TestAShareReachedBecauseSomebodyLeftIsOfThatInstant(t *testing.T) {
	s := newStory(t)
	s.rules.Lateness = 2 * time.Minute
	s.rules.AuthFailures = policy.AuthFailures{Over: 1, Window: 2 * time.Minute, PlatformPercent: 67, PlatformClearPercent: 1}
	l := s.live(Options{Scopes: Platform})
	l.apply(s.fail("acme", "b", at("1m")), at("1m"))
	l.apply(s.login("acme", "c", at("1m").Add(1)), at("1m").Add(1))
	l.apply(s.login("acme", "a", at("1m")), at("2m"))
	l.apply(s.login("acme", "d", at("1m")), at("2m"))
	l.apply(s.fail("acme", "a", at("2m")), at("2m"))
	l.apply(s.fail("acme", "b", at("2m")), at("2m"))
	l.apply(s.fail("acme", "f", at("2m")), at("3m")) // 3 of 5 at 2m, 3 of 4 since d left at 3m
	if len(l.got) != 1 || !l.got[0].At.Equal(at("3m")) {
		t.Fatalf("said %s", lines(l.got))
	}
	l.restart()
	l.apply(s.login("acme", "d", at("3m")), at("3m30s"))
	want := "3m0s raised auth_failures_over_100 platform 3/1\n3m0s withdrawn auth_failures_over_100 platform 3/1\n" +
		"3m0.000000001s raised auth_failures_over_100 platform 3/1\n" // c has left by now
	if got := lines(l.got); got != want {
		t.Errorf("said\n%swant\n%s", got, want)
	}
}
