package rpc

import (
	"context"
	"log/slog"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/wall"

	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Cases reads cases, as far as the person of the context sees them.
type Cases interface {
	// Cases is one page of the cases that q asks for.
	Cases(ctx context.Context, q ledger.Query) (ledger.Page, error)
	// Case is the case as it now is.
	Case(ctx context.Context, id string) (decide.Case, error)
	// CasesOf are the cases that conditions belong to, by the conditions' ids.
	CasesOf(ctx context.Context, conditions ...string) (map[string]string, error)
}

// A History reads what became of a case, as far as the person of the context sees it.
type History interface {
	// Audit is the transitions of a case, oldest first.
	Audit(ctx context.Context, caseID string) ([]ledger.AuditRow, error)
	// Deliveries are the attempts to tell somebody of the case, oldest first.
	Deliveries(ctx context.Context, caseID string) ([]ledger.Delivery, error)
	// AllDeliveries is one page of the attempts to tell somebody, the latest first.
	AllDeliveries(ctx context.Context, q ledger.DeliveryQuery) (ledger.DeliveryPage, error)
}

// Service is review.v1.ReviewService.
type Service struct {
	Cases   Cases
	History History
	Desk    desk.Desk
	// Previews says what people would be told; nil is nobody who could say it.
	Previews Previews
	Outlook  wall.Board
	Labels   Labels
	Archive  Archive
	// Book has the audit, Duty the roster, and Reports sums up how leadership decides.
	Book    AuditBook
	Duty    duty.Desk
	Reports *report.Desk
	// Policy gives cases their titles.
	Policy *policy.Policy
	Log    *slog.Logger
	// Now is the clock.
	Now func() time.Time
}

// ListCases is one page of cases.
func (s *Service) ListCases(ctx context.Context, r *reviewv1.ListCasesRequest) (*reviewv1.ListCasesResponse, error) {
	q, err := s.query(r)
	if err != nil {
		return nil, err
	}
	page, err := s.Cases.Cases(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &reviewv1.ListCasesResponse{Next: page.Next}
	for _, c := range page.Cases {
		out.Cases = append(out.Cases, events.Case(s.policy(), c))
	}
	return out, nil
}

// GetCase is one case, its audit, and who was told what.
func (s *Service) GetCase(ctx context.Context, r *reviewv1.GetCaseRequest) (*reviewv1.GetCaseResponse, error) {
	if err := named("id", r.GetId()); err != nil {
		return nil, err
	}
	c, err := s.Cases.Case(ctx, r.GetId())
	if err != nil {
		return nil, err
	}
	audit, err := s.History.Audit(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	told, err := s.History.Deliveries(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := &reviewv1.GetCaseResponse{Case: events.Case(s.policy(), c)}
	for _, row := range audit {
		out.Audit = append(out.Audit, events.AuditEntry(row))
	}
	for _, d := range told {
		out.Deliveries = append(out.Deliveries, deliveryOf(d))
	}
	return out, nil
}
