package events

import (
	"context"
	"fmt"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A HearingQuestion asks who would hear something. Without a case, one that is
// made up is meant; what else is empty is left to notification.
type HearingQuestion struct {
	Case                             string
	Sample, Tenant, Language, Reason string
	At                               time.Time // zero: now
}

// A Hearing says who would hear what.
type Hearing struct {
	// Routed says that there is a file of routes.
	Routed bool      `json:"routed"`
	At     time.Time `json:"at"`
	Heard  []Heard   `json:"heard"`
	// Samples are what may be made up.
	Samples []string `json:"samples"`
}

// Heard is one message, and what becomes of it at each destination.
type Heard struct {
	Audience     string `json:"audience"`
	Recipient    string `json:"recipient,omitempty"`
	Tenant       string `json:"tenant,omitempty"`
	Ticket       string `json:"ticket,omitempty"`
	Language     string `json:"language"`
	Kind         string `json:"kind"`
	Severity     string `json:"severity"`
	Title        string `json:"title"`
	Body         string `json:"body"`
	Destinations []Fate `json:"destinations"`
}

// A Fate is what becomes of a message at one destination.
type Fate struct {
	Destination string `json:"destination"`
	Channel     string `json:"channel"`
	// Fate is send, hold, silence or skip.
	Fate  string `json:"fate"`
	Route string `json:"route,omitempty"`
	// Until is when a hold ends; nil where nothing is held.
	Until *time.Time `json:"until,omitempty"`
	// Why says it in words, in English.
	Why []string `json:"why"`
}

// Hearings asks notification who would hear something.
type Hearings struct{ Conn *bus.Conn }

// Of is who would hear what q asks for. Its error is bus.ErrNobody where
// notification is away.
func (h Hearings) Of(ctx context.Context, q HearingQuestion) (Hearing, error) {
	question := &notificationv1.HearingAsked{
		Case: q.Case, Sample: q.Sample, Tenant: q.Tenant, Language: q.Language, Reason: q.Reason, At: bus.Stamp(q.At),
	}
	var answer notificationv1.HearingExplained
	if err := h.Conn.Ask(ctx, topology.HearingSubject(), question, &answer); err != nil {
		return Hearing{}, fmt.Errorf("ask who would hear: %w", err)
	}
	out := Hearing{Routed: answer.GetRouted(), At: bus.Moment(answer.GetAt()), Samples: answer.GetSamples(), Heard: []Heard{}}
	for _, of := range answer.GetHeard() {
		n := of.GetNotification()
		one := Heard{
			Audience: n.GetAudience(), Recipient: n.GetRecipient(), Tenant: n.GetTenant(), Ticket: n.GetTicket(), Language: n.GetLanguage(),
			Kind: n.GetKind(), Severity: of.GetSeverity(), Title: n.GetTitle(), Body: n.GetBody(), Destinations: []Fate{},
		}
		for _, at := range of.GetHearings() {
			f := Fate{Destination: at.GetDestination(), Channel: at.GetChannel(), Fate: at.GetFate(), Route: at.GetRoute(), Why: at.GetWhy()}
			if at.GetUntil() != nil {
				f.Until = new(bus.Moment(at.GetUntil()))
			}
			one.Destinations = append(one.Destinations, f)
		}
		out.Heard = append(out.Heard, one)
	}
	return out, nil
}
