package detect

import "tocsin/pkg/policy"

// reportsFailing is policy 3.3, reports_failing_24h: no report of the scope
// was delivered for a day, and enough of them failed.
func reportsFailing(r *policy.Rules) rule {
	return deliveries("reports_failing_24h", KindReportRun, &r.Reports, "runs")
}

// uploadsFailing is policy 3.3, uploads_failing_24h: the same for inbound files.
func uploadsFailing(r *policy.Rules) rule {
	return deliveries("uploads_failing_24h", KindFileUpload, &r.Uploads, "uploads")
}

func deliveries(reason string, kind Kind, d *policy.Deliveries, of string) rule {
	return rule{
		reason:  reason,
		kinds:   []Kind{kind},
		expire:  d.Expire,
		figures: []figure{byDay: {of: of, window: d.Daily.Window}, byTwoDays: {of: of, window: d.Sparse.Window}},
		open: func(h house, _ bool) window {
			w := &deliveryWindow{house: h, numbers: d, success: longAgo, heard: longAgo, began: never}
			w.done.window = memoryOf(d) + int64(h.rules.Lateness)
			return w
		},
	}
}

// The measures of the deliveries, in the order in which they are tried.
const (
	byDay uint8 = iota
	byTwoDays
)

// delivered is the first delivery of a run; the last is the table's time.
type delivered struct{ first int64 }

// A deliveryWindow holds the runs of a scope that failed lately or may yet
// fall due.
type deliveryWindow struct {
	house
	numbers *policy.Deliveries
	runs    map[key]*run     // nil until one fails or is scheduled
	done    timed[delivered] // those of which only deliveries were heard
	agenda  agenda[key]      // when a run changes what is counted, or may be forgotten
	daily   int
	sparse  int
	success int64 // event time of the last success
	heard   int64
	began   int64 // event time of the scope's first run ever
	kept    *keptRuns
}

func (w *deliveryWindow) take(in *input) fate {
	if in.Kind == KindReportRun && in.Report.State == RunUnknown {
		return unread
	}
	if w.tooLate(in) {
		return stale
	}
	if f := w.step(in); f != counted {
		return f
	}
	if in.Success() {
		w.success = max(w.success, in.at)
		if w.kept != nil && in.at <= w.kept.at {
			w.kept.success = max(w.kept.success, in.at)
		}
	}
	w.heard = max(w.heard, in.at)
	w.began = min(w.began, in.at)
	if w.kept != nil {
		w.kept.began = min(w.kept.began, w.began)
	}
	return counted
}

// step takes what the signal says of its run. A refused file is no run, and an
// accepted one needs no name.
func (w *deliveryWindow) step(in *input) fate {
	r := w.runs[in.thing]
	if in.Kind == KindFileUpload && (in.Upload.Invalid || in.Upload.Accepted) {
		return counted
	}
	if r == nil && in.Success() {
		w.deliver(in)
		return counted
	}
	if r == nil {
		r = w.recall(in)
	}
	before := *r
	if f := r.take(w.names, in, w.numbers); f != counted {
		return f
	}
	if w.runs == nil {
		w.runs = map[key]*run{}
	}
	w.runs[in.thing] = r
	w.bring(in.thing, r, in.now)
	if w.kept != nil {
		w.kept.take(in.thing, in.at, &before, r)
	}
	return counted
}

// deliver notes the delivery of a run of which nothing else was heard.
func (w *deliveryWindow) deliver(in *input) {
	floor := in.now - w.done.window
	i, ok := w.done.find(in.thing)
	switch {
	case in.at <= floor:
	case !ok:
		w.done.add(in.thing, in.at, delivered{in.at})
	case w.done.list[i].at <= floor:
		w.done.list[i].at, w.done.list[i].val.first = in.at, in.at
	default:
		it := &w.done.list[i]
		it.at, it.val.first = max(it.at, in.at), min(it.val.first, in.at)
	}
}

// recall begins a run with the deliveries heard of it.
func (w *deliveryWindow) recall(in *input) *run {
	r := newRun(in.tenant)
	if i, ok := w.done.find(in.thing); ok && w.done.list[i].at > in.now-w.done.window {
		it := &w.done.list[i]
		r.firstDelivery, r.lastDelivery, r.seen = it.val.first, it.at, it.at
	}
	return r
}

// calm reports whether no run failed or may fall due.
func (w *deliveryWindow) calm() bool { return len(w.runs) == 0 }

func (w *deliveryWindow) counts() int { return 0 }

func (w *deliveryWindow) sweep(now int64) int64 {
	w.done.sweep(now-w.done.window, func(*item[delivered]) {})
	return w.done.turn(now)
}

// tooLate reports whether the signal has left every window and is not the
// newest either.
func (w *deliveryWindow) tooLate(in *input) bool {
	last := in.at
	if in.Kind == KindReportRun && in.Report.State == RunScheduled && !in.Report.DueAt.IsZero() {
		last = max(last, in.Report.DueAt.UnixNano()+int64(w.numbers.Overdue))
	}
	longest := max(w.numbers.Daily.Window, w.numbers.Sparse.Window)
	return last <= in.now-int64(longest) && in.at <= w.heard
}

// bring lets time pass for one run, counts it, and says when to look again.
func (w *deliveryWindow) bring(k key, r *run, now int64) {
	if r.pass(w.names, now) {
		w.heard = max(w.heard, r.overdue)
		if w.kept != nil {
			w.kept.fell(k, r)
		}
	}
	w.recount(&r.inDaily, &w.daily, r.moment(), now-int64(w.numbers.Daily.Window))
	w.recount(&r.inSparse, &w.sparse, r.moment(), now-int64(w.numbers.Sparse.Window))
	next := w.nextOf(r)
	if next <= now {
		delete(w.runs, k)
	} else if next < r.queued {
		r.queued = next
		w.agenda.push(next, k)
	}
}

// recount brings one window's count up to date for a run.
func (w *deliveryWindow) recount(counted *bool, n *int, moment, floor int64) {
	in := moment != longAgo && moment > floor
	if in && !*counted {
		*n++
	}
	if !in && *counted {
		*n--
	}
	*counted = in
}

// nextOf is when a run changes what is counted, or else may be forgotten.
func (w *deliveryWindow) nextOf(r *run) int64 {
	daily, sparse := int64(w.numbers.Daily.Window), int64(w.numbers.Sparse.Window)
	next := r.due
	if r.inDaily {
		next = min(next, r.moment()+daily)
	}
	if r.inSparse {
		next = min(next, r.moment()+sparse)
	}
	if next == never {
		next = max(r.seen, r.moment()) + memoryOf(w.numbers) + int64(w.rules.Lateness)
	}
	return next
}

func (w *deliveryWindow) weigh(now int64) weight {
	for w.agenda.first() <= now {
		at := w.agenda.first()
		k := w.agenda.pop()
		if r := w.runs[k]; r != nil && r.queued == at {
			r.queued = never
			w.bring(k, r, now)
		}
	}
	out := weight{success: w.success, heard: w.heard, next: min(w.agenda.first(), w.sweep(now)), counts: w.daily + w.sparse}
	out.holds, out.measure = w.numbersMet(w.daily, w.sparse, w.success, w.began, now)
	out.lasts, out.since = out.holds, w.since(out.measure)
	for _, f := range [...]policy.Failing{w.numbers.Daily, w.numbers.Sparse} {
		for _, at := range [...]int64{after(w.success, f.Window), after(w.began, f.Window)} {
			if at > now && w.sparse+w.daily > 0 {
				out.next = min(out.next, at)
			}
		}
	}
	if w.kept != nil {
		daily, sparse := w.kept.counts(w.numbers)
		held, _ := w.numbersMet(daily, sparse, w.kept.success, w.kept.began, w.kept.at)
		out.refuted = !held
	}
	return out
}

// since is when the last success, and the first run ever, were a window old.
func (w *deliveryWindow) since(measure uint8) int64 {
	window := w.numbers.Daily.Window
	if measure == byTwoDays {
		window = w.numbers.Sparse.Window
	}
	since := longAgo
	for _, at := range [...]int64{w.success, w.began} {
		if at != longAgo && at != never {
			since = max(since, at+int64(window))
		}
	}
	return since
}

// numbersMet says whether, and by which measure, the rule holds at an instant.
func (w *deliveryWindow) numbersMet(daily, sparse int, success, began, at int64) (bool, uint8) {
	met := func(n int, f policy.Failing) bool {
		return n >= f.Runs && quiet(success, at, f.Window) && began <= at-int64(f.Window)
	}
	if met(daily, w.numbers.Daily) {
		return true, byDay
	}
	return met(sparse, w.numbers.Sparse), byTwoDays
}

func (w *deliveryWindow) evidence(measure uint8, upTo int64) evidence {
	f, n := w.numbers.Daily, w.daily
	if measure == byTwoDays {
		f, n = w.numbers.Sparse, w.sparse
	}
	ev := evidence{value: n, threshold: f.Runs, window: f.Window, first: never, last: longAgo}
	last := newest{limit: w.rules.Samples}
	tenants := map[uint32]bool{}
	for _, r := range w.runs {
		if measure == byDay && !r.inDaily || measure == byTwoDays && !r.inSparse {
			continue
		}
		s := r.sample(w.names)
		ev.count(s.at)
		if r.tenant != 0 {
			tenants[r.tenant] = true
		}
		if s.at <= upTo {
			last.add(w.names, s)
		}
	}
	ev.tenants, ev.samples = len(tenants), last.list
	return ev
}
