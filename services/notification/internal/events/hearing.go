package events

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Hearer says what becomes of a notification at destinations; courier.Fleet and
// courier.Muted do.
type Hearer interface {
	// Explain says of each destination what becomes of a notification that is told
	// at a time, as all stands now.
	Explain(n *notificationv1.Notification, at time.Time) []courier.Explained
}

// Hearing says who would hear something. It tells nobody and keeps nothing.
type Hearing struct {
	Conn   *bus.Conn
	Teller deliver.Teller
	Policy *policy.Policy
	// Routed says that there is a file of routes.
	Routed bool
	// Hearers are all destinations.
	Hearers []Hearer
	Now     func() time.Time
}

// english is the language where none is asked for.
const english = "en"

// hearing is how long what was told of a case may take to be read.
const hearing = 2 * time.Second

// OnAsked answers who would hear what is asked for.
func (h Hearing) OnAsked(q *notificationv1.HearingAsked) (proto.Message, error) {
	at := timeOf(q.GetAt())
	if at.IsZero() {
		at = h.Now()
	}
	told, err := h.told(q)
	if err != nil {
		return nil, err
	}
	out := &notificationv1.HearingExplained{Routed: h.Routed, At: timestamppb.New(at)}
	for _, s := range deliver.Samples(english, "acme") {
		out.Samples = append(out.Samples, s.Name)
	}
	for _, n := range told {
		heard := &notificationv1.Heard{Notification: n, Severity: string(courier.NewsOf(n, at, h.Policy).Severity)}
		for _, from := range h.Hearers {
			for _, e := range from.Explain(n, at) {
				heard.Hearings = append(heard.Hearings, hearingOf(e))
			}
		}
		out.Heard = append(out.Heard, heard)
	}
	return out, nil
}

// told is what is asked about: the last that was told of a case, or a sample.
func (h Hearing) told(q *notificationv1.HearingAsked) ([]*notificationv1.Notification, error) {
	if q.GetCase() != "" {
		return h.last(q.GetCase())
	}
	if lang := q.GetLanguage(); lang != "" && !slices.Contains(deliver.Languages(), lang) {
		return nil, errors.New("there are words in " + strings.Join(deliver.Languages(), " and "))
	}
	if _, known := h.Policy.Reason(policy.ReasonID(q.GetReason())); q.GetReason() != "" && !known {
		return nil, errors.New("the policy knows no such reason")
	}
	return h.sample(q)
}

// last is what each audience of each tenant was told last of a case.
func (h Hearing) last(id string) ([]*notificationv1.Notification, error) {
	ctx, enough := context.WithTimeout(context.Background(), hearing)
	defer enough()
	var told []*notificationv1.Notification
	err := h.Conn.Latest(ctx, topology.Notifications, topology.NotificationsOfCase(id), func(raw bus.Raw) error {
		n := &notificationv1.Notification{}
		if bus.Decode(raw, n) == nil {
			told = append(told, n)
		}
		return nil
	})
	return told, err
}

// sample is what would be told of a case that is made up.
func (h Hearing) sample(q *notificationv1.HearingAsked) ([]*notificationv1.Notification, error) {
	lang, tenant := q.GetLanguage(), q.GetTenant()
	if lang == "" {
		lang = english
	}
	if tenant == "" {
		tenant = "acme"
	}
	samples := deliver.Samples(lang, tenant)
	at := slices.IndexFunc(samples, func(s deliver.Sample) bool { return s.Name == q.GetSample() })
	if at < 0 {
		return nil, nil
	}
	change := samples[at].Change
	if q.GetReason() != "" {
		change.Case.Reasons = []policy.ReasonID{policy.ReasonID(q.GetReason())}
	}
	teller := h.Teller
	teller.Language = lang
	list, err := teller.Tell(change)
	if err != nil {
		return nil, err
	}
	told := make([]*notificationv1.Notification, len(list))
	for i, n := range list {
		told[i] = notificationOf(n)
		if q.GetReason() != "" {
			told[i].Reasons = []string{q.GetReason()}
		}
	}
	return told, nil
}

func hearingOf(e courier.Explained) *notificationv1.Hearing {
	out := &notificationv1.Hearing{Destination: e.Destination, Channel: e.Channel, Fate: string(e.Fate), Route: e.Route, Why: e.Why}
	if e.Fate == route.Hold {
		out.Until = bus.Stamp(e.Until)
	}
	return out
}
