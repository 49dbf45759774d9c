package rpc

import (
	"context"
	"strings"
	"unicode"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/wall"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// maxPart is how many tickets and conditions a request names at most.
const maxPart = 500

// OpenCase opens a case by hand.
func (s *Service) OpenCase(ctx context.Context, r *reviewv1.OpenCaseRequest) (*reviewv1.OpenCaseResponse, error) {
	return s.Open(ctx, keyOf(ctx), r)
}

// Open is OpenCase with the order's key; an empty one makes each order its own.
func (s *Service) Open(ctx context.Context, key string, r *reviewv1.OpenCaseRequest) (*reviewv1.OpenCaseResponse, error) {
	tickets, err := ticketsOf(r.GetTickets())
	err = first([]error{
		err, plain(KeyHeader, key, maxText), tenant(r.GetTenant()), plain("reason", r.GetReason(), maxText), plain("note", r.GetNote(), maxNote),
	})
	if err != nil {
		return nil, err
	}
	c, err := s.Desk.Open(ctx, planOf(ctx, key, 0, r.GetNote()), decide.Opening{
		Tenant: r.GetTenant(), Reason: policy.ReasonID(r.GetReason()), Tickets: tickets,
	})
	if err != nil {
		return nil, err
	}
	return &reviewv1.OpenCaseResponse{Case: s.seen(ctx, c)}, nil
}

// MergeCases has a case go on in another.
func (s *Service) MergeCases(ctx context.Context, r *reviewv1.MergeCasesRequest) (*reviewv1.MergeCasesResponse, error) {
	return s.Merge(ctx, keyOf(ctx), r)
}

// Merge is MergeCases with the order's key.
func (s *Service) Merge(ctx context.Context, key string, r *reviewv1.MergeCasesRequest) (*reviewv1.MergeCasesResponse, error) {
	err := first([]error{
		named("id", r.GetId()), named("into", r.GetInto()), plain("note", r.GetNote(), maxNote), plain(KeyHeader, key, maxText),
	})
	if err != nil {
		return nil, err
	}
	c, err := s.Desk.Merge(ctx, planOf(ctx, key, r.GetVersion(), r.GetNote()), r.GetId(), r.GetInto())
	if err != nil {
		return nil, err
	}
	return &reviewv1.MergeCasesResponse{Case: s.seen(ctx, c)}, nil
}

// SplitCase makes a case of its own of a part of a case.
func (s *Service) SplitCase(ctx context.Context, r *reviewv1.SplitCaseRequest) (*reviewv1.SplitCaseResponse, error) {
	return s.Split(ctx, keyOf(ctx), r)
}

// Split is SplitCase with the order's key.
func (s *Service) Split(ctx context.Context, key string, r *reviewv1.SplitCaseRequest) (*reviewv1.SplitCaseResponse, error) {
	tickets, err := ticketsOf(r.GetTickets())
	problems := []error{err, named("id", r.GetId()), plain("note", r.GetNote(), maxNote), plain(KeyHeader, key, maxText), few("conditions", len(r.GetConditions()))}
	for _, id := range r.GetConditions() {
		problems = append(problems, named("conditions", id))
	}
	if err := first(problems); err != nil {
		return nil, err
	}
	left, parted, err := s.Desk.Split(ctx, planOf(ctx, key, r.GetVersion(), r.GetNote()), r.GetId(), decide.Part{Tickets: tickets, Conditions: r.GetConditions()})
	if err != nil {
		return nil, err
	}
	return &reviewv1.SplitCaseResponse{Case: s.seen(ctx, left), Parted: s.seen(ctx, parted)}, nil
}

func planOf(ctx context.Context, key string, version uint64, note string) desk.Plan {
	return desk.Plan{By: who.Of(ctx), Key: key, Version: version, Note: note}
}

// seen is a case as the person may see it; nil where they may not any more.
func (s *Service) seen(ctx context.Context, c decide.Case) *reviewv1.Case {
	seen, ok := wall.SeenBy(&c, who.Of(ctx))
	if !ok {
		return nil
	}
	return events.Case(s.policy(), seen)
}

func ticketsOf(refs []*reviewv1.TicketRef) ([]decide.TicketID, error) {
	if err := few("tickets", len(refs)); err != nil {
		return nil, err
	}
	var tickets []decide.TicketID
	for _, ref := range refs {
		if err := first([]error{named("tickets.tenant", ref.GetTenant()), named("tickets.ticket", ref.GetTicket())}); err != nil {
			return nil, err
		}
		tickets = append(tickets, decide.TicketID{Tenant: ref.GetTenant(), Ticket: ref.GetTicket()})
	}
	return tickets, nil
}

// named says that an id is not there, or can be none.
func named(field, id string) error {
	if id == "" {
		return missing(field)
	}
	return plain(field, id, maxText)
}

// tenant says that nobody is called so: intake takes no such name either.
func tenant(name string) error {
	if strings.TrimSpace(name) != name || strings.ContainsFunc(name, unicode.IsControl) {
		return problem.BadRequest("tenant", "tenant has a control character in it, or white space around it")
	}
	return named("tenant", name)
}

func few(field string, n int) error {
	if n > maxPart {
		return problem.BadRequest(field, "there are %d %s; at most %d are taken", n, field, maxPart)
	}
	return nil
}
