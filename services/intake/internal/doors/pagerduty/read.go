package pagerduty

import (
	"encoding/json"
	"fmt"
	"strings"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// deliveryID is the event's, which all attempts at it have. A body of an older version
// has several, and none that speaks for all of them.
func deliveryID(d webhook.Delivery) string {
	var b delivered
	if json.Unmarshal(d.Body, &b) != nil || b.Event == nil {
		return ""
	}
	return string(b.Event.ID)
}

// read reads a delivery as signals, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	var b delivered
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, lenient.Reason(err))
	}
	var events []event
	if b.Event != nil {
		events = append(events, *b.Event)
	}
	for _, m := range b.Messages {
		events = append(events, m.event())
	}
	if len(events) == 0 {
		return webhook.Said{}, fmt.Errorf("%w: it has neither an event (version 3) nor messages (versions 1 and 2) of PagerDuty's webhooks; add a generic webhook (v3) there, as it is", webhook.ErrBody)
	}
	all := make([]webhook.Said, len(events))
	for i, e := range events {
		all[i] = e.said(d, a)
	}
	return webhook.Join(all), nil
}

// said is what one event says.
func (e event) said(d webhook.Delivery, a webhook.Account) webhook.Said {
	if e.Type == "pagey.ping" {
		return webhook.Ignored("pagey.ping: a test of the webhook; it arrived")
	}
	what := kinds[string(e.Type)]
	if what == nothing {
		return webhook.Ignored("%.80s: does not change what is broken", e.Type)
	}
	var of incident
	if json.Unmarshal(e.Data, &of) != nil || of.ID == "" {
		return webhook.Ignored("%.80s: it names no incident", e.Type)
	}
	if status := strings.ToLower(string(of.Status)); what == lasts && status != "triggered" && status != "acknowledged" {
		return webhook.Ignored("%.80s: incident %.40s is not open", e.Type, of.ID)
	}
	at, err := e.OccurredAt.Time()
	if err != nil {
		return webhook.Ignored("%.80s: incident %.40s: its time: %v", e.Type, of.ID, err)
	}
	al := alert.Alert{
		What: "incident " + string(of.ID) + " of the service", ID: string(of.ID), Name: of.Service.Name,
		Labels: map[string]string{"severity": of.severity()}, Changes: true,
	}
	_ = json.Unmarshal(e.Data, &al.Native) // it has been read once
	if what == ends {
		al.Ended, al.EndedAt = true, at
	} else {
		al.StartedAt = at
	}
	return a.One("pagerduty", al, d.Received)
}

// severity is the priority where its name is one that severities are known by, else
// the urgency: high or low.
func (i incident) severity() string {
	if alert.Severity(i.Priority.Name) {
		return i.Priority.Name
	}
	return string(i.Urgency)
}
