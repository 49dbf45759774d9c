package rpc

import (
	"context"
	"slices"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/problem"

	"tocsin/pkg/bus"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Outcomes are what becomes of what somebody is to be told.
func Outcomes() []string { return []string{"sent", "failed", "parked", "silenced", "grouped"} }

// Audiences are those who are told.
func Audiences() []string { return []string{"leadership", "requester", "csm", "agent"} }

// ListDeliveries is one page of the attempts to tell somebody that the person may
// know of, the latest first.
func (s *Service) ListDeliveries(ctx context.Context, r *reviewv1.ListDeliveriesRequest) (*reviewv1.ListDeliveriesResponse, error) {
	q, err := deliveryQuery(r)
	if err != nil {
		return nil, err
	}
	page, err := s.History.AllDeliveries(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &reviewv1.ListDeliveriesResponse{Next: page.Next}
	for _, d := range page.Deliveries {
		out.Deliveries = append(out.Deliveries, deliveryOf(d))
	}
	return out, nil
}

func deliveryQuery(r *reviewv1.ListDeliveriesRequest) (ledger.DeliveryQuery, error) {
	q := ledger.DeliveryQuery{
		Case: r.GetCase(), Notification: r.GetNotification(), Recipient: r.GetRecipient(), Destination: r.GetDestination(), Channel: r.GetChannel(),
		Audience: r.GetAudience(), Outcome: r.GetOutcome(), Limit: int(r.GetLimit()), Cursor: r.GetCursor(),
	}
	if r.GetTenant() != "" {
		q.Tenants = []string{r.GetTenant()}
	}
	problems := []error{
		plain("case", q.Case, maxText), plain("tenant", r.GetTenant(), maxText), plain("recipient", q.Recipient, maxText),
		plain("destination", q.Destination, maxText), plain("channel", q.Channel, maxText), plain("notification", q.Notification, maxText),
		oneOf("audience", q.Audience, slices.Insert(Audiences(), 0, "")), oneOf("outcome", q.Outcome, slices.Insert(Outcomes(), 0, "")),
	}
	var err error
	q.Since, err = timeOf("since", r.GetSince())
	problems = append(problems, err)
	q.Until, err = timeOf("until", r.GetUntil())
	problems = append(problems, err)
	if q.Limit > MaxPage {
		problems = append(problems, problem.BadRequest("limit", "%d is not a number from 1 to %d", q.Limit, MaxPage))
	}
	return q, first(problems)
}

func deliveryOf(d ledger.Delivery) *reviewv1.Delivery {
	return &reviewv1.Delivery{
		Id: d.ID, Notification: d.Notification, Case: d.Case, Tenant: d.Tenant, Audience: d.Audience, Recipient: d.Recipient, Kind: d.Kind,
		Channel: d.Channel, Destination: d.Destination, Outcome: d.Outcome, Attempt: d.Attempt, At: bus.Stamp(d.At),
		DurationMs: uint32(d.Duration.Milliseconds()), Answer: d.Answer, //nolint:gosec // a column of 32 bits
	}
}
