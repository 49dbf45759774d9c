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
	by   map[why]map[string]bool
}

// why is a tenant and a reason, by which open cases are found.
type why struct {
	tenant string
	reason policy.ReasonID
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
	w.drop(w.open[k.GetId()])
	if slices.Contains(over, k.GetState()) {
		return nil
	}
	o := route.Open{Case: k.GetId(), Tenant: k.GetTenant()}
	for _, r := range k.GetReasons() {
		o.Reasons = append(o.Reasons, policy.ReasonID(r))
	}
	w.add(o)
	return nil
}

func (w *World) add(o route.Open) {
	if w.open == nil {
		w.open, w.by = map[string]route.Open{}, map[why]map[string]bool{}
	}
	w.open[o.Case] = o
	for _, r := range o.Reasons {
		at := why{o.Tenant, r}
		if w.by[at] == nil {
			w.by[at] = map[string]bool{}
		}
		w.by[at][o.Case] = true
	}
}

func (w *World) drop(o route.Open) {
	delete(w.open, o.Case)
	for _, r := range o.Reasons {
		at := why{o.Tenant, r}
		if delete(w.by[at], o.Case); len(w.by[at]) == 0 {
			delete(w.by, at)
		}
	}
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

// Near is of Now what can explain something that is told to a tenant: of each of the
// reasons two cases, since a case does not explain itself, however many are open.
func (w *World) Near(tenant string, reasons []policy.ReasonID) (open []route.Open) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range reasons {
		for _, of := range []string{tenant, route.Platform} {
			n := 0
			for id := range w.by[why{of, r}] {
				if open = append(open, w.open[id]); n == 1 {
					break
				}
				n++
			}
		}
	}
	return open
}
