package shard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// chunkSize keeps a checkpoint's messages well under the server's limit of 1 MiB.
const chunkSize = 512 << 10

const manifest = "manifest"

// errUseless says that a checkpoint is there but can not be restored, now or later.
var errUseless = errors.New("the checkpoint is of no use")

// saveCheckpoint writes the engine's state as of s.position into the
// generation that does not hold the newest checkpoint. A stale owner gets
// ErrFenced: it would write over the new owner's checkpoints.
func (s *Shard) saveCheckpoint(ctx context.Context) error {
	if err := s.stillOwner(ctx); err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := s.engine.Snapshot(&buf); err != nil {
		return fmt.Errorf("snapshot of shard %s: %w", s.name, err)
	}
	data := buf.Bytes()
	sum := sha256.Sum256(data)
	generation := s.generation + 1
	base := monitoringv1.ShardCheckpoint{
		Shard: s.name, Position: s.position, Epoch: s.state.Epoch, Sha256: sum[:],
		Chunks: uint32((len(data) + chunkSize - 1) / chunkSize), Policy: s.policy.Version, Engine: detect.Version,
	}
	publish := func(part string, chunk uint32, data []byte) error {
		c := &monitoringv1.ShardCheckpoint{
			Shard: base.Shard, Position: base.Position, Epoch: base.Epoch, Sha256: base.Sha256,
			Chunk: chunk, Chunks: base.Chunks, Policy: base.Policy, Engine: base.Engine, Data: data,
		}
		_, err := s.conn.Publish(ctx, bus.Event{
			Subject: topology.CheckpointSubject(s.name, generation, part), Payload: c,
			ID: bus.ID("checkpoint", s.name, fmt.Sprint(base.Epoch), fmt.Sprint(base.Position), part),
		})
		return err
	}
	for i := range base.Chunks {
		end := min(len(data), int(i+1)*chunkSize)
		if err := publish(fmt.Sprint(i), i, data[int(i)*chunkSize:end]); err != nil {
			return err
		}
	}
	if err := publish(manifest, base.Chunks, nil); err != nil {
		return err
	}
	s.generation, s.saved = generation, s.position
	return nil
}

// loadCheckpoint restores the engine from the newest valid checkpoint, or
// begins anew at the stream's beginning. That a checkpoint can not be read now
// is an error: it says nothing against the checkpoint.
func (s *Shard) loadCheckpoint(ctx context.Context) error {
	s.engine, s.position, s.generation = detect.New(s.policy.Rules, s.opts), 0, 1
	for generation := range 2 {
		err := s.loadGeneration(ctx, generation)
		if errors.Is(err, errUseless) || errors.Is(err, detect.ErrSnapshot) {
			s.log.Warn("a checkpoint is of no use; an older one or the stream itself will do", "shard", s.name, "generation", generation, "error", err)
		} else if err != nil {
			return err
		}
	}
	s.ahead, s.saved, s.savedAt = false, s.position, s.now()
	return nil
}

// loadGeneration restores the engine from a generation's checkpoint, if it has
// one and that is newer than what has been restored.
func (s *Shard) loadGeneration(ctx context.Context, generation int) error {
	m, err := s.readChunk(ctx, generation, manifest)
	if err != nil || m == nil || m.Position <= s.position {
		return err
	}
	engine, err := s.restore(ctx, generation, m)
	if err != nil {
		return err
	}
	s.engine, s.position, s.generation = engine, m.Position, generation
	return nil
}

// restore reads the chunks that a manifest names and makes an engine of them.
func (s *Shard) restore(ctx context.Context, generation int, m *monitoringv1.ShardCheckpoint) (*detect.Engine, error) {
	if m.Engine != detect.Version {
		return nil, fmt.Errorf("%w: it is of engine version %d, this is %d", errUseless, m.Engine, detect.Version)
	}
	if m.Policy != s.policy.Version {
		return nil, fmt.Errorf("%w: it is of policy %s, this is %s", errUseless, m.Policy, s.policy.Version)
	}
	var data []byte
	for i := range m.Chunks {
		c, err := s.readChunk(ctx, generation, fmt.Sprint(i))
		if err != nil {
			return nil, err
		}
		if c == nil || c.Position != m.Position || c.Epoch != m.Epoch {
			return nil, fmt.Errorf("%w: chunk %d of %d is not there", errUseless, i, m.Chunks)
		}
		data = append(data, c.Data...)
	}
	if sum := sha256.Sum256(data); !bytes.Equal(sum[:], m.Sha256) {
		return nil, fmt.Errorf("%w: its bytes do not have the hash they had", errUseless)
	}
	return detect.Restore(bytes.NewReader(data), s.policy.Rules, s.opts)
}

// readChunk reads one part of a checkpoint; nil if it is not there.
func (s *Shard) readChunk(ctx context.Context, generation int, part string) (*monitoringv1.ShardCheckpoint, error) {
	raw, err := s.conn.Last(ctx, topology.Checkpoints, topology.CheckpointSubject(s.name, generation, part))
	if err != nil || raw.Sequence == 0 {
		return nil, err
	}
	c := &monitoringv1.ShardCheckpoint{}
	if err := bus.Decode(raw, c); err != nil {
		return nil, fmt.Errorf("%w: part %s: %w", errUseless, part, err)
	}
	return c, nil
}

type useless struct{ error }
