package detect

import "tocsin/pkg/policy"

// keptRuns are the runs that were counted at a raise, as signals that came
// later, with event times up to then, have changed them since.
type keptRuns struct {
	at      int64
	success int64
	began   int64
	failed  map[key]failures
}

// failures are when a run failed, as stated and by falling due; longAgo if not.
type failures struct {
	stated  int64
	overdue int64
}

func (w *deliveryWindow) keep(at, _ int64) {
	k := &keptRuns{at: at, success: w.success, began: w.began, failed: map[key]failures{}}
	for id, r := range w.runs {
		if r.inDaily || r.inSparse {
			k.failed[id] = failures{r.failed, r.overdue}
		}
	}
	w.kept = k
}

func (w *deliveryWindow) drop() { w.kept = nil }

// take follows what a signal with event time at changed in a run.
func (k *keptRuns) take(id key, at int64, before, now *run) {
	if at > k.at {
		return
	}
	f, ok := k.failed[id]
	if !ok {
		f = failures{longAgo, longAgo}
	}
	if now.failed != before.failed && now.failed <= k.at {
		f.stated = now.failed
	}
	if now.overdue != before.overdue && now.overdue <= k.at {
		f.overdue = now.overdue
	}
	k.failed[id] = f
}

// fell notes a run that fell due.
func (k *keptRuns) fell(id key, r *run) {
	if r.overdue > k.at {
		return
	}
	f, ok := k.failed[id]
	if !ok {
		f.stated = longAgo
	}
	f.overdue = r.overdue
	k.failed[id] = f
}

// counts gives the runs counted in the windows of the raise.
func (k *keptRuns) counts(d *policy.Deliveries) (daily, sparse int) {
	for _, f := range k.failed {
		m := max(f.stated, f.overdue)
		if m == longAgo {
			continue
		}
		if m > k.at-int64(d.Daily.Window) {
			daily++
		}
		if m > k.at-int64(d.Sparse.Window) {
			sparse++
		}
	}
	return daily, sparse
}

func (k *keptRuns) code(c *coder) {
	c.int(&k.at)
	c.int(&k.success)
	c.int(&k.began)
	keys := sortedKeys(k.failed)
	n := c.length(len(k.failed))
	if c.reading {
		k.failed = map[key]failures{}
	}
	for i := range n {
		var id key
		var f failures
		if !c.reading {
			id, f = keys[i], k.failed[keys[i]]
		}
		c.key(&id)
		c.int(&f.stated)
		c.int(&f.overdue)
		k.failed[id] = f
	}
}

func (w *deliveryWindow) code(c *coder) {
	for _, v := range []*int64{&w.success, &w.heard, &w.began} {
		c.int(v)
	}
	w.codeDone(c)
	n := c.length(len(w.runs))
	var keys []key
	if !c.reading && n > 0 {
		keys = sortedKeys(w.runs)
	}
	if c.reading && n > 0 {
		w.runs = map[key]*run{}
	}
	for i := range n {
		var id key
		r := newRun(0)
		if !c.reading {
			id, r = keys[i], w.runs[keys[i]]
		}
		c.key(&id)
		r.code(c)
		if c.reading {
			w.runs[id] = r
			w.requeue(id, r)
		}
	}
	if optional(c, &w.kept) {
		w.kept.code(c)
	}
}

func (w *deliveryWindow) codeDone(c *coder) {
	if !c.reading {
		w.done.leave(c.now-w.done.window, func(*item[delivered]) {})
		codeTable(c, &w.done, nil, func(c *coder, it *item[delivered], _ *marks) { codeDelivered(c, it) })
		return
	}
	n := c.length(0)
	w.done.reserve(n)
	for range n {
		var it item[delivered]
		if codeDelivered(c, &it); c.err == nil {
			w.done.add(it.key, it.at, it.val)
		}
	}
}

func codeDelivered(c *coder, it *item[delivered]) {
	c.key(&it.key)
	c.int(&it.at)
	c.int(&it.val.first)
}

// requeue puts a run that was read back into the counts and the agenda.
func (w *deliveryWindow) requeue(id key, r *run) {
	if r.inDaily {
		w.daily++
	}
	if r.inSparse {
		w.sparse++
	}
	r.queued = w.nextOf(r)
	w.agenda.push(r.queued, id)
}
