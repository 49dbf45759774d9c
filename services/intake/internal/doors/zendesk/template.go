package zendesk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/webhook"
)

// template reads our trigger's body. It says how the ticket is, not what changed
// nor who changed it: so its facts are claims, and it tells of no assignment.
func (r *reading) template() error {
	b := &r.body
	if b.Ticket == nil || b.Ticket.ID == "" {
		return fmt.Errorf("%w: the template names no ticket", webhook.ErrBody)
	}
	r.ticket = *b.Ticket
	r.ticket.Actor = b.Actor
	var err error
	if r.at, err = b.Ticket.UpdatedAt.Time(); err != nil {
		return fmt.Errorf("%w: ticket.updated_at %w", webhook.ErrBody, err)
	}
	r.tell(func(t *desk.Telling) {
		if c := b.Comment; c != nil && (c.ID != "" || c.Body != "") {
			r.comment(t, c, unnamed(string(r.ticket.ID), c))
		}
		t.Standing(string(r.ticket.ID)+"/"+string(r.ticket.UpdatedAt), r.at)
	}, true)
	return nil
}

// unnamed is the id of a comment that has none of Zendesk's: by what it says.
func unnamed(ticket string, c *comment) string {
	author, _ := c.author()
	sum := sha256.Sum256([]byte(ticket + "\x00" + author + "\x00" + string(c.Body)))
	return "comment/~" + hex.EncodeToString(sum[:16])
}
