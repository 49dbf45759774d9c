package events

import (
	"context"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Hearer keeps what the other services say.
type Hearer interface {
	// Hear saves what a fact changes; a cause that was heard before changes nothing.
	Hear(ctx context.Context, cause ledger.Cause, fact ledger.Fact, p *policy.Policy) ([]decide.Change, bool, error)
	// RecordDelivery keeps the fate of one attempt; the same id again changes nothing.
	RecordDelivery(ctx context.Context, d ledger.Delivery) error
}

// In hears the other services.
type In struct {
	Ledger Hearer
	Policy *policy.Policy
	// Changed, if not nil, is told when there is something to publish.
	Changed func()
}

// OnTicketAssessed hears what classification makes of a ticket.
func (in In) OnTicketAssessed(ctx context.Context, m bus.Meta, ev *classificationv1.TicketAssessed) error {
	t := Ticket(ev)
	cause := ledger.Cause{Consumer: topology.ReviewOnTicketAssessed.Name, EventID: m.ID, At: m.StoredAt}
	return in.hear(ctx, cause, ledger.Fact{Ticket: &t})
}

// OnConditionChanged hears what monitoring says of a condition.
func (in In) OnConditionChanged(ctx context.Context, m bus.Meta, ev *monitoringv1.ConditionChanged) error {
	c, err := Condition(ev.GetCondition())
	if err != nil {
		return bus.Permanent(err)
	}
	cause := ledger.Cause{Consumer: topology.ReviewOnConditionChanged.Name, EventID: m.ID, At: m.StoredAt}
	return in.hear(ctx, cause, ledger.Fact{Condition: &c})
}

func (in In) hear(ctx context.Context, cause ledger.Cause, fact ledger.Fact) error {
	changes, _, err := in.Ledger.Hear(ctx, cause, fact, in.Policy)
	if err != nil {
		return fmt.Errorf("hear %s %s: %w", cause.Consumer, cause.EventID, err)
	}
	if len(changes) > 0 && in.Changed != nil {
		in.Changed()
	}
	return nil
}

// OnDeliveryRecorded keeps what was told to whom.
func (in In) OnDeliveryRecorded(ctx context.Context, _ bus.Meta, ev *notificationv1.DeliveryRecorded) error {
	return in.Ledger.RecordDelivery(ctx, ledger.Delivery{
		ID: ev.GetId(), Notification: ev.GetNotification(), Case: ev.GetCase(), Tenant: ev.GetTenant(),
		Audience: ev.GetAudience(), Recipient: ev.GetRecipient(), Channel: ev.GetChannel(), Destination: ev.GetDestination(),
		Kind: ev.GetKind(), Outcome: ev.GetOutcome(), Attempt: ev.GetAttempt(), At: ev.GetAt().AsTime(),
		Duration: time.Duration(ev.GetDurationMs()) * time.Millisecond, Answer: ev.GetAnswer(),
	})
}

// ends are the changes that end a condition.
var ends = map[string]decide.ConditionState{
	"cleared": decide.Cleared, "expired": decide.ConditionExpired, "withdrawn": decide.ConditionWithdrawn,
}

// Condition is c as review keeps it.
func Condition(c *monitoringv1.Condition) (decide.Condition, error) {
	state := decide.Raised
	switch c.GetChange() {
	case "raised", "updated", "flapping":
	default:
		var ok bool
		if state, ok = ends[c.GetChange()]; !ok {
			return decide.Condition{}, fmt.Errorf("condition %s: unknown change %q", c.GetId(), c.GetChange())
		}
	}
	out := decide.Condition{
		ID: c.GetEpisode(), Reason: policy.ReasonID(c.GetReason()), Scope: c.GetScope(), Subject: c.GetSubject(),
		State: state, Flapping: c.GetChange() == "flapping",
		Value: c.GetValue(), Threshold: c.GetThreshold(), WindowSeconds: c.GetWindowSeconds(),
		Tenants: c.GetTenants(), People: c.GetPeople(), Evidence: c.GetEvidence(),
		FirstAt: bus.Moment(c.GetFirstAt()), At: bus.Moment(c.GetAt()), DetectedAt: bus.Moment(c.GetDetectedAt()), Policy: c.GetPolicy(),
	}
	if c.GetChange() == "raised" {
		out.RaisedAt = out.At
	}
	return out, nil
}
