package events

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"tocsin/services/classification/internal/classify"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// Looks is a view of how far monitoring looks, and of what it counts without
// having raised it. It is a view like the stream it follows: it may miss some,
// and nothing is decided from it. The zero value has heard nothing; so has nil.
type Looks struct {
	mu     sync.RWMutex
	looked map[string]*monitoringv1.Looked   // by shard
	counts map[string]*monitoringv1.Standing // by subject of the bus: near and undetermined ones
}

const (
	// standingFor is how long before its shard's last look a standing may have been said.
	standingFor = 5 * time.Minute
	// undeterminedFor is the same for what is undetermined, which is said again once an hour.
	undeterminedFor = 65 * time.Minute
	// mostCounts bounds what is kept in view; beyond it what is new is not shown.
	mostCounts = 100_000
)

// Follow keeps the view up to date until the context ends.
func (l *Looks) Follow(ctx context.Context, conn *bus.Conn) error {
	return conn.Follow(ctx, bus.Following{Stream: topology.Standings, Last: true}, func(_ context.Context, raw bus.Raw) error {
		l.hear(raw)
		return nil // a view passes over what makes no sense
	})
}

func (l *Looks) hear(raw bus.Raw) {
	var st monitoringv1.Standing
	var looked monitoringv1.Looked
	switch {
	case topology.IsLooked(raw.Subject):
		if bus.Decode(raw, &looked) == nil {
			l.look(&looked)
		}
	case bus.Decode(raw, &st) == nil:
		l.stand(raw.Subject, &st)
	}
}

// look takes the end of a look, and forgets what was not said in it again.
func (l *Looks) look(looked *monitoringv1.Looked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.looked == nil {
		l.looked = map[string]*monitoringv1.Looked{}
	}
	l.looked[looked.GetShard()] = looked
	for subject, st := range l.counts {
		if st.GetShard() == looked.GetShard() && !current(st, looked) {
			delete(l.counts, subject)
		}
	}
}

func (l *Looks) stand(subject string, st *monitoringv1.Standing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[string]*monitoringv1.Standing{}
	}
	if st.GetState() != "near" && st.GetState() != "undetermined" {
		delete(l.counts, subject)
	} else if l.counts[subject] != nil || len(l.counts) < mostCounts {
		l.counts[subject] = st
	}
}

// current says whether a standing still is, by the last look of its shard.
func current(st *monitoringv1.Standing, looked *monitoringv1.Looked) bool {
	most := standingFor
	if st.GetState() == "undetermined" {
		most = undeterminedFor
	}
	return looked.GetAt().AsTime().Sub(st.GetAt().AsTime()) <= most
}

// For gives what is counted of a tenant, or has fallen silent, in a fixed order,
// and when all that concerns the tenant was last looked at; zero if that is not
// known, or if not all could be said.
func (l *Looks) For(tenant string) (counts []classify.Condition, lookedAt time.Time) {
	if l == nil {
		return nil, time.Time{}
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, st := range l.counts {
		if st.GetScope() == tenant || st.GetScope() == classify.Platform {
			counts = append(counts, counted(st))
		}
	}
	slices.SortFunc(counts, func(a, b classify.Condition) int {
		return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Subject, b.Subject))
	})
	for _, shard := range []string{topology.ShardName(topology.ShardOf(tenant)), topology.PlatformShard} {
		looked := l.looked[shard]
		if looked.GetAt() == nil || looked.GetUnshown() > 0 {
			return counts, time.Time{}
		}
		if at := looked.GetAt().AsTime(); lookedAt.IsZero() || at.Before(lookedAt) {
			lookedAt = at
		}
	}
	return counts, lookedAt
}

func counted(st *monitoringv1.Standing) classify.Condition {
	return classify.Condition{
		Reason: policy.ReasonID(st.GetReason()), Scope: st.GetScope(), Subject: st.GetSubject(), Value: int(st.GetValue()),
		Threshold: int(st.GetThreshold()), Window: time.Duration(st.GetWindowSeconds()) * time.Second, People: int(st.GetPeople()),
		At: st.GetAt().AsTime(), Near: st.GetState() == "near", Unknown: st.GetState() == "undetermined",
	}
}
