package vigil

import (
	"time"

	"tocsin/pkg/bus"
	"tocsin/services/notification/internal/pulse"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// message is an answer as it is kept.
func message(k known) *notificationv1.Pulse {
	s := k.state
	m := &notificationv1.Pulse{
		At: bus.Stamp(s.At), Since: bus.Stamp(s.Since), BeatAt: bus.Stamp(k.beat.at), BeatAnswer: k.beat.answer,
		Sources: voices(s.Sources), Destinations: voices(s.Destinations), Consumers: voices(s.Readers),
	}
	for _, t := range s.Troubles {
		m.Wrong = append(m.Wrong, t.String())
	}
	return m
}

func voices(list []pulse.Voice) []*notificationv1.Voice {
	out := make([]*notificationv1.Voice, len(list))
	for i, v := range list {
		out[i] = &notificationv1.Voice{
			Name: v.Name, Mark: v.Mark, Since: bus.Stamp(v.Since), HeardAt: bus.Stamp(v.HeardAt), CalledAt: bus.Stamp(v.CalledAt),
			QuietMs: milliseconds(v.Quiet), LimitMs: milliseconds(v.Limit), Silent: v.Silent, Told: v.Told, Waiting: v.Waiting,
		}
	}
	return out
}

func milliseconds(d time.Duration) uint64 { return uint64(d.Milliseconds()) } //nolint:gosec // not negative

// knownOf is an answer that was kept; troubles are found anew at each look.
func knownOf(raw bus.Raw) (known, error) {
	m := &notificationv1.Pulse{}
	if err := bus.Decode(raw, m); err != nil {
		return known{}, err
	}
	return known{
		state: pulse.State{
			At: bus.Moment(m.GetAt()), Since: bus.Moment(m.GetSince()),
			Sources: voicesOf(m.GetSources()), Destinations: voicesOf(m.GetDestinations()), Readers: voicesOf(m.GetConsumers()),
		},
		beat: beaten{bus.Moment(m.GetBeatAt()), m.GetBeatAnswer()}, sequence: raw.Sequence,
	}, nil
}

func voicesOf(list []*notificationv1.Voice) []pulse.Voice {
	out := make([]pulse.Voice, len(list))
	for i, v := range list {
		out[i] = pulse.Voice{
			Name: v.GetName(), Mark: v.GetMark(), Since: bus.Moment(v.GetSince()), HeardAt: bus.Moment(v.GetHeardAt()), CalledAt: bus.Moment(v.GetCalledAt()),
			Quiet: span(v.GetQuietMs()), Limit: span(v.GetLimitMs()), Silent: v.GetSilent(), Told: v.GetTold(), Waiting: v.GetWaiting(),
		}
	}
	return out
}

func span(ms uint64) time.Duration { return time.Duration(ms) * time.Millisecond } //nolint:gosec // our own
