package console

import (
	"context"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
)

// Ladders say who was called about a case; events.Ladders asks notification.
type Ladders interface {
	// Of is how the ladder of a case stands.
	Of(ctx context.Context, tenant, caseID string) (events.Ladder, error)
}

// A ladder is who was called about a case, and who is next.
type ladder struct {
	Seen     string // who has seen the case; empty is nobody yet
	Steps    []rung
	Next     *rung
	Silenced string
}

// A rung is one step of a ladder, in words.
type rung struct {
	When *moment
	Who  string
}

// ladderOf is nil where nobody was called and nobody will be, and where
// notification does not say so in time: the page is whole without.
func (c *Console) ladderOf(ctx context.Context, l lang, of *decide.Case, now time.Time) *ladder {
	if c.Ladders == nil || of.State != decide.PendingReview {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, previewWithin)
	defer cancel()
	stands, err := c.Ladders.Of(ctx, of.Tenant, of.ID)
	if err != nil || len(stands.Called) == 0 && stands.Next == nil {
		return nil
	}
	out := &ladder{Silenced: stands.Silenced}
	if !of.AcknowledgedAt.IsZero() {
		out.Seen = l.say("called.seen", l.who(of.AcknowledgedBy))
	}
	for _, s := range stands.Called {
		out.Steps = append(out.Steps, rungOf(l, s, now))
	}
	if stands.Next != nil {
		next := rungOf(l, *stands.Next, now)
		out.Next = &next
	}
	return out
}

func rungOf(l lang, s events.Step, now time.Time) rung {
	who := strings.Join(s.Who, ", ")
	if s.LastWord {
		who = l.say("called.last")
	}
	for _, schedule := range s.Absent {
		if who != "" {
			who += ", "
		}
		who += l.say("called.absent", schedule)
	}
	return rung{l.moment(s.At, now), who}
}
