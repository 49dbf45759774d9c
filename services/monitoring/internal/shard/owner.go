package shard

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/services/monitoring/internal/board"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

// Interval is how much time passes between two checkpoints of a shard. It is the
// process's own time: a backlog of days is read without a stop every 30 s of it.
const Interval = 30 * time.Second

// grace is how long what was found may take to be published, once the owner is
// told to stop, and how long the last checkpoints may take after that.
const grace = 5 * time.Second

// An Owner runs all shards over one reading of the stream.
type Owner struct {
	conn *bus.Conn
	log  *slog.Logger
	now  func() time.Time
	// shards are the tenants' by their numbers, then the platform's.
	shards  []*Shard
	decoder *decoder
	// boards are what the shards show people, in the same order; sayer says it.
	boards []board.Board
	sayer  *board.Sayer

	// sight is how far the reader sees, seen the same for others to read; longer
	// than gap without a message is blind.
	sight sight
	seen  atomic.Pointer[sight]
	gap   time.Duration

	// turn is the shard whose checkpoint is next, turned when the last one's was.
	turn   int
	turned time.Time
	// reminded is when the shards were last told again what the stream forgets.
	reminded time.Time
	// keeping holds one while a checkpoint is under way: never two at once.
	keeping chan struct{}
	kept    chan *frozen
}

// NewOwner is an owner of every shard, which owns none before it runs.
func NewOwner(conn *bus.Conn, p *policy.Policy, log *slog.Logger) *Owner {
	o := &Owner{conn: conn, log: log, now: time.Now, gap: p.Rules.Gap, decoder: newDecoder(), keeping: make(chan struct{}, 1), kept: make(chan *frozen, 1)}
	for n := range all {
		o.shards = append(o.shards, newShard(conn, p, n, log))
	}
	o.seen.Store(&o.sight)
	o.sayer = board.NewSayer(conn.PublishBatch, log)
	shared := &stood{conn: conn}
	for _, s := range o.shards {
		s.stood = shared
		o.boards = append(o.boards, board.Board{Shard: s.name})
	}
	return o
}

// Run owns the shards until the context ends or another process takes one of
// them over (ErrFenced). An owner runs once.
func (o *Owner) Run(ctx context.Context) error {
	in, err := o.takeOver(ctx)
	if err != nil {
		return err
	}
	err = o.work(ctx, in)
	if err != nil && !errors.Is(err, errLost) {
		return err
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return errors.Join(err, o.each(func(s *Shard) error { return s.keepLast(last) }))
}

// takeOver makes this process the owner of every shard.
func (o *Owner) takeOver(ctx context.Context) (input, error) {
	now := func(ctx context.Context) (input, error) { return inputNow(ctx, o.conn) }
	in, err := now(ctx)
	if err != nil {
		return in, err
	}
	losses := make([]loss, len(o.shards))
	err = o.each(func(s *Shard) error {
		l, err := s.takeOver(ctx, now)
		losses[slices.Index(o.shards, s)] = l
		return errors.Join(err, s.readSight(ctx))
	})
	if err != nil {
		return in, err
	}
	if err := o.each(func(s *Shard) error { return s.adopt(ctx) }); err != nil {
		return in, err
	}
	return in, o.begin(ctx, losses)
}

// work reads, publishes and keeps until the context ends or one of these fails;
// then it publishes what was found, for as long as the grace.
func (o *Owner) work(ctx context.Context, in input) error {
	reading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	working, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	defer context.AfterFunc(reading, func() { time.AfterFunc(grace, end) })()

	var publishing, keeping sync.WaitGroup
	for _, s := range o.shards {
		s.meter.owns(ctx, 1)
		defer s.meter.owns(working, 0)
		publishing.Go(func() {
			if err := s.publish(working, func(f *frozen) { o.kept <- f }); err != nil {
				s.unsaid = true
				stop(err)
			}
		})
	}
	keeping.Go(func() { o.keep(working, stop) })
	publishing.Go(func() { o.sayer.Run(reading) })
	publishing.Go(func() { o.watch(reading, in, stop) })

	o.turned = o.now()
	stop(o.conn.Follow(reading, bus.Following{Stream: topology.Signals, After: o.position()}, o.on))
	for _, s := range o.shards {
		close(s.out)
	}
	publishing.Wait()
	close(o.kept)
	keeping.Wait()
	if err := context.Cause(reading); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// each does something for every shard, at the same time.
func (o *Owner) each(do func(*Shard) error) error {
	errs := make([]error, len(o.shards))
	var wg sync.WaitGroup
	for i, s := range o.shards {
		wg.Go(func() { errs[i] = do(s) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// position is where to read on: the least of the shards'.
func (o *Owner) position() uint64 {
	least := o.shards[0].position
	for _, s := range o.shards {
		least = min(least, s.position)
	}
	return least
}

// on takes one message of the stream: signals are read by the shard of their
// tenants and by the platform's, ticks by all.
func (o *Owner) on(ctx context.Context, raw bus.Raw) error {
	o.look(ctx, raw)
	m, ok, err := o.decoder.decode(raw)
	if err != nil {
		// Intake alone writes here, so this is a fault to look at; but no reason to see nothing any more.
		o.log.Error("a message is skipped: it can not be decoded, now or later", "sequence", raw.Sequence, "subject", raw.Subject, "error", err)
		o.shards[topology.Shards].meter.skipped.Add(ctx, 1)
		return nil
	}
	if !ok {
		return nil
	}
	for i, s := range o.shards {
		if m.isFor(i) {
			if err := s.take(ctx, &m); err != nil {
				return err
			}
		}
	}
	if m.tick {
		for i, s := range o.shards {
			s.meter.read(ctx, s.engine.Summary(), o.now().Sub(m.stamp))
			o.sayer.Say(o.boards[i].Look(s.engine, m.stamp, o.now()))
		}
		o.remind(m.stamp)
	}
	return o.rotate(ctx)
}

// rotate freezes one shard after the other, so that each has a checkpoint every
// Interval and reading never waits for two.
func (o *Owner) rotate(ctx context.Context) error {
	if o.now().Sub(o.turned) < Interval/time.Duration(len(o.shards)) {
		return nil
	}
	o.turned = o.now()
	s := o.shards[o.turn]
	if s.position == s.frozen {
		o.turn = (o.turn + 1) % len(o.shards)
		return nil
	}
	select {
	case o.keeping <- struct{}{}:
	default:
		return nil // the one before is still being written
	}
	o.turn = (o.turn + 1) % len(o.shards)
	return s.put(ctx, found{frozen: s.freeze()})
}

// keep writes the checkpoints of what was frozen, one after the other.
func (o *Owner) keep(ctx context.Context, stop context.CancelCauseFunc) {
	for f := range o.kept {
		err := f.shard.keep(ctx, f)
		<-o.keeping
		if errors.Is(err, ErrFenced) {
			stop(err)
		} else if err != nil {
			f.shard.log.Warn("no checkpoint this time; a restart reads from the one before", "error", err)
		}
	}
}
