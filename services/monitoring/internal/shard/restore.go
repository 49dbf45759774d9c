package shard

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// loadCheckpoint restores the engine from the newest valid checkpoint, or
// begins anew at the stream's beginning. That a checkpoint can not be read now
// is an error: it says nothing against the checkpoint.
func (s *Shard) loadCheckpoint(ctx context.Context) error {
	s.engine, s.position, s.since, s.generation = detect.New(s.policy.Rules, s.opts), 0, time.Time{}, 1
	for _, generation := range s.newestFirst() {
		m := s.manifests[generation]
		if m.ShardCheckpoint == nil {
			continue
		}
		engine, err := s.restore(ctx, generation, m)
		if err == nil {
			s.engine, s.position, s.since, s.generation = engine, m.goesOnAt(s.state), bus.Moment(m.Since), generation
			break
		}
		if !errors.Is(err, errUseless) && !errors.Is(err, detect.ErrSnapshot) {
			return err
		}
		s.log.Warn("a checkpoint is of no use; an older one or the stream itself will do", "generation", generation, "error", err)
	}
	s.torn, s.frozen = false, s.position
	return nil
}

// readManifests learns what checkpoints there are.
func (s *Shard) readManifests(ctx context.Context) error {
	for generation := range s.manifests {
		m, err := s.readManifest(ctx, generation)
		if err != nil {
			return err
		}
		s.manifests[generation] = m
	}
	return nil
}

// newestFirst are the generations in the order in which to try them.
func (s *Shard) newestFirst() []int {
	a, b := s.manifests[0], s.manifests[1]
	if cmp.Or(cmp.Compare(a.GetEpoch(), b.GetEpoch()), cmp.Compare(a.GetPosition(), b.GetPosition())) < 0 {
		return []int{1, 0}
	}
	return []int{0, 1}
}

// goesOnAt is the position to read on from after a checkpoint: its own, unless
// the input from there on was lost since.
func (m manifest) goesOnAt(st state) uint64 {
	if m.Epoch < st.LostEpoch {
		return min(m.Position, st.LostPosition)
	}
	return m.Position
}

// fits says why a checkpoint can not be this engine's under this policy.
func (s *Shard) fits(m manifest) error {
	if m.Engine != detect.Version {
		return fmt.Errorf("%w: it is of engine version %d, this is %d", errUseless, m.Engine, detect.Version)
	}
	if m.Policy != s.policy.Version {
		return fmt.Errorf("%w: it is of policy %s, this is %s", errUseless, m.Policy, s.policy.Version)
	}
	return nil
}

// sweep deletes what owners have left that were stopped while they wrote.
func (s *Shard) sweep(ctx context.Context) error {
	subjects, err := s.conn.Subjects(ctx, topology.Checkpoints, topology.CheckpointsOf(s.name))
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for generation, m := range s.manifests {
		named[topology.CheckpointSubject(s.name, generation)] = true
		for i := range m.GetChunks() {
			named[topology.CheckpointChunkSubject(s.name, generation, m.Epoch, i)] = true
		}
	}
	for _, subject := range subjects {
		if !named[subject] {
			s.forget(ctx, subject)
		}
	}
	return nil
}

// restore reads the chunks that a manifest names and makes an engine of them.
func (s *Shard) restore(ctx context.Context, generation int, m manifest) (*detect.Engine, error) {
	if err := s.fits(m); err != nil {
		return nil, err
	}
	data := make([]byte, 0, int(m.Chunks)*chunkSize)
	for i := range m.Chunks {
		c, _, err := s.readPart(ctx, topology.CheckpointChunkSubject(s.name, generation, m.Epoch, i))
		if err != nil {
			return nil, err
		}
		if c == nil || c.Position != m.Position {
			return nil, fmt.Errorf("%w: chunk %d of %d is not there", errUseless, i, m.Chunks)
		}
		data = append(data, c.Data...)
	}
	if !bytes.HasSuffix(data, m.Sha256) { // whether the bytes have this hash, the engine looks itself
		return nil, fmt.Errorf("%w: its chunks are of another", errUseless)
	}
	return detect.Restore(bytes.NewReader(data), s.policy.Rules, s.opts)
}

// readManifest reads a generation's manifest. It is nil if there is none, or none
// that can be read; the sequence is that of what stands there all the same.
func (s *Shard) readManifest(ctx context.Context, generation int) (manifest, error) {
	c, seq, err := s.readPart(ctx, topology.CheckpointSubject(s.name, generation))
	if errors.Is(err, errUseless) {
		s.log.Warn("a checkpoint is of no use; an older one or the stream itself will do", "generation", generation, "error", err)
		err = nil
	}
	return manifest{c, seq}, err
}

// readPart reads one part of a checkpoint and its sequence; nil if it is not there.
func (s *Shard) readPart(ctx context.Context, subject string) (*monitoringv1.ShardCheckpoint, uint64, error) {
	raw, err := s.conn.Last(ctx, topology.Checkpoints, subject)
	if err != nil || raw.Sequence == 0 {
		return nil, 0, err
	}
	c := &monitoringv1.ShardCheckpoint{}
	if err := bus.Decode(raw, c); err != nil {
		return nil, raw.Sequence, fmt.Errorf("%w: %s: %w", errUseless, subject, err)
	}
	return c, raw.Sequence, nil
}
