package oracle

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// sso is rule 3.2.
type sso struct {
	policy.SSO
	wide
}

func (r sso) reads(s detect.Signal) bool {
	return s.Kind == detect.KindAuthAttempt && s.Auth.Method == detect.MethodSSO && r.holds(s) || r.isProbe(s)
}

// isProbe says whether the verdict of the scope counts the signal; the
// platform's counts only probes that name no tenant.
func (r sso) isProbe(s detect.Signal) bool {
	return s.Kind == detect.KindProbe && s.Probe.Component == policy.ComponentSSO && narrow(r.wide).holds(s)
}

func (r sso) deadlines(signals []detect.Signal) []time.Time {
	return append(after(timesOf(signals), r.Window, r.Sparse, r.Expire), voteDeadlines(keep(signals, r.isProbe), r.Verdict, r.DownFor)...)
}

func (r sso) raises(m moment) int {
	for i, holds := range []func(moment) bool{r.down, r.dense, r.sparse} {
		if holds(m) {
			return i + 1
		}
	}
	return 0
}

// down says whether the verdict is DOWN, in a spell that has lasted long enough.
func (r sso) down(m moment) bool { return r.probes(m).raised(m.now, r.DownFor) }

func (r sso) dense(m moment) bool {
	failed, people := r.failed(m, r.Window)
	return failed >= r.Attempts && people >= r.People && !r.loggedIn(m, r.Window)
}

func (r sso) sparse(m moment) bool {
	_, people := r.failed(m, r.Sparse)
	return people >= r.People && !r.loggedIn(m, r.Sparse)
}

func (r sso) failed(m moment, window time.Duration) (attempts, people int) {
	failed := keep(m.within(window), outage)
	return len(failed), fill(detect.Change{}, failed).People
}

func (r sso) loggedIn(m moment, window time.Duration) bool {
	return slices.ContainsFunc(m.within(window), logIn)
}

func logIn(s detect.Signal) bool { return s.Kind == detect.KindAuthAttempt && s.Auth.OK }

// outage says whether an attempt failed in a way that blames the service.
func outage(s detect.Signal) bool {
	f := s.Auth.Failure
	return s.Kind == detect.KindAuthAttempt && !s.Auth.OK && (f == detect.FailureServiceUnavailable || f == detect.FailureTimeout)
}

func (r sso) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	if r.probes(m).lasts(m.now, r.DownFor) || r.dense(m) || r.sparse(m) {
		return true, 0
	}
	if succeededAfter(raisedAt, keep(m.seen, logIn)) || r.probes(m).upAfter(raisedAt, m.now) {
		return false, detect.Cleared
	}
	if last := m.seen[len(m.seen)-1].At; !m.now.Before(last.Add(r.Expire)) {
		return false, detect.Expired
	}
	return false, 0
}

// counts knows the three ways in the order of the policy: by the probes, by
// attempts in the short window, by people in the long one.
func (r sso) counts(m moment, way int) detect.Change {
	if way == 1 {
		return r.probes(m).counts(m.now)
	}
	if way == 2 {
		failed := keep(m.within(r.Window), outage)
		return fill(detect.Change{Value: len(failed), Threshold: r.Attempts, Window: r.Window}, failed)
	}
	change := fill(detect.Change{Threshold: r.People, Window: r.Sparse}, keep(m.within(r.Sparse), outage))
	change.Value = change.People
	return change
}

func (r sso) probes(m moment) probes {
	return probes{Verdict: r.Verdict, signals: keep(m.seen, r.isProbe), bad: detect.StatusDown}
}
