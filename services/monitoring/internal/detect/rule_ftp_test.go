package detect

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

const ftp = "ftp_denied"

func (s *story) ftp(tenant, session string, when time.Time, f FTPSession) Signal {
	f.Session = session
	return s.add(tenant, when, Signal{Kind: KindFTPSession, FTP: f})
}

// refused sessions f<n> are denied at the offsets.
func (s *story) refused(tenant string, offsets ...string) {
	for i, offset := range offsets {
		s.ftp(tenant, fmt.Sprint("f", i+1), at(offset), FTPSession{})
	}
}

func TestThreeSessionsInHalfAnHourRaise(t *testing.T) {
	for _, c := range []struct {
		offsets []string
		want    []string
	}{
		{[]string{"0s", "30m"}, nil},
		{[]string{"0s", "15m", "30m"}, nil}, // the first is exactly half an hour old
		{[]string{"1ns", "15m", "30m"}, []string{"30m0s raised " + ftp + " acme 3/3"}},
		{[]string{"0s", "0s", "0s"}, []string{"0s raised " + ftp + " acme 3/3"}},
	} {
		s := newStory(t)
		s.refused("acme", c.offsets...)
		s.want("acme", at("40m"), c.want...)
	}
}

func TestTwoNightlySessionsSixHoursApartRaise(t *testing.T) {
	for _, c := range []struct {
		second string
		want   []string
	}{
		{"5h59m59.999999999s", nil},
		{"6h", []string{"6h0m0s raised " + ftp + " acme 2/2"}},
		{"49h59m59.999999999s", []string{"49h59m59.999999999s raised " + ftp + " acme 2/2"}},
		{"50h", nil}, // the first is exactly 50 hours old
	} {
		s := newStory(t)
		s.refused("acme", "0s", c.second)
		s.want("acme", at("51h"), c.want...)
	}
}

func TestASessionCountsOnceAtItsLatestRefusal(t *testing.T) {
	s := newStory(t)
	for _, offset := range []string{"0s", "1m", "2m"} {
		s.ftp("acme", "f", at(offset), FTPSession{})
	}
	s.ftp("acme", "g", at("3m"), FTPSession{})
	s.want("acme", at("1h"))
	s.ftp("acme", "f", at("5h"), FTPSession{})
	s.ftp("acme", "g", at("10h"), FTPSession{}) // five hours after the other
	s.want("acme", at("11h"))
	s.ftp("acme", "g", at("11h"), FTPSession{})
	s.want("acme", at("11h"), "11h0m0s raised "+ftp+" acme 2/2")
}

func TestBadCredentialsCountNeitherWay(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s", "1m")
	for i := range 5 {
		s.ftp("acme", fmt.Sprint("b", i), at("2m"), FTPSession{BadCredentials: true})
	}
	s.want("acme", at("3m"))
	s.ftp("acme", "f3", at("4m"), FTPSession{})
	s.ftp("acme", "b9", at("5m"), FTPSession{BadCredentials: true})
	s.want("acme", at("6m"), "4m0s raised "+ftp+" acme 3/3")
}

func TestASessionLetInKeepsBothWindowsQuiet(t *testing.T) {
	s := newStory(t)
	s.ftp("acme", "in", at("0s"), FTPSession{Allowed: true})
	s.refused("acme", "1s", "1m", "2m", "7h")
	raised := "30m0s raised " + ftp + " acme 3/3" // the success left the window
	s.want("acme", at("30m"), raised)
	s.ftp("acme", "in2", at("40m"), FTPSession{Allowed: true})
	cleared := "40m0s cleared " + ftp + " acme 0/3"
	s.want("acme", at("50h"), raised, cleared)
}

func TestASuccessThatLeavesTheNightlyWindowRaisesThen(t *testing.T) {
	s := newStory(t)
	s.ftp("acme", "in", at("0s"), FTPSession{Allowed: true})
	s.refused("acme", "1h", "25h", "49h")
	s.want("acme", at("50h").Add(-1))
	s.want("acme", at("50h"), "50h0m0s raised "+ftp+" acme 3/2")
}

func TestASessionLetInAtTheSameInstantWins(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s", "1m", "2m")
	s.ftp("acme", "in", at("2m"), FTPSession{Allowed: true})
	s.want("acme", at("3m"))
}

func TestFTPExpiresFiftyHoursAfterTheLastRelevantSignal(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s", "1m", "2m")
	s.ftp("acme", "b", at("1h"), FTPSession{BadCredentials: true})
	raised := "2m0s raised " + ftp + " acme 3/3"
	s.want("acme", at("51h").Add(-1), raised)
	s.want("acme", at("51h"), raised, "51h0m0s expired "+ftp+" acme 0/3")
}

func TestFTPRunsPerTenantAndOverAll(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s")
	s.refused("beta", "1m") // the same session id, another tenant's
	s.refused("", "2m")
	s.want("", at("3m"), "2m0s raised "+ftp+" platform 3/3")
	c := s.replay(ReplayOptions{})[0]
	if c.Tenants != 2 || c.People != 0 || c.Window != 30*time.Minute || !c.FirstAt.Equal(at("0s")) {
		t.Errorf("stated %+v", c)
	}
	if want := []string{"test/s000001", "test/s000002", "test/s000003"}; !reflect.DeepEqual(c.Evidence, want) {
		t.Errorf("evidence %v, want %v", c.Evidence, want)
	}
}

func TestFTPEvidenceIsTheLastTwentyByEventTimeThenSourceAndID(t *testing.T) {
	s := newStory(t)
	s.rules.FTP.Sessions = 25
	for i := range 25 {
		s.ftp("acme", fmt.Sprint("f", 99-i), at("0s").Add(time.Duration(i/10)), FTPSession{})
	}
	c := s.replay(ReplayOptions{Scopes: Tenants})[0]
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("test/s%06d", i+6))
	}
	if !reflect.DeepEqual(c.Evidence, want) {
		t.Errorf("evidence %v, want %v", c.Evidence, want)
	}
}

func TestALateSessionIsTakenUpToTheLateness(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s", "1m")
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.tick(at("1m 1s"), at("12m"))
	l.apply(s.ftp("acme", "late", at("2m").Add(-1), FTPSession{}), at("12m"))
	compare(t, l.stated(), nil)
	if len(l.refusals) != 1 || l.refusals[0].Reason != Late {
		t.Errorf("refused: %v", l.refusals)
	}
	l.apply(s.ftp("acme", "ok", at("2m"), FTPSession{}), at("12m"))
	compare(t, l.stated(), []string{"2m0s raised " + ftp + " acme 3/3"})
}

func TestALateSessionThatWasLetInWithdraws(t *testing.T) {
	raised := "2m0s raised " + ftp + " acme 3/3"
	for _, c := range []struct {
		in, stamp string
		want      []string
	}{
		{"2m", "12m", []string{raised, "2m0s withdrawn " + ftp + " acme 4/3"}},
		{"90s", "10m", []string{raised, "2m0s withdrawn " + ftp + " acme 4/3"}},
		{"2m1ns", "12m", []string{raised, "5m0s cleared " + ftp + " acme 4/3"}},
	} {
		s := newStory(t)
		s.refused("acme", "0s", "1m", "2m", "5m")
		l := s.live(Options{Scopes: Tenants})
		for _, sig := range s.signals {
			l.apply(sig, sig.At)
		}
		l.tick(at("5m 1s"), at(c.stamp))
		l.restart()
		l.apply(s.ftp("acme", "in", at(c.in), FTPSession{Allowed: true}), at(c.stamp))
		compare(t, l.stated(), c.want)
		if last := l.got[len(l.got)-1]; last.Change == Withdrawn && len(last.Evidence) != 3 {
			t.Errorf("evidence later than the raise: %v", last.Evidence)
		}
	}
}

func TestARefusalOfACountedSessionAfterTheRaiseLeavesTheRaise(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s", "1m", "2m")
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	for i := range 3 {
		l.apply(s.ftp("acme", fmt.Sprint("f", i+1), at("5m"), FTPSession{}), at("6m"))
		l.restart()
	}
	compare(t, l.stated(), []string{"2m0s raised " + ftp + " acme 3/3"})
}

func TestOtherContentForTheRefusalThatCountsIsRefused(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	a := s.ftp("acme", "f", at("0s"), FTPSession{})
	l.apply(a, at("0s"))
	l.apply(a, at("1m"))
	a.At = at("30s")
	l.apply(a, at("1m"))
	if sum := l.e.Summary(); sum.Duplicates != 1 || sum.Conflicting != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestALateRefusalThatMovesACountedSessionWithdraws(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s", "6h")
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.apply(s.ftp("acme", "f1", at("5h 59m"), FTPSession{}), at("6h 1m"))
	compare(t, l.stated(), []string{"6h0m0s raised " + ftp + " acme 2/2", "6h0m0s withdrawn " + ftp + " acme 2/2"})
}

func TestARaiseThatNeedsASuccessToHaveLeftIsOfThatMoment(t *testing.T) {
	s := newStory(t)
	s.ftp("acme", "in", at("0s"), FTPSession{Allowed: true})
	s.refused("acme", "25m", "26m")
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.tick(at("26m"), at("31m"))
	l.apply(s.ftp("acme", "f3", at("27m"), FTPSession{}), at("31m"))
	compare(t, l.stated(), []string{"30m0s raised " + ftp + " acme 3/3"})
}

func TestASessionThatWasForgottenCountsAgain(t *testing.T) {
	s := newStory(t)
	s.refused("acme", "0s", "1m")
	s.ftp("acme", "f1", at("60h"), FTPSession{})
	s.ftp("acme", "f2", at("66h"), FTPSession{})
	s.want("acme", at("66h"), "66h0m0s raised "+ftp+" acme 2/2")
}
