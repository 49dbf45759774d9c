package oracle

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// A person is distinct per tenant.
type person struct{ tenant, user string }

func personOf(s detect.Signal) person { return person{s.Tenant, s.Auth.User} }

// authFailures is rule 3.1.
type authFailures struct {
	policy.AuthFailures
	wide
}

func (r authFailures) reads(s detect.Signal) bool {
	return s.Kind == detect.KindAuthAttempt && r.holds(s)
}

func (r authFailures) deadlines(signals []detect.Signal) []time.Time {
	return after(timesOf(signals), r.Window)
}

func (r authFailures) raises(m moment) int {
	unable, attempted := r.count(m)
	if len(unable) > r.Over && (r.wide != Platform || 100*len(unable) >= r.PlatformPercent*attempted) {
		return 1
	}
	return 0
}

func (r authFailures) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	unable, attempted := r.count(m)
	switch {
	case len(unable) > r.Clear && (r.wide != Platform || 100*len(unable) >= r.PlatformClearPercent*attempted):
		return true, 0
	case succeededAfter(raisedAt, m.seen):
		return false, detect.Cleared
	default:
		return false, detect.Expired
	}
}

func (r authFailures) counts(m moment, _ int) detect.Change {
	unable, _ := r.count(m)
	return fill(detect.Change{Value: len(unable), Threshold: r.Over, Window: r.Window}, unable)
}

// count gives the latest attempt of each person who is unable, and how many
// people attempted.
func (r authFailures) count(m moment) (unable []detect.Signal, attempted int) {
	latest := latestOf(m.within(r.Window), personOf)
	for _, s := range latest {
		if !s.Auth.OK && !personsOwn(s.Auth.Failure) {
			unable = append(unable, s)
		}
	}
	return unable, len(latest)
}

func personsOwn(f detect.Failure) bool {
	return f == detect.FailureBadCredentials || f == detect.FailureLocked || f == detect.FailureUnknownUser
}
