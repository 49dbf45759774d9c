package desk

import (
	"context"
	"fmt"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
)

// Follow acknowledges a case for whoever holds a link, and gives the case as it
// then is. That the link was signed here, and is not too old, has been settled
// before; that it works once is decide's rule, so a second time is refused with
// who was first.
func (d Desk) Follow(ctx context.Context, caseID string, l decide.Link) (decide.Case, error) {
	now := d.Now()
	c, err := d.Ledger.Update(ctx, caseID, ledger.Cause{Consumer: "desk", At: now}, func(c *decide.Case) (decide.Event, error) {
		return c.AcknowledgeByLink(decide.Command{ID: bus.ID("link", caseID, l.ID), At: now}, l)
	})
	if err != nil {
		return c, fmt.Errorf("acknowledge case %s by a link: %w", caseID, err)
	}
	if d.Changed != nil {
		d.Changed()
	}
	return c, nil
}
