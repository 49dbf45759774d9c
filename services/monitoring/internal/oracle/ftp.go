package oracle

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// ftp is rule 3.4.
type ftp struct {
	policy.FTP
	wide
}

func (r ftp) reads(s detect.Signal) bool { return s.Kind == detect.KindFTPSession && r.holds(s) }

func (r ftp) deadlines(signals []detect.Signal) []time.Time {
	return after(timesOf(signals), r.Window, r.NightlyWindow, r.Expire)
}

// raises knows two ways: many sessions in the short window, or two that lie
// far enough apart in the long one.
func (r ftp) raises(m moment) int {
	if len(r.refused(m, r.Window)) >= r.Sessions && !letIn(m, r.Window) {
		return 1
	}
	nightly := r.refused(m, r.NightlyWindow)
	if len(nightly) >= r.NightlySessions && r.apart(nightly) && !letIn(m, r.NightlyWindow) {
		return 2
	}
	return 0
}

func letIn(m moment, window time.Duration) bool {
	return slices.ContainsFunc(m.within(window), success)
}

func (r ftp) apart(refused []detect.Signal) bool {
	times := timesOf(refused)
	slices.SortFunc(times, time.Time.Compare)
	return times[len(times)-1].Sub(times[0]) >= r.NightlyApart
}

// refused gives the latest refusal in the window of each session refused in it
// for a reason that is not the person's own.
func (r ftp) refused(m moment, window time.Duration) []detect.Signal {
	refused := keep(m.within(window), func(s detect.Signal) bool { return !s.FTP.Allowed && !s.FTP.BadCredentials })
	return latestOf(refused, func(s detect.Signal) run { return run{s.Tenant, s.FTP.Session} })
}

func (r ftp) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	if r.raises(m) != 0 {
		return true, 0
	}
	return false, howEnded(m, raisedAt, r.Expire)
}

func (r ftp) counts(m moment, way int) detect.Change {
	change := detect.Change{Threshold: r.Sessions, Window: r.Window}
	if way == 2 {
		change = detect.Change{Threshold: r.NightlySessions, Window: r.NightlyWindow}
	}
	refused := r.refused(m, change.Window)
	change.Value = len(refused)
	return fill(change, refused)
}
