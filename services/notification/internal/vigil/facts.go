package vigil

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/pulse"
	"tocsin/services/notification/internal/route"

	intakev1 "tocsin/proto/gen/intake/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// asking is how long review may take to answer.
const asking = 2 * time.Second

// facts is what is found now. An error says that the bus does not say it.
func (v *Vigil) facts(ctx context.Context, f *route.File, now time.Time) (pulse.Facts, error) {
	found := pulse.Facts{At: now}
	readers, err := v.consumers(ctx)
	if err != nil {
		return found, err
	}
	if in := readers[topology.IntakeOnIngress.Name]; in == nil || in.NumWaiting == 0 {
		found.Deaf = true
	}
	if found.Sources, err = v.sources(ctx); err != nil {
		return found, err
	}
	if found.Destinations, err = v.destinations(ctx, f, readers); err != nil {
		return found, err
	}
	for _, c := range topology.Consumers() {
		if c.Optional || c.Pinned { // monitoring's election shows in that it looks
			continue
		}
		r, err := v.reader(ctx, c, readers[c.Name])
		if err != nil {
			return found, err
		}
		found.Parts.Readers = append(found.Parts.Readers, r)
	}
	if found.Parts.Looked, err = v.looked(ctx, now); err != nil {
		return found, err
	}
	found.Parts.Review, found.Parts.Unsent = v.review(ctx, now)
	return found, nil
}

// consumers are how all durable consumers stand, by name.
func (v *Vigil) consumers(ctx context.Context) (map[string]*jetstream.ConsumerInfo, error) {
	all, seen := map[string]*jetstream.ConsumerInfo{}, map[string]bool{}
	streams := []topology.Stream{topology.Notifications, topology.Due}
	for _, c := range topology.Consumers() {
		streams = append(streams, c.Stream)
	}
	for _, s := range streams {
		if seen[s.Name] {
			continue
		}
		seen[s.Name] = true
		stream, err := v.Conn.JS().Stream(ctx, s.Name)
		if err != nil {
			return nil, fmt.Errorf("look up stream %s: %w", s.Name, err)
		}
		list := stream.ListConsumers(ctx)
		for info := range list.Info() {
			all[info.Name] = info
		}
		if err := list.Err(); err != nil {
			return nil, fmt.Errorf("list the consumers of %s: %w", s.Name, err)
		}
	}
	return all, nil
}

// sources are when each was heard last, as intake says.
func (v *Vigil) sources(ctx context.Context) (all []pulse.Heard, err error) {
	err = v.Conn.Latest(ctx, topology.Sources, topology.AllHeard, func(raw bus.Raw) error {
		m := &intakev1.SourceHeard{}
		if err := bus.Decode(raw, m); err != nil {
			return err
		}
		all = append(all, pulse.Heard{Name: m.GetSource(), Mark: raw.Sequence, At: bus.Moment(m.GetReceivedAt())})
		return nil
	})
	return once(all), err
}

// destinations are when each took something last, and what waits.
func (v *Vigil) destinations(ctx context.Context, f *route.File, readers map[string]*jetstream.ConsumerInfo) ([]pulse.Heard, error) {
	took := map[string]pulse.Heard{}
	err := v.Conn.Latest(ctx, topology.Pulse, topology.AllTook, func(raw bus.Raw) error {
		m := &notificationv1.DestinationTook{}
		if err := bus.Decode(raw, m); err != nil {
			return err
		}
		took[m.GetDestination()] = pulse.Heard{Mark: raw.Sequence, At: bus.Moment(m.GetAt())}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []pulse.Heard
	for _, name := range f.Names() {
		h := took[name]
		h.Name = name
		h.Waiting = waiting(readers[topology.ToDestination(name).Name]) + waiting(readers[topology.DueAtDestination(name).Name])
		all = append(all, h)
	}
	if _, named := f.Destinations[v.Webhook]; v.Webhook != "" && !named {
		h := took[v.Webhook]
		h.Name, h.Waiting = v.Webhook, waiting(readers[topology.NotificationToWebhook.Name])
		all = append(all, h)
	}
	return all, nil
}

// waiting is what a consumer has not done with.
func waiting(c *jetstream.ConsumerInfo) uint64 {
	if c == nil {
		return 0
	}
	return c.NumPending + uint64(c.NumAckPending) //nolint:gosec // a count
}

// once drops repeats: one that was replaced while it was read comes twice.
func once(list []pulse.Heard) []pulse.Heard {
	at, all := map[string]int{}, list[:0]
	for _, h := range list {
		if i, is := at[h.Name]; is {
			all[i] = h
			continue
		}
		at[h.Name] = len(all)
		all = append(all, h)
	}
	return all
}

// reader is how a durable consumer of the topology stands. Both times are the server's.
func (v *Vigil) reader(ctx context.Context, c topology.Consumer, info *jetstream.ConsumerInfo) (pulse.Reader, error) {
	r := pulse.Reader{Name: c.Name, Waiting: waiting(info)}
	if info == nil {
		return r, nil
	}
	r.Reads, r.Mark = info.NumWaiting > 0, info.AckFloor.Consumer
	if r.Waiting == 0 {
		return r, nil
	}
	s, err := v.Conn.JS().Stream(ctx, c.Stream.Name)
	if err != nil {
		return r, fmt.Errorf("look up stream %s: %w", c.Stream.Name, err)
	}
	oldest, err := s.GetMsg(ctx, info.AckFloor.Stream+1, jetstream.WithGetMsgSubject(cmp.Or(c.Filter, ">")))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound): // it was done with meanwhile
		return r, nil
	case err != nil:
		return r, fmt.Errorf("read what waits for %s: %w", c.Name, err)
	}
	r.Waits = info.TimeStamp.Sub(oldest.Time)
	return r, nil
}

// looked is how long ago the shard of monitoring that lags most looked, by when the
// bus stored it; negative where none has.
func (v *Vigil) looked(ctx context.Context, now time.Time) (time.Duration, error) {
	shards := map[string]time.Time{}
	err := v.Conn.Latest(ctx, topology.Standings, topology.AllLooked, func(raw bus.Raw) error {
		shards[raw.Subject] = raw.StoredAt
		return nil
	})
	if err != nil || len(shards) == 0 {
		return -1, err
	}
	var longest time.Duration
	for _, at := range shards {
		longest = max(longest, now.Sub(at))
	}
	return longest, nil
}

// review asks review whether it is alive, down to its ledger.
func (v *Vigil) review(ctx context.Context, now time.Time) (alive bool, unsent time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	answer := &reviewv1.PulseAnswered{}
	if err := v.Conn.Ask(ctx, topology.AskReviewSubject(), &reviewv1.PulseAsked{}, answer); err != nil {
		return false, 0
	}
	if since := bus.Moment(answer.GetUnsentSince()); !since.IsZero() {
		unsent = now.Sub(since)
	}
	return true, unsent
}
