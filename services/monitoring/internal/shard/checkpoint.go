package shard

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// chunkSize keeps a checkpoint's messages well under the server's limit of 1 MiB.
const chunkSize = 512 << 10

// errUseless says that a checkpoint is there but can not be restored, now or later.
var errUseless = errors.New("the checkpoint is of no use")

// frozen is an engine's state at a position, to be written beside reading.
type frozen struct {
	shard    *Shard
	position uint64
	since    time.Time
	state    io.WriterTo // written once
	// at is when reading stopped for it, stall for how long.
	at    time.Time
	stall time.Duration
}

// freeze takes the engine's state; the shard is at rest between two messages.
func (s *Shard) freeze() *frozen {
	began := time.Now()
	state := s.engine.Freeze()
	s.frozen = s.position
	return &frozen{shard: s, position: s.position, since: s.since, state: state, at: began, stall: time.Since(began)}
}

// written is a state that was written already, and can be again.
type written []byte

func (w written) WriteTo(to io.Writer) (int64, error) {
	n, err := to.Write(w)
	return int64(n), err
}

// A manifest is what makes a generation's chunks valid, with its place on the stream.
type manifest struct {
	*monitoringv1.ShardCheckpoint
	seq uint64
}

// keep writes a checkpoint into the generation that does not hold the newest
// one: chunks first, which no other owner writes over since they bear the
// epoch, then the manifest, if the last one there is the one that we know.
func (s *Shard) keep(ctx context.Context, f *frozen) error {
	s.kept.Lock()
	defer s.kept.Unlock()
	if err := s.stillOwner(ctx); err != nil {
		return err
	}
	generation := 1 - s.generation
	head := &monitoringv1.ShardCheckpoint{
		Shard: s.name, Position: f.position, Epoch: s.epoch, Policy: s.policy.Version, Engine: detect.Version,
		Since: bus.Stamp(f.since),
	}
	w := &chunks{ctx: ctx, shard: s, generation: generation, position: f.position}
	if _, err := f.state.WriteTo(w); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	head.Chunk, head.Chunks, head.Sha256 = w.n, w.n, w.end
	if err := s.keepManifest(ctx, generation, head); err != nil {
		return err
	}
	s.generation = generation
	s.meter.kept(ctx, f, w.size)
	return nil
}

// chunks publishes what is written to it, a chunk at a time.
type chunks struct {
	ctx        context.Context
	shard      *Shard
	generation int
	position   uint64
	buf        []byte
	end        []byte // the last bytes: the snapshot's hash
	n          uint32
	size       int
}

func (w *chunks) Write(b []byte) (int, error) {
	w.end = append(w.end, b[max(0, len(b)-sha256.Size):]...)
	w.end = w.end[max(0, len(w.end)-sha256.Size):]
	for rest := b; len(rest) > 0; {
		n := min(len(rest), chunkSize-len(w.buf))
		w.buf, rest = append(w.buf, rest[:n]...), rest[n:]
		if len(w.buf) == chunkSize {
			if err := w.flush(); err != nil {
				return len(b) - len(rest), err
			}
		}
	}
	return len(b), nil
}

func (w *chunks) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	s := w.shard
	_, err := s.conn.Publish(w.ctx, bus.Event{
		Subject: topology.CheckpointChunkSubject(s.name, w.generation, s.epoch, w.n),
		ID:      bus.ID("checkpoint", s.name, fmt.Sprint(s.epoch), fmt.Sprint(w.position), fmt.Sprint(w.n)),
		Payload: &monitoringv1.ShardCheckpoint{Shard: s.name, Position: w.position, Epoch: s.epoch, Chunk: w.n, Data: w.buf},
	})
	w.size += len(w.buf)
	w.n, w.buf = w.n+1, w.buf[:0]
	return err
}

// keepManifest makes the generation's chunks valid. Where another manifest
// stands than the one known, its epoch tells: a newer owner's fences us; an
// older one's came late and is written over.
func (s *Shard) keepManifest(ctx context.Context, generation int, head *monitoringv1.ShardCheckpoint) error {
	known := s.manifests[generation]
	for {
		seq, err := s.conn.Publish(ctx, bus.Event{
			Subject: topology.CheckpointSubject(s.name, generation), Payload: head, ExpectLast: &known.seq,
			ID: bus.ID("checkpoint", s.name, fmt.Sprint(head.Epoch), fmt.Sprint(head.Position), "manifest"),
		})
		if err == nil {
			s.manifests[generation] = manifest{head, seq}
			if known.ShardCheckpoint != nil && known.Epoch != head.Epoch {
				s.forget(ctx, topology.CheckpointChunks(s.name, generation, known.Epoch))
			}
			return nil
		}
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
		now, rerr := s.readManifest(ctx, generation)
		switch {
		case rerr != nil:
			return rerr
		case now.seq <= known.seq:
			return err // a replica that lags, or our own write on its way
		case now.ShardCheckpoint != nil && now.Epoch > head.Epoch:
			return fmt.Errorf("shard %s, epoch %d, now %d: %w", s.name, head.Epoch, now.Epoch, ErrFenced)
		}
		known = now
	}
}

// keepLast saves a checkpoint where the shard ends, so that the next owner has
// little to read again: but not if the engine holds a part of a message, or not
// all changes are published, since nobody would find those again.
func (s *Shard) keepLast(ctx context.Context) error {
	if s.torn || s.unsaid || s.position == s.frozen {
		return nil
	}
	if err := s.keep(ctx, s.freeze()); err != nil {
		return fmt.Errorf("last checkpoint of shard %s: %w", s.name, err)
	}
	return nil
}

// forget deletes chunks that no manifest names. What stays only takes room.
func (s *Shard) forget(ctx context.Context, subject string) {
	if err := s.conn.Purge(ctx, topology.Checkpoints, subject); err != nil {
		s.log.Warn("old parts of a checkpoint stay a while", "subject", subject, "error", err)
	}
}
