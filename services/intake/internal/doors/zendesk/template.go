package zendesk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"tocsin/services/intake/internal/receive"
)

// template reads our trigger's body. It says how the ticket is, not what changed
// nor who changed it: so its facts are claims, and it tells of no assignment.
func (r *reading) template() error {
	b := &r.body
	if b.Ticket == nil || b.Ticket.ID == "" {
		return fmt.Errorf("%w: the template names no ticket", ErrBody)
	}
	r.ticket = *b.Ticket
	r.ticket.Actor = b.Actor
	var err error
	if r.at, err = instant(b.Ticket.UpdatedAt); err != nil {
		return fmt.Errorf("%w: ticket.updated_at %w", ErrBody, err)
	}
	if r.homeless() {
		return nil
	}
	if c := b.Comment; c != nil && (c.ID != "" || c.Body != "") {
		r.body.ID = unnamed(string(r.ticket.ID), c)
		r.comment(c)
	}
	r.standing()
	r.known()
	return nil
}

// unnamed is the id of a comment that has none of Zendesk's: by what it says.
func unnamed(ticket string, c *comment) flex {
	author, _ := c.author()
	sum := sha256.Sum256([]byte(ticket + "\x00" + author + "\x00" + string(c.Body)))
	return flex("comment/~" + hex.EncodeToString(sum[:16]))
}

// standing states status and facts as they stand at this update.
func (r *reading) standing() {
	t := &r.ticket
	update := string(t.ID) + "/" + string(t.UpdatedAt)
	status := r.Settings.status(string(t.Status), string(t.CustomStatus))
	if status == receive.InProgress && r.actor(string(t.Actor), string(t.Requester)) != receive.Agent {
		status = receive.Open // said again at a customer's comment it would pass for work
	}
	r.status("status/"+update, status, string(t.Status))
	facts, _ := tagged(t.Tags)
	facts.Severity = r.severity(string(t.Priority))
	if facts != (receive.Facts{}) {
		r.say("facts/"+update, r.at, facts)
	}
	if r.requests(t.Tags) {
		r.say("requested/"+string(t.ID), r.at, receive.EscalationRequested{})
	}
}
