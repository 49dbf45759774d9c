package oracle

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// deliveries is rule 3.3, for reports or for uploads.
type deliveries struct {
	policy.Deliveries
	wide
	kind detect.Kind
}

// A run is distinct per tenant.
type run struct{ tenant, id string }

func (r deliveries) runOf(s detect.Signal) run {
	if r.kind == detect.KindReportRun {
		return run{s.Tenant, s.Report.Run}
	}
	return run{s.Tenant, s.Upload.Upload}
}

func (r deliveries) reads(s detect.Signal) bool { return s.Kind == r.kind && r.holds(s) }

func (r deliveries) deadlines(signals []detect.Signal) []time.Time {
	times := timesOf(signals)
	for _, s := range signals {
		if r.dated(s) {
			times = append(times, s.Report.DueAt.Add(r.Overdue))
		}
	}
	return after(times, 0, r.Daily.Window, r.Sparse.Window, r.Expire)
}

func (r deliveries) raises(m moment) int {
	for i, line := range r.lines() {
		if r.failing(m, line) {
			return i + 1
		}
	}
	return 0
}

// lines are the two ways of the rule.
func (r deliveries) lines() []policy.Failing { return []policy.Failing{r.Daily, r.Sparse} }

// failing says whether enough runs failed and none succeeded in the window,
// and whether the first run ever is as old as the window.
func (r deliveries) failing(m moment, line policy.Failing) bool {
	if len(m.seen) == 0 || m.seen[0].At.After(m.now.Add(-line.Window)) {
		return false
	}
	return len(r.failed(m, line.Window)) >= line.Runs && !slices.ContainsFunc(m.within(line.Window), success)
}

func (r deliveries) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	if r.raises(m) != 0 {
		return true, 0
	}
	if succeededAfter(raisedAt, m.seen) {
		return false, detect.Cleared
	}
	relevant := append(timesOf(m.seen), timesOf(r.overdue(m))...)
	if last := slices.MaxFunc(relevant, time.Time.Compare); !m.now.Before(last.Add(r.Expire)) {
		return false, detect.Expired
	}
	return false, 0
}

func (r deliveries) counts(m moment, way int) detect.Change {
	line := r.lines()[way-1]
	failed := r.failed(m, line.Window)
	return fill(detect.Change{Value: len(failed), Threshold: line.Runs, Window: line.Window}, failed)
}

// failed gives the latest failure in the window of each run that failed in it.
func (r deliveries) failed(m moment, window time.Duration) []detect.Signal {
	known := moment{m.now, append(r.overdue(m), m.seen...)}
	return latestOf(keep(known.within(window), r.failure), r.runOf)
}

func (r deliveries) failure(s detect.Signal) bool {
	if r.kind == detect.KindReportRun {
		return s.Report.State == detect.RunFailed
	}
	return !s.Upload.Accepted && !s.Upload.Invalid
}

// overdue gives, for each report that was scheduled and not delivered in time,
// its schedule as a failure at the moment when the time was over. A delivery
// long before the schedule was of another run of that name.
func (r deliveries) overdue(m moment) []detect.Signal {
	var all []detect.Signal
	for _, s := range m.seen {
		if !r.dated(s) {
			continue
		}
		over := s.Report.DueAt.Add(r.Overdue)
		forgotten := s.At.Add(-r.Overdue - max(r.Daily.Window, r.Sparse.Window))
		settled := slices.ContainsFunc(m.seen, func(o detect.Signal) bool {
			return r.runOf(o) == r.runOf(s) && o.At.Before(over) && (success(o) && o.At.After(forgotten) || r.dated(o) && outranks(o, s))
		})
		if !settled && !over.After(m.now) {
			s.At, s.Report.State = over, detect.RunFailed
			all = append(all, s)
		}
	}
	return all
}

// dated says whether a signal schedules a report and states when it is due.
func (r deliveries) dated(s detect.Signal) bool {
	return s.Kind == detect.KindReportRun && s.Report.State == detect.RunScheduled && !s.Report.DueAt.IsZero()
}
