package courier

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const (
	// grace is how long an attempt that is under way may go on when its courier stops.
	grace = 3 * time.Second
	// gathering is how long a group waits at least, so that what had to wait for
	// this program is told together as well.
	gathering = time.Second
	// stale is how old a notification is when it may be overtaken.
	stale = 10 * time.Second
)

// Out carries what is to be sent to one destination, and records it.
type Out interface {
	// Ready returns when an attempt may be made: a destination that does not
	// answer is left alone for a while. Its error is the context's.
	Ready(ctx context.Context) error
	// OnNotification makes one attempt and records it. Its error is for the bus.
	OnNotification(ctx context.Context, m bus.Meta, n *notificationv1.Notification) error
	// Untold records what is not carried, or not by itself.
	Untold(ctx context.Context, list []Untold) error
}

// Words write what is told otherwise than it stands on the stream.
type Words interface {
	// Several makes one message of more than one, oldest first; it has no id.
	Several(list []*notificationv1.Notification) (*notificationv1.Notification, error)
	// Outdated is a message that is no longer true, saying so. Now is the state
	// of its case, or condition_ended.
	Outdated(n *notificationv1.Notification, now string) (*notificationv1.Notification, error)
}

// An Untold is a notification that no attempt was made for.
type Untold struct {
	Notification *notificationv1.Notification
	// Outcome is silenced, or grouped where it is part of another message.
	Outcome string
	Why     string
	// Mute is the one that silenced it; empty where none did.
	Mute string
}

// A Courier serves one destination.
type Courier struct {
	// Name is the destination's in the file.
	Name   string
	Conn   *bus.Conn
	Policy *policy.Policy
	World  *World
	Mutes  Mutes
	Out    Out
	Words  Words
	// Link is the address by which whoever is called acknowledges; nil makes none.
	Link Link
	// Holds stores what is held, of all destinations together.
	Holds *bus.Gatherer
	// Settling bounds how many destinations are given their places at once: the bus
	// answers who asks, but not thousands in the time that each waits.
	Settling chan struct{}
	// Calls says where something was put on CALLS.
	Calls *bus.Lookout
	Log   *slog.Logger
	// Clock is the time; nil is the machine's.
	Clock func() time.Time

	file   atomic.Pointer[route.File]
	eras   atomic.Pointer[topology.Eras]
	pace   pace
	timers timers
	// holds is closed when something is held, or was; see held.
	holds         chan struct{}
	made, holding sync.Once
}

// hasHeld opens the destination's place on RELEASED.
func (c *Courier) hasHeld() { c.holding.Do(func() { close(c.held()) }) }

// held is closed when something is held for the destination, or was.
func (c *Courier) held() chan struct{} {
	c.made.Do(func() { c.holds = make(chan struct{}) })
	return c.holds
}

// Follow makes the courier go by another file, which names its destination too.
func (c *Courier) Follow(f *route.File) { c.file.Store(f) }

// Run serves the destination until the context ends.
func (c *Courier) Run(ctx context.Context) error {
	f := c.file.Load()
	g := run.NewGroup(ctx, c.Log)
	if to, due := toDestination(f, c.Name), topology.DueAtDestination(c.Name); len(to.Filters) > 0 {
		if err := c.patiently(ctx, func() error { return c.take(ctx, to) }); err != nil {
			return err
		}
		g.Go("notifications to "+c.Name, bus.Consumer(c.Conn, to, c.onNotification))
		g.Go("due at "+c.Name, c.seldom(due, c.held(), bus.Consumer(c.Conn, due, c.deliver)))
		g.Go("held for "+c.Name, c.keepTime)
	}
	if calls := topology.CallsAtDestination(c.Name); f.Calls(c.Name) {
		called := c.Calls.On(calls.Filter)
		g.Go("calls to "+c.Name, c.seldom(calls, called, bus.Consumer(c.Conn, calls, c.onCall)))
	}
	return g.Wait()
}

func (c *Courier) now() time.Time {
	if c.Clock == nil {
		return time.Now()
	}
	return c.Clock()
}

// patiently does what needs the bus until it is done or the context ends.
func (c *Courier) patiently(ctx context.Context, do func() error) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c.Settling <- struct{}{}:
		}
		err := do()
		<-c.Settling
		if err == nil {
			return nil
		}
		c.Log.Warn("a destination is not served yet", "destination", c.Name, "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// onNotification gives a notification the fate that the file says.
func (c *Courier) onNotification(ctx context.Context, m bus.Meta, n *notificationv1.Notification) error {
	if is, err := c.news(ctx, m); !is || err != nil {
		return err
	}
	now := c.now()
	v := c.judge(n, m.StoredAt, now)
	again := m.Attempt > 1 || m.Uncounted
	if again && v.Fate == route.Send && v.Group == "" {
		// Whoever had it before may have held it: then it is told with what was held.
		if then := c.judge(n, m.StoredAt, m.StoredAt); then.Fate == route.Hold {
			v = then
		}
	}
	switch {
	case v.Fate == route.Skip:
		return nil
	case v.Fate == route.Silence:
		return c.Out.Untold(ctx, []Untold{{n, "silenced", strings.Join(v.Why, "; "), v.Mute}})
	case v.Fate == route.Hold, v.Group != "":
		if gathered := now.Add(gathering); v.Group != "" && v.Until.Before(gathered) {
			v.Until = gathered
		}
		return c.hold(ctx, waiting{Notification: n, told: m.StoredAt, sequence: m.Sequence, again: again}, v)
	}
	return c.deliver(ctx, m, n)
}

// judge asks the file. A group's time counts from when the notification was stored.
func (c *Courier) judge(n *notificationv1.Notification, told, now time.Time) route.Verdict {
	f := c.file.Load()
	var w route.World
	for _, rule := range f.Inhibit {
		w.Open = append(w.Open, c.World.Near(n.GetTenant(), rule.While)...)
	}
	w.Mutes = c.Mutes.Current()
	return f.Judge(c.Name, NewsOf(n, told, c.Policy), now, w)
}

// NewsOf is a notification as routes go by it. It is as severe as the most severe
// of its reasons; that somebody is silent is high.
func NewsOf(n *notificationv1.Notification, told time.Time, p *policy.Policy) route.News {
	news := route.News{
		ID: n.GetId(), Audience: n.GetAudience(), Tenant: n.GetTenant(), Case: n.GetCase(), Kind: n.GetKind(),
		Source: n.GetSource(), Language: n.GetLanguage(), Destination: n.GetDestination(), At: told, Severity: policy.PriorityNormal,
	}
	if k := deliver.Kind(n.GetKind()); k == deliver.SourceSilent || k == deliver.DestinationSilent {
		news.Severity = policy.PriorityHigh
		return news
	}
	severest := len(policy.Priorities()) - 1
	for _, id := range n.GetReasons() {
		news.Reasons = append(news.Reasons, policy.ReasonID(id))
		r, _ := p.Reason(policy.ReasonID(id))
		for i, priority := range policy.Priorities()[:severest] {
			if r.Priority == priority {
				severest = i
			}
		}
	}
	news.Severity = policy.Priorities()[severest]
	return news
}

// deliver makes one attempt when the destination's rate allows it.
func (c *Courier) deliver(ctx context.Context, m bus.Meta, n *notificationv1.Notification) error {
	return c.carry(ctx, m, func() (*notificationv1.Notification, error) {
		if m.Attempt > 1 || time.Since(m.StoredAt) > stale {
			return c.current(ctx, n)
		}
		return n, nil
	})
}

// carry makes one attempt with what there is to tell when the destination's rate
// allows it; nil is nothing.
func (c *Courier) carry(ctx context.Context, m bus.Meta, tell func() (*notificationv1.Notification, error)) error {
	if err := c.Out.Ready(ctx); err != nil {
		return fmt.Errorf("wait for %s: %w", c.Name, err)
	}
	if err := c.pace.wait(ctx, c.file.Load().Destinations[c.Name].Rate); err != nil {
		return fmt.Errorf("wait for the rate of %s: %w", c.Name, err)
	}
	n, err := tell()
	if n == nil || err != nil {
		return err
	}
	attempt, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	return c.Out.OnNotification(attempt, m, n)
}
