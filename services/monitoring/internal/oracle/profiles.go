package oracle

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// profiles is rule 3.7.
type profiles struct {
	policy.Profiles
	narrow
}

func (r profiles) reads(s detect.Signal) bool { return s.Kind == detect.KindProfileAudit && r.holds(s) }

func (r profiles) deadlines(signals []detect.Signal) []time.Time {
	return after(timesOf(signals), r.Expire)
}

func (r profiles) raises(m moment) int {
	if audit, ok := r.latest(m); ok && !r.below(audit) {
		return 1
	}
	return 0
}

func (r profiles) below(audit detect.Signal) bool { return int(audit.Audit.Discrepant) < r.Users }

// latest is the latest audit that is not too old to speak of now; at one
// instant one below the line is a success and wins.
func (r profiles) latest(m moment) (detect.Signal, bool) {
	var latest detect.Signal
	known := m.within(r.Expire)
	for _, s := range known {
		if !s.At.Equal(latest.At) || r.below(s) == r.below(latest) {
			latest = s
		}
	}
	return latest, len(known) > 0
}

func (r profiles) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	audit, ok := r.latest(m)
	switch {
	case !ok:
		return false, detect.Expired
	case !r.below(audit):
		return true, 0
	case audit.At.After(raisedAt):
		return false, detect.Cleared
	default:
		return false, 0
	}
}

func (r profiles) counts(m moment, _ int) detect.Change {
	change := detect.Change{Threshold: r.Users}
	if audit, ok := r.latest(m); ok {
		change = fill(change, []detect.Signal{audit})
		change.Value, change.People = int(audit.Audit.Discrepant), int(audit.Audit.Discrepant)
	}
	return change
}
