package oracle

import (
	"reflect"
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// sso is rule 3.2.
type sso struct {
	policy.SSO
	scope string
}

func (r sso) reads(s detect.Signal) bool {
	return s.Kind == detect.KindAuthAttempt && s.Auth.Method == detect.MethodSSO || r.isProbe(s)
}

// isProbe says whether the verdict of the scope counts the signal; the
// platform's counts only probes that name no tenant.
func (r sso) isProbe(s detect.Signal) bool {
	return s.Kind == detect.KindProbe && s.Probe.Component == "sso" && (r.scope != Platform || s.Tenant == "")
}

func (r sso) deadlines(signals []detect.Signal) []time.Time {
	v := r.Verdict
	return slices.Concat(
		after(timesOf(signals), r.Window, r.Sparse, r.Expire),
		after(timesOf(keep(signals, r.isProbe)), v.Seen, r.DownFor, v.Seen+r.DownFor, v.EndsAfter, v.Seen+v.EndsAfter),
	)
}

func (r sso) raises(m moment) bool {
	return r.down(m) || r.dense(m) || r.sparse(m)
}

// down says whether the verdict is DOWN, in a spell that has lasted long enough.
func (r sso) down(m moment) bool {
	p := r.probes(m)
	return p.verdict(m.now) == detect.StatusDown && p.lasted(m.now, r.DownFor)
}

// stillDown says the same of a spell in which another verdict has begun that
// has not yet lasted long enough to end it.
func (r sso) stillDown(m moment) bool {
	p := r.probes(m)
	start, ok := p.spell(m.now)
	if !ok {
		return false
	}
	for _, t := range append(p.turns(m.now), start.Add(r.DownFor)) {
		if !t.After(m.now) && !t.Before(start) && r.down(m.at(t)) {
			return true
		}
	}
	return false
}

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

func (r sso) ends(m moment, raisedAt time.Time) detect.ChangeKind {
	if r.stillDown(m) || r.dense(m) || r.sparse(m) {
		return 0
	}
	if succeededAfter(raisedAt, keep(m.seen, logIn)) || r.probes(m).upAfter(raisedAt, m.now) {
		return detect.Cleared
	}
	if last := m.seen[len(m.seen)-1].At; !m.now.Before(last.Add(r.Expire)) {
		return detect.Expired
	}
	return 0
}

// counts looks at the three ways in the order of the policy.
func (r sso) counts(m moment, raised detect.Change) detect.Change {
	byProbes := detect.Change{Threshold: r.Verdict.Results, Window: r.DownFor}
	byAttempts := detect.Change{Threshold: r.Attempts, Window: r.Window}
	byPeople := detect.Change{Threshold: r.People, Window: r.Sparse}
	way := detect.Change{Threshold: raised.Threshold, Window: raised.Window}
	switch {
	case r.stillDown(m):
		way = byProbes
	case r.dense(m):
		way = byAttempts
	case r.sparse(m):
		way = byPeople
	}
	counted := keep(m.within(way.Window), outage)
	if reflect.DeepEqual(way, byProbes) {
		counted = r.probes(m).results(m.now)
	}
	change := fill(way, counted)
	change.Value = len(counted)
	if reflect.DeepEqual(way, byPeople) {
		change.Value = change.People
	}
	return change
}

func (r sso) probes(m moment) probes {
	return probes{r.Verdict, keep(m.seen, r.isProbe)}
}
