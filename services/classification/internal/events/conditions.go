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

// Conditions is a view of the last change of every condition.
type Conditions struct {
	conn *bus.Conn
	mu   sync.RWMutex
	last map[string]*monitoringv1.Condition // by subject of the bus
	seq  uint64
	// known is closed when all conditions stated before Run began are in view.
	known chan struct{}
	until uint64
}

// NewConditions returns an empty view; Run fills it and keeps it up to date.
func NewConditions(conn *bus.Conn) *Conditions {
	return &Conditions{conn: conn, last: map[string]*monitoringv1.Condition{}, known: make(chan struct{})}
}

// Run follows the conditions until the context ends.
func (c *Conditions) Run(ctx context.Context) error {
	newest, err := c.conn.Newest(ctx, topology.Conditions, topology.AllConditions)
	if err != nil {
		return nil // the context has ended
	}
	if c.until = newest; newest == 0 {
		close(c.known)
	}
	return c.conn.Follow(ctx, bus.Following{Stream: topology.Conditions, Filters: []string{topology.AllConditions}, Last: true}, c.on)
}

func (c *Conditions) on(_ context.Context, raw bus.Raw) error {
	var ev monitoringv1.ConditionChanged
	if err := bus.Decode(raw, &ev); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.seq
	c.last[raw.Subject], c.seq = ev.GetCondition(), max(c.seq, raw.Sequence)
	if before < c.until && c.seq >= c.until {
		close(c.known)
	}
	return nil
}

// Known waits until all conditions stated before Run began are in view.
func (c *Conditions) Known(ctx context.Context) error {
	select {
	case <-c.known:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// For gives the conditions of a tenant and of the platform in a fixed order, and
// the sequence of the conditions' stream up to which they are known.
func (c *Conditions) For(tenant string) ([]classify.Condition, uint64) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var out []classify.Condition
	for _, cond := range c.last {
		if cond.GetScope() == tenant || cond.GetScope() == classify.Platform {
			out = append(out, condition(cond))
		}
	}
	slices.SortFunc(out, func(a, b classify.Condition) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return out, c.seq
}

func condition(c *monitoringv1.Condition) classify.Condition {
	ended := c.GetChange() == "cleared" || c.GetChange() == "expired" || c.GetChange() == "withdrawn"
	return classify.Condition{
		ID: cmp.Or(c.GetEpisode(), c.GetId()), Reason: policy.ReasonID(c.GetReason()), Scope: c.GetScope(), Subject: c.GetSubject(),
		Value: int(c.GetValue()), Threshold: int(c.GetThreshold()), Window: time.Duration(c.GetWindowSeconds()) * time.Second,
		People: int(c.GetPeople()), At: c.GetAt().AsTime(), Raised: !ended,
		Unknown: c.GetChange() == "expired",
	}
}
