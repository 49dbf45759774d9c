package freshdesk

import (
	"encoding/json"
	"fmt"

	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// read reads a body as ticket events, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	if said, is, err := form.Read(d, a); is {
		return said, err
	}
	var b struct {
		Simple *simple `json:"freshdesk_webhook"`
		native
		Data *native `json:"data"`
	}
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w; choose JSON as the rule's encoding, and send the template", webhook.ErrBody, lenient.Reason(err))
	}
	switch {
	case b.Simple != nil:
		return b.Simple.read(d, a)
	case b.Data != nil && b.Data.Ticket != nil:
		return b.Data.read(a)
	case b.Ticket != nil:
		return b.read(a)
	}
	return webhook.Said{}, fmt.Errorf(`%w: it has neither "freshdesk_webhook" nor "ticket"; send the template`, webhook.ErrBody)
}
