package detect

import (
	"reflect"
	"testing"

	"tocsin/pkg/policy"
)

const breach = "security_breach"

// finding states how a finding stands.
func (s *story) finding(tenant, id string, sev policy.Severity, st FindingStatus, offset string) Signal {
	return s.add(tenant, at(offset), Signal{Kind: KindSecurityFinding, Find: SecurityFinding{Finding: id, Severity: sev, Status: st}})
}

func TestAFindingRaisesByItsSeverityAndHowSureItIs(t *testing.T) {
	raised := []string{"0s raised " + breach + " acme 1/1"}
	for _, c := range []struct {
		severity policy.Severity
		status   FindingStatus
		want     []string
	}{
		{policy.SeverityLow, FindingSuspected, nil},
		{policy.SeverityLow, FindingConfirmed, nil},
		{policy.SeverityMedium, FindingSuspected, nil},
		{policy.SeverityMedium, FindingConfirmed, raised},
		{policy.SeverityHigh, FindingSuspected, raised},
		{policy.SeverityHigh, FindingConfirmed, raised},
		{policy.SeverityCritical, FindingSuspected, raised},
		{policy.SeverityCritical, FindingConfirmed, raised},
		{policy.SeverityCritical, FindingResolved, nil},
		{policy.SeverityCritical, FindingUnknown, nil},
		{"", FindingConfirmed, nil},
	} {
		s := newStory(t)
		s.finding("acme", "f", c.severity, c.status, "0s")
		if got := s.replay(ReplayOptions{Until: at("1000h")}); !reflect.DeepEqual(told(got), c.want) {
			t.Errorf("%s, status %d:\n%s", c.severity, c.status, lines(got))
		}
	}
}

func TestAMediumFindingIsRaisedWhenConfirmedAndClearedWhenResolved(t *testing.T) {
	s := newStory(t)
	s.finding("acme", "f", policy.SeverityMedium, FindingSuspected, "0s")
	confirmed := s.finding("acme", "f", policy.SeverityMedium, FindingConfirmed, "1h")
	s.finding("acme", "f", policy.SeverityMedium, FindingResolved, "2h")
	s.want("acme", at("3h"), "1h0m0s raised "+breach+" acme 1/1", "2h0m0s cleared "+breach+" acme 0/1")
	c := s.replay(ReplayOptions{})[0]
	if c.Subject != "f" || c.Tenants != 1 || c.Window != 0 || !c.FirstAt.Equal(at("1h")) ||
		!reflect.DeepEqual(c.Evidence, []string{"test/" + confirmed.ID}) {
		t.Errorf("stated %+v", c)
	}
}

func TestEachFindingIsAConditionOfItsOwn(t *testing.T) {
	s := newStory(t)
	s.finding("acme", "f", policy.SeverityHigh, FindingSuspected, "0s")
	s.finding("acme", "g", policy.SeverityHigh, FindingSuspected, "0s")
	s.finding("acme", "g", policy.SeverityHigh, FindingResolved, "1h")
	var got []string
	for _, c := range s.replay(ReplayOptions{}) {
		got = append(got, c.Change.String()+" "+c.Subject)
	}
	if want := []string{"raised f", "raised g", "cleared g"}; !reflect.DeepEqual(got, want) {
		t.Errorf("stated %q, want %q", got, want)
	}
}

func TestAFindingNeverExpires(t *testing.T) {
	s := newStory(t)
	s.finding("acme", "f", policy.SeverityHigh, FindingSuspected, "0s")
	s.want("acme", at("20000h"), "0s raised "+breach+" acme 1/1")
}

func TestAFindingThatIsRatedLowerStaysRaisedUntilItIsResolved(t *testing.T) {
	s := newStory(t)
	s.finding("acme", "f", policy.SeverityHigh, FindingSuspected, "0s")
	s.finding("acme", "f", policy.SeverityLow, FindingConfirmed, "1h")
	s.finding("acme", "f", policy.SeverityLow, FindingResolved, "2h")
	s.want("acme", at("3h"), "0s raised "+breach+" acme 1/1", "2h0m0s cleared "+breach+" acme 0/1")
}

func TestAFindingResolvedAndStatedAtOneInstantIsResolved(t *testing.T) {
	s := newStory(t)
	s.finding("acme", "f", policy.SeverityHigh, FindingConfirmed, "0s")
	s.finding("acme", "f", policy.SeverityHigh, FindingResolved, "0s")
	s.want("acme", at("1h"))
}

func TestALateResolutionOfTheSameInstantWithdrawsWithinTheLateness(t *testing.T) {
	for stamp, want := range map[string][]string{
		"10m":     {"0s raised " + breach + " acme 1/1", "0s withdrawn " + breach + " acme 0/1"},
		"10m 1ns": {"0s raised " + breach + " acme 1/1"},
	} {
		s := newStory(t)
		l := s.live(Options{Scopes: Tenants})
		l.apply(s.finding("acme", "f", policy.SeverityHigh, FindingConfirmed, "0s"), at("0s"))
		l.tick(at("1s"), at(stamp))
		l.apply(s.finding("acme", "f", policy.SeverityHigh, FindingResolved, "0s"), at(stamp))
		compare(t, l.stated(), want)
	}
}

func TestAResolutionClearsAtAnyAgeUnlessTheFindingWasSevereSince(t *testing.T) {
	raised := "0s raised " + breach + " acme 1/1"
	for _, c := range []struct {
		newest policy.Severity
		want   []string
	}{
		{policy.SeverityLow, []string{raised, "1h0m0s cleared " + breach + " acme 0/1"}},
		{policy.SeverityHigh, []string{raised}},
	} {
		s := newStory(t)
		l := s.live(Options{Scopes: Tenants})
		l.apply(s.finding("acme", "f", policy.SeverityHigh, FindingConfirmed, "0s"), at("0s"))
		l.apply(s.finding("acme", "f", c.newest, FindingConfirmed, "2h"), at("2h"))
		l.apply(s.finding("acme", "f", policy.SeverityLow, FindingResolved, "1h"), at("3h"))
		l.restart()
		l.apply(s.finding("acme", "f", policy.SeverityLow, FindingSuspected, "4h"), at("4h"))
		compare(t, l.stated(), c.want)
		l.restart()
		l.apply(s.finding("acme", "f", policy.SeverityLow, FindingResolved, "5h"), at("5h"))
		if st, _ := l.e.Standing("acme", breach, "f"); st.Raised {
			t.Errorf("newest %s: %+v", c.newest, st)
		}
	}
}

func TestAnOlderStatementOfAResolvedFindingIsTooLate(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.finding("acme", "f", policy.SeverityHigh, FindingResolved, "1h"), at("1h"))
	l.apply(s.finding("acme", "f", policy.SeverityHigh, FindingConfirmed, "0s"), at("2h"))
	compare(t, l.stated(), nil)
	if len(l.refusals) != 1 || l.refusals[0].Reason != Late {
		t.Errorf("refused: %v", l.refusals)
	}
}

func TestAStatementThatIsTooLateDoesNotKeepAFindingRaised(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.finding("acme", "f", policy.SeverityHigh, FindingConfirmed, "0s"), at("0s"))
	l.apply(s.finding("acme", "f", policy.SeverityLow, FindingConfirmed, "3h"), at("3h"))
	l.apply(s.finding("acme", "f", policy.SeverityHigh, FindingConfirmed, "2h"), at("3h"))
	l.apply(s.finding("acme", "f", policy.SeverityLow, FindingResolved, "1h"), at("3h"))
	compare(t, l.stated(), []string{"0s raised " + breach + " acme 1/1", "1h0m0s cleared " + breach + " acme 0/1"})
	if len(l.refusals) != 1 || l.refusals[0].Reason != Late {
		t.Errorf("refused: %v", l.refusals)
	}
}

func TestAFindingWithoutATenantIsThePlatforms(t *testing.T) {
	s := newStory(t)
	s.finding("", "f", policy.SeverityHigh, FindingConfirmed, "0s")
	s.finding("acme", "g", policy.SeverityHigh, FindingConfirmed, "1m")
	s.want("", at("1h"), "0s raised "+breach+" platform 1/1", "1m0s raised "+breach+" acme 1/1")
	if c := s.replay(ReplayOptions{})[0]; c.Tenants != 0 {
		t.Errorf("%d tenants", c.Tenants)
	}
}

func TestAStatementWithoutAStatusIsIgnored(t *testing.T) {
	s := newStory(t)
	s.finding("acme", "f", policy.SeverityHigh, FindingUnknown, "0s")
	if sum := Replay(s.rules, ReplayOptions{}, s.signals, func(Change) {}); sum.Ignored != 1 {
		t.Errorf("%+v", sum)
	}
}

// told is a list of changes, a line each.
func told(list []Change) []string {
	var out []string
	for _, c := range list {
		out = append(out, line(c))
	}
	return out
}
