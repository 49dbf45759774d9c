package shard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// chunkSize keeps a checkpoint's messages well under the server's limit of 1 MiB.
const chunkSize = 512 << 10

const manifest = "manifest"

// saveCheckpoint writes the engine's state as of s.position into the
// generation that does not hold the newest checkpoint.
func (s *Shard) saveCheckpoint(ctx context.Context) error {
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
// begins anew at the stream's beginning.
func (s *Shard) loadCheckpoint(ctx context.Context) error {
	s.engine, s.position, s.generation = detect.New(s.policy.Rules, s.opts), 0, 1
	for generation := range 2 {
		m, err := s.readChunk(ctx, generation, manifest)
		if err != nil {
			return err
		}
		if m == nil || m.Position <= s.position {
			continue
		}
		engine, err := s.restore(ctx, generation, m)
		if err != nil {
			s.log.Warn("a checkpoint is of no use; an older one or the stream itself will do", "shard", s.name, "position", m.Position, "error", err)
			continue
		}
		s.engine, s.position, s.generation = engine, m.Position, generation
	}
	s.saved = s.position
	return nil
}

// restore reads the chunks that a manifest names and makes an engine of them.
func (s *Shard) restore(ctx context.Context, generation int, m *monitoringv1.ShardCheckpoint) (*detect.Engine, error) {
	if m.Engine != detect.Version {
		return nil, fmt.Errorf("it is of engine version %d, this is %d", m.Engine, detect.Version)
	}
	if m.Policy != s.policy.Version {
		return nil, fmt.Errorf("it is of policy %s, this is %s", m.Policy, s.policy.Version)
	}
	var data []byte
	for i := range m.Chunks {
		c, err := s.readChunk(ctx, generation, fmt.Sprint(i))
		if err != nil {
			return nil, err
		}
		if c == nil || c.Position != m.Position || c.Epoch != m.Epoch {
			return nil, fmt.Errorf("chunk %d of %d is not there", i, m.Chunks)
		}
		data = append(data, c.Data...)
	}
	if sum := sha256.Sum256(data); !bytes.Equal(sum[:], m.Sha256) {
		return nil, fmt.Errorf("its bytes do not have the hash they had")
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
		return nil, fmt.Errorf("checkpoint of shard %s: %w", s.name, err)
	}
	return c, nil
}
