package detect

import "tocsin/pkg/policy"

// A run is what is known of one report run, or one upload.
type run struct {
	tenant uint32

	failed     int64 // the latest stated failure; longAgo if none
	failedMark mark

	scheduled     int64 // the latest SCHEDULED
	scheduledMark mark
	due           int64 // when it counts as failed unless delivered before; never if it does not
	overdue       int64 // when it did; longAgo if not
	overdueMark   mark  // by this schedule

	firstDelivery int64 // never if none
	lastDelivery  int64 // longAgo if none
	seen          int64 // event time of the newest signal

	inDaily, inSparse bool // counted in these windows now
	queued            int64
}

// memoryOf is how long before its schedule a run may have been delivered. A run
// of which nothing is heard and that cannot fall due is remembered for that
// long, and for the lateness.
func memoryOf(d *policy.Deliveries) int64 {
	return int64(d.Overdue + max(d.Daily.Window, d.Sparse.Window))
}

func newRun(tenant uint32) *run {
	return &run{
		tenant: tenant, failed: longAgo, scheduled: longAgo, due: never,
		overdue: longAgo, firstDelivery: never, lastDelivery: longAgo, seen: longAgo, queued: never,
	}
}

// moment is when the run counts as failed: at its latest failure.
func (r *run) moment() int64 { return max(r.failed, r.overdue) }

// sample is the latest failure: when, and the signal that it rests on.
func (r *run) sample(n *names) sample {
	fell, stated := sample{r.overdue, r.overdueMark}, sample{r.failed, r.failedMark}
	if compareSamples(n, fell, stated) > 0 {
		return fell
	}
	return stated
}

// take reads one step of the run and reports what it states anew.
func (r *run) take(n *names, in *input, d *policy.Deliveries) fate {
	own := in.mark
	switch {
	case in.Success():
		r.deliver(in.at)
	case in.Kind == KindReportRun && in.Report.State == RunScheduled:
		old := sample{r.scheduled, r.scheduledMark}
		due := never
		if !in.Report.DueAt.IsZero() {
			due = in.Report.DueAt.UnixNano() + int64(d.Overdue)
		}
		if own == old.mark && r.scheduled != longAgo {
			return repeatOf(in.at == old.at)
		}
		if r.scheduled == longAgo || compareSamples(n, sample{in.at, own}, old) > 0 {
			r.schedule(in.at, due, memoryOf(d), own.clone())
		}
	default:
		old := sample{r.failed, r.failedMark}
		if own == old.mark && r.failed != longAgo {
			return repeatOf(in.at == old.at)
		}
		if r.failed == longAgo || compareSamples(n, sample{in.at, own}, old) > 0 {
			r.failed, r.failedMark = in.at, own.clone()
		}
	}
	r.seen = max(r.seen, in.at)
	return counted
}

func repeatOf(same bool) fate {
	if same {
		return repeated
	}
	return conflicting
}

// deliver notes a delivery: what would have fallen due later does not.
func (r *run) deliver(at int64) {
	r.firstDelivery = min(r.firstDelivery, at)
	r.lastDelivery = max(r.lastDelivery, at)
	if at < r.due {
		r.due = never
	}
	if at < r.overdue {
		r.overdue = longAgo
	}
}

// schedule notes a newer schedule: it replaces one that had not fallen due. A
// delivery as old as memory before it was one of another run of that name.
func (r *run) schedule(at, due, memory int64, m mark) {
	if at < r.overdue {
		r.overdue = longAgo
	}
	r.scheduled, r.scheduledMark, r.due = at, m, due
	for _, delivered := range [...]int64{r.firstDelivery, r.lastDelivery} {
		if delivered != longAgo && delivered < due && delivered > at-memory {
			r.due = never
		}
	}
}

// pass lets the run fall due; it reports whether it did.
func (r *run) pass(n *names, now int64) bool {
	if r.due > now {
		return false
	}
	if compareSamples(n, sample{r.due, r.scheduledMark}, sample{r.overdue, r.overdueMark}) > 0 {
		r.overdue, r.overdueMark = r.due, r.scheduledMark
	}
	r.due = never
	return true
}

func compareSamples(n *names, a, b sample) int {
	if a.at != b.at {
		if a.at < b.at {
			return -1
		}
		return 1
	}
	return n.compareMarks(a.mark, b.mark)
}

func (r *run) code(c *coder) {
	c.name(&r.tenant)
	for _, v := range []*int64{&r.failed, &r.scheduled, &r.due, &r.overdue, &r.firstDelivery, &r.lastDelivery, &r.seen} {
		c.int(v)
	}
	c.mark(&r.failedMark)
	c.mark(&r.scheduledMark)
	c.mark(&r.overdueMark)
	c.flag(&r.inDaily)
	c.flag(&r.inSparse)
}
