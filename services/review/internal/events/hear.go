package events

import (
	"context"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/erasure"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Hearer keeps what the other services say.
type Hearer interface {
	// HearAll saves what each fact changes; a cause that was heard before changes
	// nothing, and a fact that can not be heard keeps no other back.
	HearAll(ctx context.Context, facts []ledger.Heard, p *policy.Policy) []ledger.Outcome
	// RecordDeliveries keeps the fate of attempts, all or none; the same id again
	// changes nothing.
	RecordDeliveries(ctx context.Context, list ...ledger.Delivery) error
}

// In hears the other services.
type In struct {
	Ledger Hearer
	Policy *policy.Policy
	// Changed, if not nil, is told when there is something to publish.
	Changed func()
	// Erased knows which tenants were erased: what was said of them before is passed
	// over. Nil knows of none.
	Erased *erasure.Book
}

// OnTicketsAssessed hears what classification makes of tickets.
func (in In) OnTicketsAssessed(ctx context.Context, got []bus.Got[*classificationv1.TicketAssessed]) []error {
	return hear(ctx, in, got, factsOf[*classificationv1.TicketAssessed]{
		topology.ReviewOnTicketAssessed,
		func(ev *classificationv1.TicketAssessed) (ledger.Fact, error) {
			return ledger.Fact{Ticket: new(Ticket(ev))}, nil
		},
	})
}

// OnConditionsChanged hears what monitoring says of conditions.
func (in In) OnConditionsChanged(ctx context.Context, got []bus.Got[*monitoringv1.ConditionChanged]) []error {
	return hear(ctx, in, got, factsOf[*monitoringv1.ConditionChanged]{
		topology.ReviewOnConditionChanged,
		func(ev *monitoringv1.ConditionChanged) (ledger.Fact, error) {
			c, err := Condition(ev.GetCondition())
			return ledger.Fact{Condition: &c}, err
		},
	})
}

// factsOf says how a consumer's messages are facts.
type factsOf[M proto.Message] struct {
	consumer topology.Consumer
	fact     func(M) (ledger.Fact, error)
}

// hear has the ledger hear what is a fact, together, and gives each message's error.
func hear[M proto.Message](ctx context.Context, in In, got []bus.Got[M], as factsOf[M]) []error {
	errs := make([]error, len(got))
	var facts []ledger.Heard
	var at []int // where each fact stands among what was got
	for i, one := range got {
		fact, err := as.fact(one.Payload)
		if err != nil {
			errs[i] = bus.Permanent(err)
			continue
		}
		if in.gone(fact) {
			continue
		}
		cause := ledger.Cause{Consumer: as.consumer.Name, EventID: one.ID, At: one.StoredAt}
		facts, at = append(facts, ledger.Heard{Cause: cause, Fact: fact}), append(at, i)
	}
	changed := false
	for i, out := range in.Ledger.HearAll(ctx, facts, in.Policy) {
		if out.Err != nil {
			errs[at[i]] = fmt.Errorf("hear %s %s: %w", as.consumer.Name, facts[i].Cause.EventID, out.Err)
		}
		changed = changed || len(out.Changes) > 0
	}
	if changed && in.Changed != nil {
		in.Changed()
	}
	return errs
}

// gone says that a fact is of before its tenant was erased.
func (in In) gone(fact ledger.Fact) bool {
	if c := fact.Condition; c != nil {
		return in.Erased.Erased(c.Scope, c.At)
	}
	before := in.Erased.Revision(fact.Ticket.Tenant)
	return before > 0 && fact.Ticket.Revision <= before
}

// rows are about how many deliveries are kept at once: a burst costs few commits, and
// none for so long that a decision would wait for it.
const rows = 500

// OnDeliveriesRecorded keeps what was told to whom; a record that can not be kept keeps
// none of another message back.
func (in In) OnDeliveriesRecorded(ctx context.Context, got []bus.Got[*notificationv1.DeliveryRecorded]) []error {
	errs := make([]error, len(got))
	for from := 0; from < len(got); {
		var all []ledger.Delivery
		to := from
		for ; to < len(got) && len(all) < rows; to++ {
			all = append(all, in.deliveries(got[to].Payload)...)
		}
		if in.Ledger.RecordDeliveries(ctx, all...) != nil {
			for i := from; i < to; i++ {
				errs[i] = in.Ledger.RecordDeliveries(ctx, in.deliveries(got[i].Payload)...)
			}
		}
		from = to
	}
	return errs
}

// deliveries are those that a message holds, but for tenants that were erased since.
func (in In) deliveries(ev *notificationv1.DeliveryRecorded) (list []ledger.Delivery) {
	for _, r := range deliveries.All(ev) {
		if in.Erased.Erased(r.GetTenant(), r.GetAt().AsTime()) {
			continue
		}
		list = append(list, ledger.Delivery{
			ID: r.GetId(), Notification: r.GetNotification(), Case: r.GetCase(), Tenant: r.GetTenant(),
			Audience: r.GetAudience(), Recipient: r.GetRecipient(), Channel: r.GetChannel(), Destination: r.GetDestination(),
			Kind: r.GetKind(), Outcome: r.GetOutcome(), Attempt: r.GetAttempt(), At: r.GetAt().AsTime(),
			Duration: time.Duration(r.GetDurationMs()) * time.Millisecond, Answer: r.GetAnswer(),
		})
	}
	return list
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
