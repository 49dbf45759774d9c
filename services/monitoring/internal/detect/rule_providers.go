package detect

import (
	"time"

	"tocsin/pkg/policy"
)

// contentMissing is policy 3.6, provider_content_missing: syncs of a provider's
// content bring nothing, again and again, where items were expected.
func contentMissing(r *policy.Rules) rule {
	return providers(r, "provider_content_missing", func(k SyncKind) bool { return k == SyncContent })
}

// completionsMissing is policy 3.6, provider_completions_missing: the same for
// completions and for required learning, each by itself.
func completionsMissing(r *policy.Rules) rule {
	return providers(r, "provider_completions_missing", func(k SyncKind) bool {
		return k == SyncCompletions || k == SyncRequiredLearning
	})
}

func providers(r *policy.Rules, reason string, of func(SyncKind) bool) rule {
	return rule{
		reason: reason,
		kinds:  []Kind{KindIntegrationSync},
		reads: func(s *Signal, platform bool) bool {
			return s.Kind == KindIntegrationSync && of(s.Sync.Kind) && (!platform || s.Tenant == "")
		},
		subject: func(s *Signal) string { return s.Sync.Provider + "/" + s.Sync.Kind.String() },
		expire:  r.Providers.Expire,
		figures: []figure{{of: "minutes"}},
		open: func(h house, platform bool) window {
			w := &providerWindow{house: h, tenants: 1, row: newEmptyRow()}
			if platform { // it reads signals that name no tenant
				w.tenants = 0
			}
			return w
		},
	}
}

// String names the kind as the contract does.
func (k SyncKind) String() string {
	switch k {
	case SyncContent:
		return "CONTENT"
	case SyncCompletions:
		return "COMPLETIONS"
	case SyncRequiredLearning:
		return "REQUIRED_LEARNING"
	}
	return "UNKNOWN"
}

// A providerWindow holds the row of empty syncs of one provider and kind.
type providerWindow struct {
	house
	tenants int // 1: the scope is a tenant
	row     emptyRow
	counted bool // the row is young enough to speak of now
	kept    *keptSyncs
}

// keptSyncs is the row at a raise, as signals of up to then that came later
// have changed it since.
type keptSyncs struct {
	at  int64
	row emptyRow
}

func (w *providerWindow) take(in *input) fate {
	old := in.now - int64(w.rules.Providers.Expire)
	if in.at <= old && in.at < w.row.heard() {
		return stale
	}
	s := sample{in.at, in.mark.clone()}
	f := w.row.take(w.names, s, &in.Sync)
	if f != conflicting && w.kept != nil && in.at <= w.kept.at {
		f = max(f, w.kept.row.take(w.names, s, &in.Sync))
	}
	w.row.forget(old, w.rules.Samples)
	return f
}

func (w *providerWindow) weigh(now int64) weight {
	p := &w.rules.Providers
	out := weight{success: longAgo, heard: w.row.heard(), since: longAgo, next: never}
	missing := w.row.reaches(p.Apart)
	if !missing {
		out.success = w.row.items
	}
	until := after(out.heard, p.Expire)
	believed := out.heard != longAgo && now < until
	if believed {
		out.next = until
	}
	if w.counted = believed && w.row.first != never; w.counted {
		out.counts = len(w.row.row)
	}
	out.holds = believed && missing
	out.lasts = out.holds
	out.refuted = w.kept != nil && !w.kept.row.reaches(p.Apart)
	return out
}

func (w *providerWindow) evidence(_ uint8, upTo int64) evidence {
	ev := evidence{
		threshold: int((w.rules.Providers.Apart + time.Minute - 1) / time.Minute),
		first:     never, last: longAgo,
	}
	if !w.counted {
		return ev
	}
	ev.value, ev.tenants = int(w.row.spans()/time.Minute), w.tenants
	ev.count(w.row.first)
	ev.count(w.row.last)
	list := w.row.row
	for len(list) > 0 && list[len(list)-1].at > upTo {
		list = list[:len(list)-1]
	}
	ev.samples = list[max(0, len(list)-w.rules.Samples):]
	return ev
}

func (w *providerWindow) keep(at, _ int64) { w.kept = &keptSyncs{at, w.row.upTo(at)} }

func (w *providerWindow) drop() { w.kept = nil }

func (w *providerWindow) code(c *coder) {
	w.row.code(c)
	if optional(c, &w.kept) {
		c.int(&w.kept.at)
		w.kept.row.code(c)
	}
}
