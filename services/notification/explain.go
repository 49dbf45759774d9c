package notification

import (
	"context"
	"fmt"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/mutes"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Hearing says what becomes of a notification at one destination.
type Hearing struct {
	Destination string `json:"destination"`
	// Fate is send, hold, silence (a route matches, and it is not told all the
	// same) or skip (no route matches).
	Fate string `json:"fate"`
	// Route is the one that counts; empty where none matches.
	Route string `json:"route,omitempty"`
	// Until is when a hold ends; nil where nothing is held.
	Until *time.Time `json:"until,omitempty"`
	// Why says it in words, one line for each check that decided.
	Why []string `json:"why"`
}

// A World is what else counts when something is told. In the zero value no case is
// open and nothing is muted.
type World struct{ is route.World }

// LiveWorld reads which cases are open now, and all that is or was muted. It needs
// the bus, not the service.
func LiveWorld(ctx context.Context, conn *bus.Conn) (World, error) {
	cases := &courier.World{Conn: conn}
	if err := cases.Read(ctx); err != nil {
		return World{}, fmt.Errorf("read which cases are open: %w", err)
	}
	w := World{cases.Now()}
	var err error
	w.is.Mutes, err = mutes.All(ctx, conn)
	return w, err
}

// Count is how many cases are open, and how many mutes hold at a time.
func (w World) Count(at time.Time) (open, muted int) {
	for _, m := range w.is.Mutes {
		if !at.Before(m.From) && at.Before(m.Until) {
			muted++
		}
	}
	return len(w.is.Open), muted
}

// ExplainRoutes says for each destination of a file of routes whether it would
// hear a notification that is told at a time, and why, with no case open and
// nothing muted. It needs neither the bus nor the destinations' secrets.
func ExplainRoutes(text []byte, p *policy.Policy, n *notificationv1.Notification, at time.Time) ([]Hearing, error) {
	return World{}.ExplainRoutes(text, p, n, at)
}

// ExplainRoutes says what the function of that name does, as the world is.
func (w World) ExplainRoutes(text []byte, p *policy.Policy, n *notificationv1.Notification, at time.Time) ([]Hearing, error) {
	file, err := route.Read(text, known(p))
	if err != nil {
		return nil, err
	}
	for _, r := range n.GetReasons() {
		if _, is := p.Reason(policy.ReasonID(r)); !is {
			return nil, fmt.Errorf("the policy knows no reason %q", r)
		}
	}
	var all []Hearing
	for _, v := range file.Explain(courier.NewsOf(n, at, p), at, w.is) {
		h := Hearing{Destination: v.Destination, Fate: string(v.Fate), Route: v.Route, Why: v.Why}
		if !v.Until.IsZero() {
			h.Until = &v.Until
		}
		all = append(all, h)
	}
	return all, nil
}
