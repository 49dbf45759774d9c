// Package pagerduty sends notifications to one service of PagerDuty as its Events
// API v2 takes them (developer.pagerduty.com/docs/events-api-v2-overview).
//
// One case is one alert, under the case's id as dedup_key:
//
//	what happened                               PagerDuty is sent
//	approved, an ETA given or moved             acknowledge: somebody has it in hand
//	denied, resolved, withdrawn, expired        resolve
//	a condition or a mute ended, how it goes,
//	a question                                  a change event: shown beside the alert, wakes nobody
//	anything else                               trigger
//
// The same event twice changes nothing, since an alert is known by its key and an
// open one is not opened again. A change event that is repeated shows twice.
// What the answers mean is said by package post.
package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/post"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const (
	// anywhere takes the events of accounts outside Europe; those of Europe have
	// https://events.eu.pagerduty.com.
	anywhere = "https://events.pagerduty.com"
	// longestSummary and longestKey are PagerDuty's limits, in characters.
	longestSummary, longestKey = 1024, 255
	// longestText keeps an event far below the 512 KB that PagerDuty takes.
	longestText = 16 << 10
	// keyLength is how long the key of an integration is.
	keyLength = 32
)

// PagerDuty is a channel to one service.
type PagerDuty struct {
	key, severity   string
	alerts, changes *post.Address
}

// Open returns the channel that a destination's settings describe: key, the
// integration's key; severity, which is critical where it is not set; url, for
// accounts in Europe.
func Open(with map[string]any) (channel.Channel, error) {
	set := struct {
		Key      string `json:"key"`
		Severity string `json:"severity"`
		URL      string `json:"url"`
	}{Severity: "critical", URL: anywhere}
	if err := channel.Decode(with, &set); err != nil {
		return nil, err
	}
	if len(set.Key) != keyLength || strings.ContainsFunc(set.Key, notOfKey) {
		return nil, errors.New("key: write the 32 letters and digits of an Events API v2 integration")
	}
	if known := []string{"critical", "error", "warning", "info"}; !slices.Contains(known, set.Severity) {
		return nil, fmt.Errorf("severity %q: write one of %s", set.Severity, strings.Join(known, ", "))
	}
	base := strings.TrimRight(set.URL, "/")
	alerts, err := post.To(base + "/v2/enqueue")
	if err != nil {
		return nil, err
	}
	changes, err := post.To(base + "/v2/change/enqueue")
	if err != nil {
		return nil, err
	}
	return &PagerDuty{key: set.Key, severity: set.Severity, alerts: alerts, changes: changes}, nil
}

func notOfKey(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// Name is "pagerduty".
func (p *PagerDuty) Name() string { return "pagerduty" }

// Destination is PagerDuty's address; the service behind it is known by its key, which is secret.
func (p *PagerDuty) Destination() string { return p.alerts.String() }

// Once is true: an alert is known by its case.
func (p *PagerDuty) Once() bool { return true }

// Deliver sends n once.
func (p *PagerDuty) Deliver(ctx context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	e, to := p.event(n), p.alerts
	if e.Action == "" {
		to = p.changes
	}
	body, err := json.Marshal(e)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("write notification %s for PagerDuty: %w", n.GetId(), err)}
	}
	return to.JSON(ctx, nil, body)
}

// An event is what PagerDuty takes; a change event has neither action nor key.
type event struct {
	Routing string  `json:"routing_key"`
	Action  string  `json:"event_action,omitempty"`
	Dedup   string  `json:"dedup_key,omitempty"`
	Client  string  `json:"client,omitempty"`
	Page    string  `json:"client_url,omitempty"`
	Payload payload `json:"payload"`
	Links   []link  `json:"links,omitempty"`
}

type payload struct {
	Summary   string    `json:"summary"`
	Source    string    `json:"source"`
	Severity  string    `json:"severity,omitempty"`
	Timestamp time.Time `json:"timestamp"`
	// Class is the kind of what happened, Group the tenant.
	Class   string  `json:"class,omitempty"`
	Group   string  `json:"group,omitempty"`
	Details details `json:"custom_details"`
}

// waits is the state of a case that ladders are climbed for.
const waits = "pending_review"

// details are shown on the alert as they are.
type details struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind"`
	Tenant  string   `json:"tenant"`
	Case    string   `json:"case,omitempty"`
	Reasons []string `json:"reasons,omitempty"`
	People  *uint32  `json:"people,omitempty"`
	Text    string   `json:"text,omitempty"`
}

type link struct {
	Address string `json:"href"`
	Text    string `json:"text"`
}

func (p *PagerDuty) event(n *notificationv1.Notification) event {
	e := event{
		Routing: p.key, Action: action(n),
		Payload: payload{
			Summary: cut(n.GetTitle(), longestSummary), Source: "tocsin", Timestamp: n.GetAt().AsTime(),
			Details: details{
				ID: n.GetId(), Kind: n.GetKind(), Tenant: n.GetTenant(), Case: n.GetCase(),
				Reasons: n.GetReasons(), People: n.People, Text: cut(n.GetBody(), longestText),
			},
		},
	}
	if n.GetAcknowledge() != "" {
		e.Links = append(e.Links, link{n.GetAcknowledge(), channel.Seen(n.GetLanguage())})
	}
	if n.GetLink() != "" {
		e.Links = append(e.Links, link{n.GetLink(), n.GetTitle()})
	}
	if e.Action == "" {
		return e
	}
	e.Dedup, e.Client, e.Page = key(n), "Tocsin", n.GetLink()
	e.Payload.Severity, e.Payload.Class, e.Payload.Group = p.severity, n.GetKind(), n.GetTenant()
	return e
}

// action is what a notification does to its case's alert; empty is nothing.
func action(n *notificationv1.Notification) string {
	switch deliver.Kind(n.GetKind()) {
	case deliver.Call, deliver.Unacknowledged:
		if n.GetState() != waits { // it waited, and says that it is over
			return "acknowledge"
		}
	case deliver.Approved, deliver.ETAGiven, deliver.ETAMoved:
		return "acknowledge"
	case deliver.Denied, deliver.Resolved, deliver.Withdrawn, deliver.Expired, deliver.SourceHeard, deliver.DestinationHeard:
		return "resolve"
	case deliver.ConditionEnded, deliver.Progress, deliver.UnderReview, deliver.InfoNeeded, deliver.InfoReminder, deliver.MuteEnded, deliver.Heartbeat:
		return ""
	}
	return "trigger"
}

// key is the alert's: the case, or who is silent, or the notification itself where
// it is of several cases.
func key(n *notificationv1.Notification) string {
	id := n.GetCase()
	switch {
	case id != "":
	case n.GetDestination() != "":
		id = "destination/" + n.GetDestination()
	case n.GetKind() == string(deliver.SourceSilent), n.GetKind() == string(deliver.SourceHeard):
		id = "source/" + n.GetSource()
	default:
		id = n.GetId()
	}
	return cut("tocsin/"+id, longestKey)
}

// cut is s up to so many characters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
