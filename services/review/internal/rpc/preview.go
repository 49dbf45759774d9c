package rpc

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/bus"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Previews says what people would be told; events.Previews asks notification.
type Previews interface {
	// Of is what people would be told of the case as it would be, and of what would
	// have changed in it.
	Of(ctx context.Context, c decide.Case, e decide.Event) ([]events.Message, error)
}

// previewWithin is how long notification may take to say it; it is away after that.
const previewWithin = 3 * time.Second

// Would is the case as an order would leave it, and what the person may know of
// what people would be told. Nothing is kept.
func (s *Service) Would(ctx context.Context, r *reviewv1.PreviewDecisionRequest) (decide.Case, []events.Message, error) {
	o, err := orderFrom(&reviewv1.DecideRequest{
		Id: r.GetId(), Action: r.GetAction(), Note: r.GetNote(), Ground: r.GetGround(), Eta: r.GetEta(), Technician: r.GetTechnician(),
	})
	if err != nil {
		return decide.Case{}, nil, err
	}
	o.By = who.Of(ctx)
	of, err := s.Cases.Case(ctx, r.GetId())
	if err != nil {
		return of, nil, err
	}
	would, event, err := s.Desk.Would(&of, o)
	if err != nil {
		return of, nil, err
	}
	if s.Previews == nil {
		return of, nil, problem.New("unavailable", http.StatusServiceUnavailable, "nobody says here what people would be told")
	}
	soon, enough := context.WithTimeout(ctx, previewWithin)
	defer enough()
	then, said := would, event
	if later, e, waits := would.Later("review"); waits && event.Name == decide.UpdateWaits {
		then, said = later, e // what they will read when its time has come
	}
	told, err := s.Previews.Of(soon, then, said)
	if err != nil {
		return of, nil, fmt.Errorf("%w: %w", problem.New("unavailable", http.StatusServiceUnavailable, "notification does not answer"), err)
	}
	var shown []events.Message
	for _, m := range told {
		if m.Audience != "leadership" || o.By.May(decide.Leadership) {
			shown = append(shown, m)
		}
	}
	return would, shown, nil
}

// TellsAt is when people would be told of an order that waits; zero is at once.
func TellsAt(r *reviewv1.PreviewDecisionRequest, would *decide.Case) time.Time {
	if r.GetAction() != reviewv1.Action_UPDATE || !would.Waits() {
		return time.Time{}
	}
	return would.NewsFrom()
}

// PreviewDecision is what people would be told of an order, which is not carried out.
func (s *Service) PreviewDecision(ctx context.Context, r *reviewv1.PreviewDecisionRequest) (*reviewv1.PreviewDecisionResponse, error) {
	would, told, err := s.Would(ctx, r)
	if err != nil {
		return nil, err
	}
	out := &reviewv1.PreviewDecisionResponse{Case: would.ID, State: string(would.State), TellsAt: bus.Stamp(TellsAt(r, &would))}
	for _, m := range told {
		out.Told = append(out.Told, &reviewv1.ToldMessage{
			Audience: m.Audience, Recipient: m.Recipient, Tenant: m.Tenant, Ticket: m.Ticket, Language: m.Language,
			Kind: m.Kind, Title: m.Title, Body: m.Body, Alike: uint32(max(0, m.Others)), //nolint:gosec // a count of tickets
		})
	}
	return out, nil
}
