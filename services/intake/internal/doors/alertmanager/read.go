package alertmanager

import (
	"encoding/json"
	"fmt"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// read reads a notification as signals, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	var g alert.Group
	if err := json.Unmarshal(d.Body, &g); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, lenient.Reason(err))
	}
	if g.Version != "4" {
		return webhook.Said{}, fmt.Errorf("%w: its version is %.20q; this door reads Alertmanager's webhook, version \"4\"", webhook.ErrBody, g.Version)
	}
	if g.Alerts == nil {
		return webhook.Said{}, fmt.Errorf("%w: it has no alerts", webhook.ErrBody)
	}
	signals, ignored, err := a.Alerts.Group(a.From("alertmanager"), g, d.Received, nil)
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	return webhook.Said{Signals: signals, Ignored: ignored}, nil
}
