package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/oracle"
)

const hour = time.Hour

// An edge is a scene at the very edge of a number of the shipped policy, and
// what the policy says of one of its reasons: scope, time and change.
type edge struct {
	name    string
	reason  policy.ReasonID
	signals []detect.Signal
	until   time.Duration
	want    string
}

func TestAtTheEdgesOfTheShippedNumbersThePolicyIsKept(t *testing.T) {
	shipped := policy.Default().Rules
	for _, e := range slices.Concat(crowdEdges(), deliveryEdges(), ftpEdges(), probeEdges(), rareEdges(), silenceEdges()) {
		t.Run(e.name, func(t *testing.T) {
			end := midnight.Add(e.until)
			said := oracle.Changes(shipped, e.signals, end)
			if is := ofReason(said, e.reason); is != e.want {
				t.Errorf("the oracle says %q, the policy %q", is, e.want)
			}
			if got := replay(shipped, e.signals, end); told(got) != told(said) {
				t.Errorf("- the oracle, + a replay:\n%s", diff(told(said), told(got)))
			}
			got := inOrder(shipped, e.signals, minute, end)
			if sorted(got) != sorted(said) {
				t.Errorf("- the oracle, + the engine live:\n%s", diff(sorted(said), sorted(got)))
			}
		})
	}
}

func ofReason(changes []detect.Change, reason policy.ReasonID) string {
	var all []string
	for _, c := range changes {
		if c.Reason == string(reason) {
			all = append(all, fmt.Sprintf("%s %v %s", c.Scope, c.At.Sub(midnight), names[c.Change]))
		}
	}
	return strings.Join(all, ", ")
}

// in is a signal of acme at a time after midnight.
func in(d time.Duration, what func(*detect.Signal)) detect.Signal {
	s := detect.Signal{Source: "m", Tenant: "acme", At: midnight.Add(d)}
	what(&s)
	return s
}

// of is the same of another tenant.
func of(tenant string, s detect.Signal) detect.Signal {
	s.Tenant = tenant
	return s
}

// numbered gives the signals of a scene an id each.
func numbered(signals ...detect.Signal) []detect.Signal {
	for i := range signals {
		signals[i].ID = fmt.Sprint(i)
	}
	return signals
}

// crowd is so many people of acme who fail at one instant, numbered from somewhere.
func crowd(first, people int, d time.Duration) []detect.Signal {
	var all []detect.Signal
	for i := range people {
		all = append(all, in(d, attempt(fmt.Sprint("u", first+i), detect.FailureError)))
	}
	return all
}

func crowdEdges() []edge {
	const reason = policy.AuthFailuresOver100
	two := slices.Concat(crowd(0, 50, 0), crowd(0, 51, 0))
	for i := range two[50:] {
		two[50+i].Tenant = "globex"
	}
	return []edge{
		{"100 people are not enough", reason, numbered(crowd(0, 100, 0)...), hour, ""},
		{
			"101 people are", reason, numbered(crowd(0, 101, 0)...), 2 * hour,
			"acme 0s raised, platform 0s raised, acme 1h0m0s expired, platform 1h0m0s expired",
		},
		{
			"a failure exactly one window old has left it", reason,
			numbered(append(crowd(0, 1, 0), crowd(1, 100, hour)...)...), hour, "",
		},
		{
			"one a nanosecond younger has not", reason,
			numbered(append(crowd(0, 1, 0), crowd(1, 100, hour-1)...)...), hour,
			"acme 59m59.999999999s raised, platform 59m59.999999999s raised",
		},
		{
			"a success at the instant of the failure wins", reason,
			numbered(append(crowd(0, 101, 0), in(0, logsIn("u7")))...), hour, "",
		},
		{
			"a person who fails at two tenants is two people", reason,
			numbered(two...), minute, "platform 0s raised",
		},
	}
}

func deliveryEdges() []edge {
	const reason = policy.ReportsFailing24h
	failed := func(d time.Duration, run string) detect.Signal { return in(d, reported(run, detect.RunFailed)) }
	delivered := func(d time.Duration) detect.Signal { return in(d, reported("r9", detect.RunDelivered)) }
	return []edge{
		{
			"a first run 24 h minus 1 ns old is too young", reason,
			numbered(failed(0, "r0"), failed(1, "r1"), failed(2, "r2"), failed(3, "r3")), 24*hour - 1, "",
		},
		{
			"24 h are old enough", reason,
			numbered(failed(0, "r0"), failed(1, "r1"), failed(2, "r2"), failed(3, "r3")), 24 * hour,
			"acme 24h0m0s raised, platform 24h0m0s raised",
		},
		{
			"a delivery 24 h minus 1 ns ago says that reports work", reason,
			numbered(delivered(0), failed(hour, "r1"), failed(2*hour, "r2"), failed(3*hour, "r3")), 24*hour - 1, "",
		},
		{
			"one 24 h ago does not", reason,
			numbered(delivered(0), failed(hour, "r1"), failed(2*hour, "r2"), failed(3*hour, "r3"), delivered(30*hour)), 31 * hour,
			"acme 24h0m0s raised, platform 24h0m0s raised, acme 30h0m0s cleared, platform 30h0m0s cleared",
		},
		{
			"a report is overdue 24 h after it was due, not before", reason,
			numbered(in(0, due("r1", hour)), in(0, due("r2", 24*hour)), delivered(48*hour+1)), 49 * hour,
			"acme 48h0m0s raised, platform 48h0m0s raised, acme 48h0m0.000000001s cleared, platform 48h0m0.000000001s cleared",
		},
	}
}

func due(run string, d time.Duration) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Report = detect.KindReportRun, detect.ReportRun{Run: run, State: detect.RunScheduled, DueAt: midnight.Add(d)}
	}
}

func ftpEdges() []edge {
	const reason = policy.FTPDenied
	return []edge{
		{
			"a session exactly 30 min old is not one of three", reason,
			numbered(in(0, denied("a")), in(minute, denied("b")), in(30*minute, denied("c"))), hour, "",
		},
		{
			"one a nanosecond younger is", reason,
			numbered(in(0, denied("a")), in(minute, denied("b")), in(30*minute-1, denied("c"))), hour,
			"acme 29m59.999999999s raised, platform 29m59.999999999s raised",
		},
		{
			"two nights 6 h minus 1 ns apart are one", reason,
			numbered(in(0, denied("a")), in(6*hour-1, denied("b"))), 49 * hour, "",
		},
		{
			"6 h apart they are two, until a session is let in", reason,
			numbered(in(0, denied("a")), in(6*hour, denied("b")), in(30*hour, letIn("c"))), 31 * hour,
			"acme 6h0m0s raised, platform 6h0m0s raised, acme 30h0m0s cleared, platform 30h0m0s cleared",
		},
		{
			"a session refused often is one", reason,
			numbered(in(0, denied("a")), in(minute, denied("a")), in(7*hour, denied("a"))), 49 * hour, "",
		},
	}
}
