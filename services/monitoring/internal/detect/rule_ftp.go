package detect

import (
	"time"

	"tocsin/pkg/policy"
)

// ftpDenied is policy 3.4, ftp_denied: enough sessions were denied or blocked,
// and none was let in.
func ftpDenied(r *policy.Rules) rule {
	f := &r.FTP
	return rule{
		reason: "ftp_denied",
		kinds:  []Kind{KindFTPSession},
		reads:  func(s *Signal, _ bool) bool { return s.Kind == KindFTPSession },
		timely: true,
		expire: f.Expire,
		figures: []figure{
			byBurst: {of: "sessions", window: f.Window},
			byNight: {of: "sessions", window: f.NightlyWindow},
		},
		open: func(h house, _ bool) window {
			return &ftpWindow{house: h, success: longAgo, heard: longAgo}
		},
	}
}

// The measures of ftp_denied, in the order in which they are tried.
const (
	byBurst uint8 = iota
	byNight
)

// An ftpWindow holds the sessions that were refused within the longer window:
// nothing else grows.
type ftpWindow struct {
	house
	refused refusals
	counted [2][]refused // by measure: those in its window; lent from refused
	success int64        // event time of the last session let in
	heard   int64
	kept    *keptRefusals
}

// keptRefusals are the sessions counted at a raise, as signals of up to then
// that came later have changed them since.
type keptRefusals struct {
	at      int64
	success int64
	refused refusals
}

func (w *ftpWindow) take(in *input) fate {
	before := w.kept != nil && in.at <= w.kept.at
	switch {
	case in.FTP.Allowed:
		w.success = max(w.success, in.at)
		if before {
			w.kept.success = max(w.kept.success, in.at)
		}
	case !in.FTP.BadCredentials:
		r := refused{at: in.at, session: keyOf(in.tenant, in.FTP.Session), tenant: in.tenant, mark: in.mark.clone()}
		if f := w.refused.add(w.names, r); f != counted {
			return f
		}
		if before {
			w.kept.refused.add(w.names, r)
		}
	}
	w.heard = max(w.heard, in.at)
	return counted
}

func (w *ftpWindow) weigh(now int64) weight {
	f := &w.rules.FTP
	w.refused.leave(now - int64(max(f.Window, f.NightlyWindow)))
	w.counted = w.windows(&w.refused, now)
	out := weight{success: w.success, heard: w.heard, since: longAgo, next: w.next(now)}
	out.holds, out.measure = w.met(&w.counted, w.success, now)
	out.lasts = out.holds
	out.counts = len(w.counted[byBurst]) + len(w.counted[byNight])
	if _, window := w.line(out.measure); out.holds {
		out.since = leftAt(w.success, window)
	}
	if k := w.kept; k != nil {
		then := w.windows(&k.refused, k.at)
		held, _ := w.met(&then, k.success, k.at)
		out.refuted = !held
	}
	return out
}

// windows are the sessions in the window of each measure that ends at an instant.
func (w *ftpWindow) windows(r *refusals, at int64) [2][]refused {
	f := &w.rules.FTP
	return [2][]refused{byBurst: r.after(at - int64(f.Window)), byNight: r.after(at - int64(f.NightlyWindow))}
}

// met says whether, and by which measure, the rule holds at an instant, or the
// measure that is worth showing.
func (w *ftpWindow) met(in *[2][]refused, success, at int64) (bool, uint8) {
	f := &w.rules.FTP
	if len(in[byBurst]) >= f.Sessions && quiet(success, at, f.Window) {
		return true, byBurst
	}
	nightly := in[byNight]
	if n := len(nightly); n >= f.NightlySessions && quiet(success, at, f.NightlyWindow) &&
		nightly[n-1].at-nightly[0].at >= int64(f.NightlyApart) {
		return true, byNight
	}
	if len(in[byBurst]) > 0 {
		return false, byBurst
	}
	return false, byNight
}

// line is the threshold and the window of a measure.
func (w *ftpWindow) line(measure uint8) (int, time.Duration) {
	if measure == byBurst {
		return w.rules.FTP.Sessions, w.rules.FTP.Window
	}
	return w.rules.FTP.NightlySessions, w.rules.FTP.NightlyWindow
}

// next is when a session, or the last success, leaves a window.
func (w *ftpWindow) next(now int64) int64 {
	next := never
	for measure, in := range w.counted {
		_, window := w.line(uint8(measure))
		if len(in) > 0 {
			next = min(next, in[0].at+int64(window))
		}
		if at := after(w.success, window); at > now && len(w.refused.list) > w.refused.gone {
			next = min(next, at)
		}
	}
	return next
}

func (w *ftpWindow) evidence(measure uint8, upTo int64) evidence {
	threshold, window := w.line(measure)
	in := w.counted[measure]
	ev := evidence{value: len(in), threshold: threshold, window: window, first: never, last: longAgo}
	if len(in) == 0 {
		return ev
	}
	ev.count(in[0].at)
	ev.count(in[len(in)-1].at)
	tenants := map[uint32]bool{}
	for i := range in {
		if in[i].tenant != 0 {
			tenants[in[i].tenant] = true
		}
	}
	ev.tenants, ev.samples = len(tenants), w.samples(in, upTo)
	return ev
}

// samples are the last signals of sessions up to an instant.
func (w *ftpWindow) samples(in []refused, upTo int64) []sample {
	last := newest{limit: w.rules.Samples}
	for i := len(in) - 1; i >= 0; i-- {
		if len(last.list) == last.limit && (last.limit == 0 || in[i].at < last.list[0].at) {
			break
		}
		if in[i].at <= upTo {
			last.add(w.names, sample{in[i].at, in[i].mark})
		}
	}
	return last.list
}

func (w *ftpWindow) keep(at, _ int64) {
	w.kept = &keptRefusals{at: at, success: min(w.success, at), refused: w.refused.clone()}
}

func (w *ftpWindow) drop() { w.kept = nil }

func (w *ftpWindow) code(c *coder) {
	w.refused.code(c)
	c.int(&w.success)
	c.int(&w.heard)
	if optional(c, &w.kept) {
		c.int(&w.kept.at)
		c.int(&w.kept.success)
		w.kept.refused.code(c)
	}
}
