// Package feed brings what others have found into the one order in which the
// shards read: assessments of tickets, and what changes of the platform's
// conditions.
//
// It promises that all of it arrives, each ticket's and each condition's at
// least once; the rules drop what is repeated or overtaken, by revision and by
// position. Conditions arrive in the order in which they were stated. It leaves
// what they mean to the rules.
package feed

import (
	"context"
	"fmt"
	"slices"

	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// A Feed tells the shards.
type Feed struct {
	conn *bus.Conn
	// blocking are the reasons that may block a launch: of no other do they hear.
	blocking []policy.ReasonID
}

// New is a feed for shards that run under the policy.
func New(conn *bus.Conn, p *policy.Policy) Feed {
	return Feed{conn: conn, blocking: p.Rules.Launches.BlockedBy}
}

// Start has the group read assessments and conditions until its context ends.
// Any number of processes may.
func (f Feed) Start(g *run.Group) {
	g.Go("assessments in", bus.Consumer(f.conn, topology.MonitoringOnTicketAssessed, f.OnTicketAssessed))
	g.Go("conditions in", bus.Consumer(f.conn, topology.MonitoringOnConditionChanged, f.OnConditionChanged))
}

// OnTicketAssessed tells the shard of the ticket's tenant how the ticket stands.
func (f Feed) OnTicketAssessed(ctx context.Context, _ bus.Meta, ev *classificationv1.TicketAssessed) error {
	if ev.GetHead().GetLastEventAt() == nil {
		return nil // nothing but our own notes is known of it
	}
	if _, err := f.conn.Publish(ctx, events.ToldTicket(events.Ticket(ev))); err != nil {
		return fmt.Errorf("tell how ticket %s of %s stands: %w", ev.GetHead().GetTicket(), ev.GetHead().GetTenant(), err)
	}
	return nil
}

// OnConditionChanged tells the tenants' shards what was raised or ended for the platform.
func (f Feed) OnConditionChanged(ctx context.Context, _ bus.Meta, ev *monitoringv1.ConditionChanged) error {
	c := ev.GetCondition()
	switch c.GetChange() {
	case "raised", "cleared", "expired", "withdrawn":
	default:
		return nil
	}
	if !slices.Contains(f.blocking, policy.ReasonID(c.GetReason())) {
		return nil
	}
	if _, err := f.conn.Publish(ctx, events.ToldCondition(c)); err != nil {
		return fmt.Errorf("tell that %s of the platform was %s: %w", c.GetReason(), c.GetChange(), err)
	}
	return nil
}
