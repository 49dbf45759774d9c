package courier

import (
	"context"
	"slices"
	"sync"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/route"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// A World is which cases are open now, as CASES says.
type World struct {
	Conn *bus.Conn
	// Hear, if set, hears how each case is, and of each change.
	Hear func(k *reviewv1.Case)

	mu   sync.Mutex
	open map[string]route.Open
}

// over are the states in which a case explains nothing any more.
var over = []string{"denied", "resolved", "withdrawn", "expired", "closed", "merged"}

// Read reads how all cases stand now. Whoever judges before is wrong of what is open.
func (w *World) Read(ctx context.Context) error {
	return w.Conn.Latest(ctx, topology.Cases, ">", w.on)
}

// Run keeps up with what changes until the context ends.
func (w *World) Run(ctx context.Context) error {
	f := bus.Following{Stream: topology.Cases, Last: true}
	return w.Conn.Follow(ctx, f, func(_ context.Context, raw bus.Raw) error { return w.on(raw) })
}

// on takes a change of a case in; one that can not be read is left to whoever tells of it.
func (w *World) on(raw bus.Raw) error {
	changed := &reviewv1.CaseChanged{}
	if bus.Decode(raw, changed) != nil {
		return nil
	}
	k := changed.GetCase()
	if w.Hear != nil {
		w.Hear(k)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(over, k.GetState()) {
		delete(w.open, k.GetId())
		return nil
	}
	o := route.Open{Case: k.GetId(), Tenant: k.GetTenant()}
	for _, r := range k.GetReasons() {
		o.Reasons = append(o.Reasons, policy.ReasonID(r))
	}
	if w.open == nil {
		w.open = map[string]route.Open{}
	}
	w.open[o.Case] = o
	return nil
}

// Now is the world as routes look at it.
func (w *World) Now() route.World {
	w.mu.Lock()
	defer w.mu.Unlock()
	var now route.World
	for _, o := range w.open {
		now.Open = append(now.Open, o)
	}
	return now
}
