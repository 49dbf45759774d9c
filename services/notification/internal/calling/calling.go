package calling

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/ladder"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

const (
	// retrying is when a case is looked at again that could not be.
	retrying = 2 * time.Second
	// looking is how often what is silenced, or outside a ladder's hours, is looked at again.
	looking = 10 * time.Second
	// atOnce is how many cases are looked at at once.
	atOnce = 16
	// oldest is how long ago something has to have happened to a case that begins a ladder.
	oldest = 72 * time.Hour
)

// Words write what a ladder calls somebody with.
type Words interface {
	// Call says at one destination that nobody has acknowledged a case.
	Call(k *reviewv1.Case, t deliver.Turn) (*notificationv1.Notification, error)
}

// A Caller climbs ladders. It is safe for concurrent use.
type Caller struct {
	Conn   *bus.Conn
	Policy *policy.Policy
	Words  Words
	// Out records what is silenced at a destination.
	Out func(name string, ch channel.Channel) courier.Out
	Log *slog.Logger

	mu sync.Mutex
	// plan is nil until the first file is there.
	plan  *courier.Plan
	world func() route.World
	// ready are the destinations of the plan that have a place on CALLS.
	ready map[string]bool
	// cases are by id: one that comes to be of another tenant, or of all of them, stays one.
	cases map[string]*waiting
	wake  chan struct{}
}

// key names a case as it now is.
type key struct{ tenant, id string }

// waiting is a case that waits for leadership.
type waiting struct {
	// tenant is where its change of this version stands.
	tenant  string
	version uint64
	// due is when it is to be looked at.
	due time.Time
	// silenced are the calls that are recorded as silenced.
	silenced map[string]bool
}

// Follow goes by another plan, and by a world that says what silences.
func (c *Caller) Follow(plan *courier.Plan, world func() route.World) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plan, c.world, c.ready = plan, world, map[string]bool{}
	for _, w := range c.cases {
		w.due = time.Time{}
	}
	c.stir()
}

// OnCase takes in how a case now is.
func (c *Caller) OnCase(k *reviewv1.Case) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.cases[k.GetId()]
	switch {
	case w != nil && k.GetVersion() < w.version: // it came again, late
		return
	case !standing(k).Waits():
		delete(c.cases, k.GetId())
		return
	case c.cases == nil:
		c.cases = map[string]*waiting{}
	}
	if w == nil {
		w = &waiting{}
		c.cases[k.GetId()] = w
	}
	w.due, w.tenant, w.version = time.Time{}, k.GetTenant(), k.GetVersion()
	c.stir()
}

// standing is a case as ladders go by it.
func standing(k *reviewv1.Case) ladder.Case {
	return ladder.Case{State: k.GetState(), AcknowledgedAt: bus.Moment(k.GetAcknowledgedAt())}
}

// stir wakes Run; callers hold the lock.
func (c *Caller) stir() {
	select {
	case c.woken() <- struct{}{}:
	default:
	}
}

func (c *Caller) woken() chan struct{} {
	if c.wake == nil {
		c.wake = make(chan struct{}, 1)
	}
	return c.wake
}

// Run calls people until the context ends.
func (c *Caller) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		due, wait, changed := c.next(time.Now())
		if len(due) > 0 {
			c.lookAt(ctx, due)
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(wait):
		}
	}
	return nil
}

// lookAt looks at cases, several at once: each waits for the bus most of the time.
func (c *Caller) lookAt(ctx context.Context, due []key) {
	var wg sync.WaitGroup
	defer wg.Wait()
	free := make(chan struct{}, atOnce)
	for _, name := range due {
		select {
		case <-ctx.Done():
			return
		case free <- struct{}{}:
		}
		wg.Go(func() {
			c.look(ctx, name)
			<-free
		})
	}
}

// next are the cases to look at, and how long it is until there are others.
func (c *Caller) next(now time.Time) (due []key, wait time.Duration, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait = looking
	if c.plan == nil || len(c.plan.File.Ladders) == 0 {
		return nil, wait, c.woken()
	}
	for id, w := range c.cases {
		if left := w.due.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		due = append(due, key{w.tenant, id})
	}
	return due, wait, c.woken()
}

// look climbs a case's ladder as far as it is due, and says when to look again.
func (c *Caller) look(ctx context.Context, name key) {
	c.mu.Lock()
	w := c.cases[name.id]
	if w == nil {
		c.mu.Unlock()
		return
	}
	w.due = time.Now().Add(24 * 365 * time.Hour) // what comes while it is looked at sets it anew
	c.mu.Unlock()
	again, err := c.climb(ctx, name, w)
	if err != nil && ctx.Err() == nil {
		c.Log.Warn("a ladder is climbed again", "case", name.id, "error", err)
		again = time.Now().Add(retrying)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.cases[name.id] != w: // it has ended, or began again
	case again.IsZero():
		delete(c.cases, name.id)
	case again.Before(w.due):
		w.due = again
	}
}
