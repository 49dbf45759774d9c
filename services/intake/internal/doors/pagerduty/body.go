package pagerduty

import (
	"encoding/json"

	"tocsin/services/intake/internal/lenient"
)

// delivered is a body of any version; what a version does not have stays empty.
type delivered struct {
	Event    *event    `json:"event"`    // version 3
	Messages []message `json:"messages"` // versions 1 and 2
}

// event is one event of version 3.
type event struct {
	ID         lenient.Text    `json:"id"`
	Type       lenient.Text    `json:"event_type"`
	OccurredAt lenient.Text    `json:"occurred_at"`
	Data       json.RawMessage `json:"data"`
}

// message is one event of version 2, where the incident stands in it, or of version
// 1, where it stands in its data.
type message struct {
	ID        lenient.Text    `json:"id"`
	Event     lenient.Text    `json:"event"`
	Type      lenient.Text    `json:"type"`
	CreatedOn lenient.Text    `json:"created_on"`
	Incident  json.RawMessage `json:"incident"`
	Data      struct {
		Incident json.RawMessage `json:"incident"`
	} `json:"data"`
}

// event is it in the form of version 3.
func (m message) event() event {
	e := event{ID: m.ID, Type: m.Event, OccurredAt: m.CreatedOn, Data: m.Incident}
	if e.Type == "" {
		e.Type = m.Type
	}
	if len(e.Data) == 0 {
		e.Data = m.Data.Incident
	}
	return e
}

// incident is what is read of one, in all versions.
type incident struct {
	ID       lenient.Text `json:"id"`
	Status   lenient.Text `json:"status"`
	Urgency  lenient.Text `json:"urgency"`
	Service  lenient.Ref  `json:"service"`
	Priority lenient.Ref  `json:"priority"`
}
