package notification

import (
	"fmt"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/courier"
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

// ExplainRoutes says for each destination of a file of routes whether it would
// hear a notification that is told at a time, and why, with no case open. It
// needs neither the bus nor the destinations' secrets.
func ExplainRoutes(text []byte, p *policy.Policy, n *notificationv1.Notification, at time.Time) ([]Hearing, error) {
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
	for _, v := range file.Explain(courier.NewsOf(n, at, p), at, route.World{}) {
		h := Hearing{Destination: v.Destination, Fate: string(v.Fate), Route: v.Route, Why: v.Why}
		if !v.Until.IsZero() {
			h.Until = &v.Until
		}
		all = append(all, h)
	}
	return all, nil
}
