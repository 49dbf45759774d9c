package oracle_test

import (
	"strings"
	"testing"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/oracle"
)

// until is late enough for every deadline of the scenes.
var until = midnight.Add(120 * minute)

// expect compares the changes of one tenant and reason, as minute and kind.
func expect(t *testing.T, reason, want string, signals ...detect.Signal) {
	t.Helper()
	var got []string
	for _, c := range oracle.Changes(small, signals, until) {
		if c.Scope == "acme" && c.Reason == reason {
			got = append(got, clock(c.At)+" "+names[c.Change])
		}
	}
	if is := strings.Join(got, ", "); is != want {
		t.Errorf("the oracle says %q, the policy %q; all changes:\n%s", is, want, told(oracle.Changes(small, signals, until)))
	}
}

func fourUnable() []detect.Signal {
	return []detect.Signal{at(0, "acme", "1", fails("a")), at(1, "acme", "2", fails("b")), at(2, "acme", "3", fails("c")), at(3, "acme", "4", fails("d"))}
}

func TestTheFourthPersonUnableRaisesAndWindowsEndIt(t *testing.T) {
	expect(t, "auth_failures_over_100", "3 raised, 11 expired", fourUnable()...)
}

func TestACountThatFallsAfterASuccessIsCleared(t *testing.T) {
	expect(t, "auth_failures_over_100", "3 raised, 5 cleared",
		append(fourUnable(), at(4, "acme", "5", logsIn("a")), at(5, "acme", "6", logsIn("b")))...)
}

func TestASuccessAtTheSameInstantOutranksAFailure(t *testing.T) {
	expect(t, "auth_failures_over_100", "", append(fourUnable(), at(3, "acme", "5", logsIn("a")))...)
}

func TestAFailureOfTheirOwnAtTheInstantOfTheRaiseWithdrawsIt(t *testing.T) {
	expect(t, "auth_failures_over_100", "3 raised, 3 withdrawn",
		append(fourUnable(), at(3, "acme", "5", attempt("d", detect.FailureLocked)))...)
}

func TestTheThirdRaiseFlapsAndOneEndComesAfterTheCalm(t *testing.T) {
	signals := fourUnable()
	id := 'a'
	for _, start := range []float64{5, 7, 9, 11} {
		signals = append(signals, at(start, "acme", string(id), logsIn("c")), at(start, "acme", string(id+1), logsIn("d")),
			at(start+1, "acme", string(id+2), fails("c")), at(start+1, "acme", string(id+3), fails("d")),
			at(start+1, "acme", string(id+4), fails("a")), at(start+1, "acme", string(id+5), fails("b")))
		id += 6
	}
	expect(t, "auth_failures_over_100", "3 raised, 5 cleared, 6 raised, 7 cleared, 8 raised, 8 flapping, 27 expired", signals...)
}

func TestASingleResultIsNoSpell(t *testing.T) {
	expect(t, "sso_unavailable", "", at(0, "acme", "1", probed("p", detect.StatusDown)))
	expect(t, "sso_unavailable", "5 raised, 13 cleared", at(0, "acme", "1", probed("p", detect.StatusDown)),
		at(5, "acme", "2", probed("p", detect.StatusDown)), at(12, "acme", "3", probed("p", detect.StatusUp)))
}

func TestASpellSurvivesAShortRecovery(t *testing.T) {
	down, up := probed("p", detect.StatusDown), probed("p", detect.StatusUp)
	expect(t, "sso_unavailable", "3.5 raised, 13.5 expired", at(0, "acme", "1", down), at(1, "acme", "2", down),
		at(2.75, "acme", "3", up), at(3.5, "acme", "4", down), at(2.5, "acme", "5", down))
	expect(t, "sso_unavailable", "", at(0, "acme", "1", down), at(1, "acme", "2", down),
		at(2.5, "acme", "3", up), at(3.5, "acme", "4", down))
}

func TestPeopleAloneCountInTheLongWindow(t *testing.T) {
	expect(t, "sso_unavailable", "9 raised, 19 expired", at(0, "acme", "1", fails("a")), at(9, "acme", "2", fails("b")))
	expect(t, "sso_unavailable", "13 raised, 14 cleared", at(3, "acme", "0", logsIn("c")), at(4, "acme", "1", fails("a")),
		at(9, "acme", "2", fails("b")), at(14, "acme", "3", logsIn("c")))
}

func TestReportsThatAllFailRaiseOnceTheFirstRunIsOldEnough(t *testing.T) {
	failed, delivered := detect.RunFailed, detect.RunDelivered
	runs := []detect.Signal{
		at(0, "acme", "1", reported("r1", failed)), at(1, "acme", "2", reported("r2", failed)),
		at(5, "acme", "3", reported("r3", failed)), at(6, "acme", "4", reported("r4", failed)),
	}
	expect(t, "reports_failing_24h", "6 raised, 18 expired", runs...)
	expect(t, "reports_failing_24h", "6 raised, 7 cleared", append(runs, at(7, "acme", "5", reported("r1", delivered)))...)
	expect(t, "reports_failing_24h", "12 raised, 17 expired", runs[:3:3]...)
}

func TestAReportNotDeliveredInTimeFailsAtThatMoment(t *testing.T) {
	expect(t, "reports_failing_24h", "13 raised, 25 expired", at(0, "acme", "1", scheduled("r1", 6)), at(1, "acme", "2", scheduled("r2", 7)))
	expect(t, "reports_failing_24h", "13 raised, 13 withdrawn", at(0, "acme", "1", scheduled("r1", 6)),
		at(1, "acme", "2", scheduled("r2", 7)), at(13, "acme", "3", reported("r2", detect.RunDelivered)))
}

func TestTheOrderAndTheRepeatsOfSignalsDoNotMatter(t *testing.T) {
	signals := fourUnable()
	signals[0], signals[3] = signals[3], signals[0]
	later := signals[0]
	later.At = later.At.Add(time.Minute)
	expect(t, "auth_failures_over_100", "3 raised, 11 expired", append(signals, signals[1], later)...)
}
