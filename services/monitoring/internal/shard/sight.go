package shard

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// glance is how often the owner says how far it sees, and looks whether the
// stream is still the one that it reads.
const glance = 5 * time.Second

// errLost says that the stream is not the one any more that was read. Taking
// over again finds out what is left of it.
var errLost = errors.New("the stream of signals is another, or shorter than what was read of it")

// A sight is how far the reader sees, and the last span that it did not.
type sight struct {
	position uint64
	stamp    time.Time
	// since and until are the stamps around the span; why is empty without one.
	since, until time.Time
	why          string
	lost         uint64
}

// see goes on to a message; a span without any longer than gap was blind.
func (v *sight) see(m bus.Meta, gap time.Duration) (blind bool) {
	next := *v
	switch {
	case v.why != "" && v.until.IsZero():
		next.until = m.StoredAt
	case v.position > 0 && m.Sequence > v.position+1:
		next.since, next.until, next.why, next.lost = v.stamp, m.StoredAt, whyGone, m.Sequence-v.position-1
	case !v.stamp.IsZero() && m.StoredAt.Sub(v.stamp) > gap:
		next.since, next.until, next.why, next.lost = v.stamp, m.StoredAt, whySilent, 0
	}
	blind = !next.until.Equal(v.until) && !next.since.Before(v.since) // an older one comes again behind a checkpoint
	if !blind {
		next = *v
	}
	next.position, next.stamp = m.Sequence, m.StoredAt
	*v = next
	return blind
}

// saidSight is a sight as it stands on the bus, with its place there.
type saidSight struct {
	*monitoringv1.Sight
	seq uint64
}

// readSight reads what was last said of how far the shard sees.
func (s *Shard) readSight(ctx context.Context) error {
	raw, err := s.conn.Last(ctx, topology.Checkpoints, topology.SightSubject(s.name))
	if err != nil {
		return err
	}
	v := &monitoringv1.Sight{}
	if err := bus.Decode(raw, v); err != nil {
		v = &monitoringv1.Sight{} // it is a view: the next one is whole again
	}
	s.sight = saidSight{v, raw.Sequence}
	return nil
}

// saySight says how far the shard sees, unless a newer owner does.
func (s *Shard) saySight(ctx context.Context, v *sight, now time.Time) error {
	next := &monitoringv1.Sight{
		Shard: s.name, Position: v.position, ReadUntil: bus.Stamp(v.stamp), SaidAt: bus.Stamp(now), Epoch: s.epoch,
		BlindSince: bus.Stamp(v.since), BlindUntil: bus.Stamp(v.until), Why: v.why, Lost: v.lost,
	}
	id := bus.ID("sight", s.name, fmt.Sprint(s.epoch), now.String())
	err := s.putSight(ctx, next, id)
	if !errors.Is(err, bus.ErrConflict) || s.readSight(ctx) != nil {
		return err
	}
	switch {
	case s.sight.Epoch > s.epoch:
		return fmt.Errorf("shard %s, epoch %d, now %d: %w", s.name, s.epoch, s.sight.Epoch, ErrFenced)
	case s.sight.Epoch == s.epoch && proto.Equal(s.sight.Sight, next):
		return nil // it had been stored, and its answer was lost
	case s.sight.Epoch == s.epoch:
		return s.putSight(ctx, next, id) // so it was with the one before
	}
	return err
}

// putSight stores a sight behind the one that is known.
func (s *Shard) putSight(ctx context.Context, next *monitoringv1.Sight, id string) error {
	seq, err := s.conn.Publish(ctx, bus.Event{Subject: topology.SightSubject(s.name), Payload: next, ExpectLast: &s.sight.seq, ID: id})
	if err == nil {
		s.sight = saidSight{next, seq}
	}
	return err
}

// begin is what the owner sees when it has taken over: as far as was last said,
// from the position to read on from.
func (o *Owner) begin(ctx context.Context, losses []loss) error {
	v := sight{position: o.position()}
	for _, s := range o.shards {
		if t := bus.Moment(s.sight.BlindSince); t.After(v.since) {
			v.since, v.until, v.why, v.lost = t, bus.Moment(s.sight.BlindUntil), s.sight.Why, s.sight.Lost
		}
		if t := bus.Moment(s.sight.ReadUntil); t.After(v.stamp) {
			v.stamp = t
		}
	}
	for _, l := range losses {
		if l.rewinds {
			o.log.Error("a part of the signals is lost; conditions go on from what was read", "why", l.why, "blind since", v.stamp)
			v.since, v.until, v.why, v.lost = v.stamp, time.Time{}, l.why, 0
			break
		}
	}
	if v.position > 0 {
		raw, err := o.conn.At(ctx, topology.Signals, v.position)
		if err != nil {
			return err
		}
		if raw.Sequence > 0 {
			v.stamp = raw.StoredAt
		}
	}
	o.sight = v
	o.seen.Store(&v)
	return nil
}

// look notes a message before it is read.
func (o *Owner) look(ctx context.Context, raw bus.Raw) {
	if o.sight.see(raw.Meta, o.gap) {
		o.log.Warn("blind for a while", "since", o.sight.since, "until", o.sight.until, "why", o.sight.why, "messages", o.sight.lost)
		o.shards[topology.Shards].meter.blind.Add(ctx, o.sight.until.Sub(o.sight.since).Seconds())
	}
	v := o.sight
	o.seen.Store(&v)
}

// watch says how far the owner sees, and ends it when the stream is not the one
// that it reads.
func (o *Owner) watch(ctx context.Context, in input, stop context.CancelCauseFunc) {
	t := time.NewTicker(glance)
	defer t.Stop()
	for {
		if err := o.saySights(ctx); err != nil {
			stop(err)
		}
		select {
		case <-ctx.Done():
			_ = o.saySights(context.WithoutCancel(ctx)) // up to here
			return
		case <-t.C:
		}
		read := o.seen.Load().position
		created, last, err := o.conn.Created(ctx, topology.Signals)
		if err == nil && (!created.Equal(in.created) || last < read) {
			stop(errLost)
		}
	}
}

// saySights says how far each shard sees; ErrFenced if another does. What else
// fails is said again a moment later.
func (o *Owner) saySights(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	v := o.seen.Load()
	for _, s := range o.shards {
		err := s.saySight(within, v, o.now())
		switch {
		case errors.Is(err, ErrFenced):
			return err
		case err != nil && ctx.Err() == nil:
			s.log.Warn("could not say how far the shard sees; it is said again", "error", err)
			return nil
		case err != nil:
			return nil
		}
	}
	return nil
}
