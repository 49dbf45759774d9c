package detect

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const sso = "sso_unavailable"

// outage lets n attempts of so many people fail, a second apart, the last at `last`.
func (s *story) outage(tenant string, n, people int, last time.Time) {
	for i := range n {
		s.sso(tenant, fmt.Sprintf("u%d", i%people), last.Add(time.Duration(i-n+1)*time.Second))
	}
}

func TestTwentyAttemptsOfFivePeopleRaise(t *testing.T) {
	for _, c := range []struct {
		attempts, people int
		want             []string
	}{
		{19, 4, nil},
		{20, 4, nil},
		{19, 5, []string{"-14s"}},
	} {
		s := newStory(t)
		s.outage("acme", c.attempts, c.people, at("0s"))
		var got []string
		for _, ch := range of("acme", s.replay(ReplayOptions{})) {
			got = append(got, ch.At.Sub(nine).String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d attempts of %d people: %v, want %v", c.attempts, c.people, got, c.want)
		}
	}
}

func TestTheDenseWindowForgivesAnEarlierSuccess(t *testing.T) {
	s := newStory(t)
	s.ssoOK("acme", "u9", at("-30m"))
	s.outage("acme", 19, 5, at("0s"))
	s.want("acme", at("1m"))
	s.sso("acme", "u1", at("1s"))
	s.want("acme", at("1m"), "1s raised "+sso+" acme 20/20")
}

func TestFivePeopleInAnHourRaiseOnceTheSuccessHasLeft(t *testing.T) {
	s := newStory(t)
	s.ssoOK("acme", "u9", at("-1m"))
	s.outage("acme", 5, 5, at("10m"))
	s.want("acme", at("1h"), "59m0s raised "+sso+" acme 5/5")
}

func TestOnlySSOAndOnlyTheServicesFaultCount(t *testing.T) {
	s := newStory(t)
	for i := range 30 {
		u := fmt.Sprintf("u%d", i)
		s.add("acme", at("1m").Add(time.Duration(i)), attemptOf(u, MethodSSO, FailureBadCredentials))
		s.add("acme", at("2m").Add(time.Duration(i)), attemptOf(u, MethodSSO, FailureError))
		s.fail("acme", u, at("3m").Add(time.Duration(i)))
	}
	s.want("acme", at("1h"))
}

func TestAPasswordLogInIsNoSuccessForSSO(t *testing.T) {
	s := newStory(t)
	s.outage("acme", 5, 5, at("0s"))
	s.login("acme", "u1", at("1m"))
	s.want("acme", at("1m"), "0s raised "+sso+" acme 5/5")
	s.ssoOK("acme", "u1", at("2m"))
	s.want("acme", at("3m"), "0s raised "+sso+" acme 5/5", "2m0s cleared "+sso+" acme 5/5")
}

func TestSSOExpiresAnHourAfterTheLastRelevantSignal(t *testing.T) {
	s := newStory(t)
	s.outage("acme", 5, 5, at("0s"))
	s.add("acme", at("30m"), attemptOf("u1", MethodSSO, FailureBadCredentials))
	s.want("acme", at("4h"), "0s raised "+sso+" acme 5/5", "1h30m0s expired "+sso+" acme 0/5")
	s.want("acme", at("1h30m").Add(-1), "0s raised "+sso+" acme 5/5")
}

func TestARepeatedAttemptCountsOnceHoweverLate(t *testing.T) {
	s := newStory(t)
	s.ssoOK("acme", "u9", at("-20m"))
	s.outage("acme", 19, 5, at("0s"))
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.apply(s.signals[len(s.signals)-1], at("1m"))
	l.apply(s.signals[5], at("1m"))
	compare(t, l.stated(), nil)
	if sum := l.e.Summary(); sum.Duplicates != 2 {
		t.Errorf("%+v", sum)
	}
	other := s.signals[5]
	other.Auth.User = "someone else"
	l.apply(other, at("1m"))
	if len(l.refusals) != 1 || l.refusals[0].Reason != Conflicting {
		t.Errorf("refused: %v", l.refusals)
	}
	l.apply(s.sso("acme", "u1", at("30s")), at("1m"))
	compare(t, l.stated(), []string{"30s raised " + sso + " acme 20/20"})
}

func TestALateLogInWithdraws(t *testing.T) {
	for _, c := range []struct{ success, want string }{
		{"-50m", ""},         // of an hour before: too late to be read
		{"-9m", "withdrawn"}, // nobody was shut out
		{"0s", "withdrawn"},
		{"1s", "cleared"},
	} {
		s := newStory(t)
		s.outage("acme", 5, 5, at("0s"))
		l := s.live(Options{Scopes: Tenants})
		for _, sig := range s.signals {
			l.apply(sig, sig.At)
		}
		l.apply(s.ssoOK("acme", "u1", at(c.success)), at("1m"))
		got := l.stated()
		if c.want == "" {
			compare(t, got, []string{"0s raised " + sso + " acme 5/5"})
		} else if len(got) != 2 || got[1].Change.String() != c.want {
			t.Errorf("success at %s: stated\n%s", c.success, lines(got))
		}
	}
}

func TestTheProbesRaiseAfterFiveMinutesDown(t *testing.T) {
	s := newStory(t)
	for m := range 10 {
		when := at("0s").Add(time.Duration(m) * time.Minute)
		s.probe("", "eu", when, StatusDown)
		s.probe("", "us", when.Add(time.Second), StatusDown)
		s.probe("", "ap", when.Add(2*time.Second), StatusUp)
	}
	s.want("platform", at("9m"), "5m0s raised "+sso+" platform 2/2")
	s.want("acme", at("9m"))
}

func TestHalfOfTheProbersIsNotMoreThanHalf(t *testing.T) {
	s := newStory(t)
	s.probe("acme", "eu", at("0s"), StatusUp)
	for m := range 14 {
		s.probe("acme", "us", at("1s").Add(time.Duration(m)*time.Minute), StatusDown)
	}
	s.want("", at("14m 59s"))
	// eu is not seen any more at 15 min; the spell starts then.
	for m := 14; m < 30; m++ {
		s.probe("acme", "us", at("1s").Add(time.Duration(m)*time.Minute), StatusDown)
	}
	s.want("acme", at("29m"), "20m0s raised "+sso+" acme 1/1")
}

func TestASpellNeedsTwoResults(t *testing.T) {
	s := newStory(t)
	s.probe("acme", "eu", at("0s"), StatusDown)
	s.want("acme", at("14m"))
	s.probe("acme", "eu", at("6m"), StatusDown)
	s.want("acme", at("14m"), "6m0s raised "+sso+" acme 1/1")
}

func TestAShortGapDoesNotEndASpell(t *testing.T) {
	s := newStory(t)
	s.probe("acme", "eu", at("0s"), StatusDown)
	s.probe("acme", "eu", at("3m"), StatusUp)
	s.probe("acme", "eu", at("5m").Add(-1), StatusDown)
	s.want("acme", at("6m"), "5m0s raised "+sso+" acme 1/1")
	s = newStory(t)
	s.probe("acme", "eu", at("0s"), StatusDown)
	s.probe("acme", "eu", at("3m"), StatusUp)
	s.probe("acme", "eu", at("5m"), StatusDown) // two minutes: a new spell
	s.probe("acme", "eu", at("6m"), StatusDown)
	s.want("acme", at("14m"), "10m0s raised "+sso+" acme 1/1")
}

func TestDownForFiveMinutesWithinAGapRaisesWhenItIsDownAgain(t *testing.T) {
	s := newStory(t)
	s.probe("acme", "eu", at("0s"), StatusDown)
	s.probe("acme", "eu", at("1m"), StatusDown)
	s.probe("acme", "eu", at("4m"), StatusDegraded)
	s.probe("acme", "eu", at("5m 30s"), StatusDown)
	s.want("acme", at("6m"), "5m30s raised "+sso+" acme 1/1")
}

func TestTheSpellIsOverTwoMinutesIntoAnotherVerdict(t *testing.T) {
	s := newStory(t)
	for m := range 7 {
		s.probe("acme", "eu", at("0s").Add(time.Duration(m)*time.Minute), StatusDown)
	}
	s.probe("acme", "eu", at("8m"), StatusUp)
	s.want("acme", at("1h"), "5m0s raised "+sso+" acme 1/1", "10m0s cleared "+sso+" acme 0/1")
}

func TestProbersThatFallSilentExpire(t *testing.T) {
	s := newStory(t)
	for m := range 7 {
		s.probe("acme", "eu", at("0s").Add(time.Duration(m)*time.Minute), StatusDown)
	}
	s.want("acme", at("3h"), "5m0s raised "+sso+" acme 1/1", "1h6m0s expired "+sso+" acme 0/1")
}

func TestALateProbeResultThatRefutesTheSpellWithdraws(t *testing.T) {
	s := newStory(t)
	for m := range 7 {
		s.probe("acme", "eu", at("0s").Add(time.Duration(m)*time.Minute), StatusDown)
	}
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.apply(s.probe("acme", "us", at("0s"), StatusUp), at("7m"))
	compare(t, l.stated(), []string{"5m0s raised " + sso + " acme 1/1", "5m0s withdrawn " + sso + " acme 1/2"})
}

func TestARaiseThatNeedsAProberToHaveLeftIsOfThatMoment(t *testing.T) {
	s := newStory(t)
	s.probe("acme", "us", at("0s"), StatusUp)
	s.probe("acme", "eu", at("7m"), StatusDown)
	s.probe("acme", "ap", at("14m"), StatusDegraded)
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.tick(at("14m"), at("16m"))
	// Two of three were DOWN for long enough, but two of four at 14 min, until
	// us was not seen any more.
	l.apply(s.probe("acme", "sa", at("7m"), StatusDown), at("16m"))
	compare(t, l.stated(), []string{"15m0s raised " + sso + " acme 2/2"})
	l.apply(s.probe("acme", "us", at("15m"), StatusUp), at("16m"))
	compare(t, l.stated(), []string{"15m0s raised " + sso + " acme 2/2", "15m0s withdrawn " + sso + " acme 2/3"})
}

func TestProbesOfATenantSayNothingOfThePlatform(t *testing.T) {
	s := newStory(t)
	for m := range 10 {
		s.probe("acme", "eu", at("0s").Add(time.Duration(m)*time.Minute), StatusDown)
	}
	s.want("", at("9m"), "5m0s raised "+sso+" acme 1/1")
}

func TestShuffledProbesLiveStandAsSorted(t *testing.T) {
	s := newStory(t)
	for m := range 9 {
		s.probe("acme", "eu", at("0s").Add(time.Duration(m)*time.Minute), StatusDown)
		s.probe("acme", "us", at("1s").Add(time.Duration(m)*time.Minute), StatusDown)
	}
	l := s.live(Options{Scopes: Tenants})
	for _, i := range []int{3, 1, 0, 2, 7, 6, 4, 5, 9, 8} {
		l.apply(s.signals[i], at("4m 30s"))
		l.restart()
	}
	l.tick(at("4m 31s"), at("6m"))
	compare(t, l.stated(), []string{"5m0s raised " + sso + " acme 2/2"})
	if n := len(l.got[0].Evidence); n != 10 {
		t.Errorf("%d signals in evidence", n)
	}
}
