package wall

import (
	"context"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/who"
)

// A Router says who would hear something; events.Hearings asks notification.
type Router interface {
	// Of is who would hear what q asks for.
	Of(ctx context.Context, q events.HearingQuestion) (events.Hearing, error)
}

// Hearings say who would hear something, to leadership that sees all tenants: the
// destinations are everybody's, and so are the words.
type Hearings struct{ Asked Router }

// Of is who would hear what q asks for; decide.ErrNotLeader for others.
func (h Hearings) Of(ctx context.Context, q events.HearingQuestion) (events.Hearing, error) {
	if p := who.Of(ctx); !p.May(decide.Leadership) || !p.SeesAll() {
		return events.Hearing{}, decide.ErrNotLeader
	}
	return h.Asked.Of(ctx, q)
}
