package events

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"tocsin/services/review/internal/mute"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Mutes are what people do not want told for a while, as notification says. One
// that makes no sense is passed over: it is a view.
type Mutes struct {
	Conn *bus.Conn
	// Now is the clock; nil is the machine's.
	Now func() time.Time

	mu  sync.Mutex
	all map[string]mute.Mute
}

// An Asking is a mute that somebody asks for.
type Asking struct {
	mute.Mute
	// Lasts may stand in place of Until.
	Lasts time.Duration
	// Key makes it the same order when it is sent again.
	Key string
}

// askWithin is how long notification may take to answer.
const askWithin = 6 * time.Second

// Run follows the mutes until the context ends.
func (m *Mutes) Run(ctx context.Context) error {
	f := bus.Following{Stream: topology.Mutes, Last: true}
	return m.Conn.Follow(ctx, f, func(_ context.Context, raw bus.Raw) error {
		c := &notificationv1.MuteChanged{}
		if bus.Decode(raw, c) == nil {
			m.take(c.GetMute())
		}
		return nil
	})
}

// take keeps a mute as it now is. What was asked for comes again on the stream.
func (m *Mutes) take(said *notificationv1.Mute) {
	if said.GetId() == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[string]mute.Mute{}
	}
	is, was := MuteOf(said), m.all[said.GetId()]
	if was.Silenced != nil || !was.EndedAt.IsZero() && is.EndedAt.IsZero() {
		return // an older word of it
	}
	m.all[is.ID] = is
}

// All are the mutes as they stand now, the one that was set last first.
func (m *Mutes) All() []mute.Mute {
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]mute.Mute, 0, len(m.all))
	for _, one := range m.all {
		list = append(list, one.At(now))
	}
	slices.SortFunc(list, func(a, b mute.Mute) int { return cmp.Or(b.SetAt.Compare(a.SetAt), cmp.Compare(a.ID, b.ID)) })
	return list
}

// Set asks for a mute, and gives it as it was set. Its error is a
// *mute.RefusedError, or mute.ErrAway.
func (m *Mutes) Set(ctx context.Context, a Asking) (mute.Mute, error) {
	q := &notificationv1.MuteAsked{Key: a.Key, Mute: &notificationv1.Mute{
		By: a.By, Why: a.Why, From: bus.Stamp(a.From), Until: bus.Stamp(a.Until), Destinations: a.Destinations, Audiences: a.Audiences,
		Tenants: a.Tenants, Reasons: plain(a.Reasons), Severities: plain(a.Severities), Kinds: a.Kinds,
	}}
	if a.Lasts != 0 {
		q.Lasts = durationpb.New(a.Lasts)
	}
	return m.ask(ctx, topology.SetMuteSubject(), q)
}

// End ends a mute before its time, and gives it as it then is. Errors are Set's.
func (m *Mutes) End(ctx context.Context, id, by string) (mute.Mute, error) {
	return m.ask(ctx, topology.EndMuteSubject(), &notificationv1.MuteEndAsked{Id: id, By: by})
}

// ask is the mute that notification answers with, or why there is none.
func (m *Mutes) ask(ctx context.Context, subject string, q proto.Message) (mute.Mute, error) {
	ctx, enough := context.WithTimeout(ctx, askWithin)
	defer enough()
	answer := &notificationv1.MuteAnswered{}
	if err := m.Conn.Ask(ctx, subject, q, answer); err != nil {
		return mute.Mute{}, fmt.Errorf("%w: %w", mute.ErrAway, err)
	}
	if answer.GetRefused() != "" {
		refused := &mute.RefusedError{Kind: answer.GetRefused(), Detail: answer.GetDetail()}
		for _, p := range answer.GetProblems() {
			refused.Wrong = append(refused.Wrong, mute.Wrong{Field: p.GetField(), Reason: p.GetText()})
		}
		return mute.Mute{}, refused
	}
	m.take(answer.GetMute())
	return MuteOf(answer.GetMute()).At(m.now()), nil
}

func (m *Mutes) now() time.Time {
	if m.Now == nil {
		return time.Now()
	}
	return m.Now()
}

// MuteOf is a mute as review shows it.
func MuteOf(m *notificationv1.Mute) mute.Mute {
	out := mute.Mute{
		ID: m.GetId(), By: m.GetBy(), Why: m.GetWhy(), From: bus.Moment(m.GetFrom()), Until: bus.Moment(m.GetUntil()),
		Destinations: m.GetDestinations(), Audiences: m.GetAudiences(), Tenants: m.GetTenants(), Kinds: m.GetKinds(),
		SetAt: bus.Moment(m.GetSetAt()), EndedBy: m.GetEndedBy(), EndedAt: bus.Moment(m.GetEndedAt()),
	}
	for _, r := range m.GetReasons() {
		out.Reasons = append(out.Reasons, policy.ReasonID(r))
	}
	for _, s := range m.GetSeverities() {
		out.Severities = append(out.Severities, policy.Priority(s))
	}
	if m.GetSummedAt() != nil {
		out.Silenced = new(m.GetSilenced())
	}
	return out
}

func plain[T ~string](ids []T) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}
