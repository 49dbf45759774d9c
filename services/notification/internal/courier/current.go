package courier

import (
	"context"
	"slices"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// What a notification alarms with, and the states of a case that end that.
var (
	undecided = []string{"case_opened", "condition_linked", "decision_overdue", "decision_passed_on", "reopened"}
	owed      = []string{"eta_near", "eta_overdue", "update_overdue"}
	decided   = []string{"approved", "in_progress"}
)

// current is a notification as it is to be told after a wait: one that alarms of
// what has ended meanwhile says so. The last that the same audience was told of
// the case is what counts.
func (c *Courier) current(ctx context.Context, n *notificationv1.Notification) (*notificationv1.Notification, error) {
	urges := slices.Contains(undecided, n.GetKind())
	if !urges && !slices.Contains(owed, n.GetKind()) {
		return n, nil
	}
	raw, err := c.Conn.Last(ctx, topology.Notifications, topology.NotificationSubject(n.GetAudience(), n.GetTenant(), n.GetCase()))
	if err != nil {
		return nil, err
	}
	last := &notificationv1.Notification{}
	if err := bus.Decode(raw, last); err != nil {
		return nil, err
	}
	switch state := last.GetState(); {
	case last.GetCaseVersion() <= n.GetCaseVersion():
		return n, nil
	case n.GetKind() == "condition_linked" && last.GetKind() == "condition_ended":
		return c.Words.Outdated(n, last.GetKind())
	case slices.Contains(over, state), urges && slices.Contains(decided, state):
		return c.Words.Outdated(n, state)
	}
	return n, nil
}
