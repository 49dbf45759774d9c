package mutes

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// patience is how long an order may take.
const patience = 5 * time.Second

// Why an order is refused.
const (
	badRequest = "bad-request"
	noSuchMute = "no-such-mute"
	muteOver   = "mute-over"
	keyReused  = "key-reused"
)

func refusal(kind, format string, args ...any) *notificationv1.MuteAnswered {
	return &notificationv1.MuteAnswered{Refused: kind, Detail: fmt.Sprintf(format, args...)}
}

// OnSet sets a mute. Its error is one of the bus, and trying again helps.
func (b *Book) OnSet(q *notificationv1.MuteAsked) (proto.Message, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	id, asked := "m-"+strings.ToLower(rand.Text()), fingerprint(q)
	if q.GetKey() != "" {
		id = "m-" + bus.ID("mute", q.GetMute().GetBy(), q.GetKey())
	}
	for {
		stands, err := b.last(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case stands.sequence > 0 && stands.GetAsked() != asked:
			return refusal(keyReused, "this key came with another mute before, %s", id), nil
		case stands.sequence > 0:
			return &notificationv1.MuteAnswered{Mute: stands.Mute}, nil
		}
		m, problems := b.begin(q)
		if len(problems) > 0 {
			return refused(problems), nil
		}
		m.Id, m.Asked = id, asked
		err = b.write(ctx, &notificationv1.MuteChanged{Mute: m, Change: "set", Actor: m.GetBy(), At: m.GetSetAt()}, 0)
		switch {
		case errors.Is(err, bus.ErrConflict): // it, or we ourselves, were first
		case err != nil:
			return nil, err
		default:
			return &notificationv1.MuteAnswered{Mute: m}, nil
		}
	}
}

// fingerprint is the same of the same message.
func fingerprint(m proto.Message) string {
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return "" // of text that is no UTF-8, which nothing here is
	}
	return bus.ID(bus.Type(m), string(text))
}

// begin is the mute that is asked for, or what is wrong with it.
func (b *Book) begin(q *notificationv1.MuteAsked) (*notificationv1.Mute, []route.MuteProblem) {
	now := b.now().UTC().Truncate(time.Millisecond)
	r := Of(q.GetMute())
	if l := q.GetLasts(); l != nil {
		begins := r.From
		if begins.IsZero() {
			begins = now
		}
		if !r.Until.IsZero() || l.AsDuration() <= 0 || l.AsDuration() > route.LongestMute {
			return nil, []route.MuteProblem{{Field: "lasts", Text: "a mute lasts longer than nothing and 30 days at most, as 2h, and says either that or until"}}
		}
		r.Until = begins.Add(l.AsDuration())
	}
	problems := r.Begin(now, b.Known())
	return &notificationv1.Mute{
		By: r.By, Why: r.Why, From: bus.Stamp(r.From), Until: bus.Stamp(r.Until), Destinations: r.Destinations,
		Audiences: r.When.Audience, Tenants: r.When.Tenants, Reasons: as[string](r.When.Reasons),
		Severities: as[string](r.When.Severity), Kinds: r.When.Kinds, SetAt: bus.Stamp(now),
	}, problems
}

func refused(problems []route.MuteProblem) *notificationv1.MuteAnswered {
	said := make([]string, len(problems))
	out := &notificationv1.MuteAnswered{Refused: badRequest}
	for i, p := range problems {
		said[i] = p.Text
		out.Problems = append(out.Problems, &notificationv1.MuteProblem{Field: p.Field, Text: p.Text})
	}
	out.Detail = strings.Join(said, "; ")
	return out
}

// OnEnd ends a mute before its time; one that the same person has ended is ended.
// Its error is one of the bus, and trying again helps.
func (b *Book) OnEnd(q *notificationv1.MuteEndAsked) (proto.Message, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if by := strings.TrimSpace(q.GetBy()); by == "" {
		return refused([]route.MuteProblem{{Field: "by", Text: "by is empty; it has to be said"}}), nil
	}
	for {
		k, err := b.last(ctx, q.GetId())
		now := b.now().UTC()
		switch {
		case err != nil:
			return nil, err
		case k.sequence == 0:
			return refusal(noSuchMute, "there is no mute %.64q", q.GetId()), nil
		case k.GetEndedAt() != nil && k.GetEndedBy() == q.GetBy():
			return &notificationv1.MuteAnswered{Mute: k.Mute}, nil
		case k.GetEndedAt() != nil:
			return refusal(muteOver, "%s ended it at %s", k.GetEndedBy(), ended(k.Mute).Format(time.RFC3339)), nil
		case !now.Before(ended(k.Mute)):
			return refusal(muteOver, "it was over at %s", ended(k.Mute).Format(time.RFC3339)), nil
		}
		m := proto.CloneOf(k.Mute)
		m.EndedBy, m.EndedAt = q.GetBy(), bus.Stamp(now)
		err = b.write(ctx, &notificationv1.MuteChanged{Mute: m, Change: "ended", Actor: m.GetEndedBy(), At: m.GetEndedAt()}, k.sequence)
		switch {
		case errors.Is(err, bus.ErrConflict): // somebody else changed it: look again
		case err != nil:
			return nil, err
		default:
			return &notificationv1.MuteAnswered{Mute: m}, nil
		}
	}
}
