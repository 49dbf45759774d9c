package shard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// The newest checkpoint is generation 1, the one before generation 0; each case
// says what befalls them, and after which message reading goes on then.
func TestADamagedCheckpointIsNotUsed(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(3, 80)
	want := undisturbed(t, p, input)
	older, newer := input[24].Sequence, input[49].Sequence
	for name, c := range map[string]struct {
		harm func(t *testing.T, w world)
		from uint64
	}{
		"nothing":            {func(*testing.T, world) {}, newer},
		"a chunk is missing": {func(t *testing.T, w world) { remove(t, w, chunk(1)) }, older},
		"a chunk has other bytes": {func(t *testing.T, w world) {
			rewrite(t, w, chunk(1), func(c *monitoringv1.ShardCheckpoint) { c.Data[len(c.Data)/2] ^= 1 })
		}, older},
		"a chunk is of another checkpoint": {func(t *testing.T, w world) {
			rewrite(t, w, chunk(1), func(c *monitoringv1.ShardCheckpoint) { c.Position-- })
		}, older},
		"a chunk is no message":      {func(t *testing.T, w world) { garble(t, w, chunk(1)) }, older},
		"the manifest is missing":    {func(t *testing.T, w world) { remove(t, w, head(1)) }, older},
		"the manifest is no message": {func(t *testing.T, w world) { garble(t, w, head(1)) }, older},
		"it is of another engine": {func(t *testing.T, w world) {
			rewrite(t, w, head(1), func(c *monitoringv1.ShardCheckpoint) { c.Engine++ })
		}, older},
		"it is of another policy": {func(t *testing.T, w world) {
			rewrite(t, w, head(1), func(c *monitoringv1.ShardCheckpoint) { c.Policy = "sha256:other" })
		}, older},
		"both are gone": {func(t *testing.T, w world) { garble(t, w, head(0)); remove(t, w, chunk(1)) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			s := begin(t, w.conn, p)
			read(t, s, input, 25)
			save(t, s)
			read(t, s, input, 25)
			save(t, s)
			read(t, s, input, 10)
			c.harm(t, w)
			s = begin(t, w.conn, p)
			if s.position != c.from {
				t.Errorf("reads on after %d, want %d", s.position, c.from)
			}
			read(t, s, input, 30)
			save(t, s)
			if again := begin(t, w.conn, p); again.position != s.position {
				t.Errorf("the next checkpoint is of no use: reads on after %d, want %d", again.position, s.position)
			}
			read(t, begin(t, w.conn, p), input, -1)
			same(t, said(t, w.conn), want)
		})
	}
}

func TestACheckpointSpansAsManyChunksAsItNeeds(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, ""), smallPolicy()
	s := begin(t, w.conn, p)
	seq := uint64(0)
	for len(snapshot(t, s.engine)) < 2*chunkSize+1 {
		var many []*ingressv1.Signal
		for i := range 2000 {
			many = append(many, failure(int(seq)*2000+i, fmt.Sprint("tenant-", seq), fmt.Sprint("person-", i), nine))
		}
		seq++
		read(t, s, []bus.Raw{received(seq, nine, many...)}, -1)
	}
	save(t, s)
	again := begin(t, w.conn, p)
	if again.position != s.position || !bytes.Equal(snapshot(t, again.engine), snapshot(t, s.engine)) {
		t.Errorf("restored at %d, want the engine at %d", again.position, s.position)
	}
}

func snapshot(t testing.TB, e *detect.Engine) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEachShardIsFrozenOnceInAnInterval(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	o := NewOwner(w.conn, smallPolicy(), quiet)
	if _, err := o.takeOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := nine
	o.now, o.turned = func() time.Time { return now }, nine
	times := map[string]int{}
	for seq := uint64(1); now.Before(nine.Add(2 * Interval)); seq++ {
		now = now.Add(Interval / 60)
		if err := o.on(t.Context(), tickAt(seq, now)); err != nil {
			t.Fatal(err)
		}
		frozen := 0
		for _, s := range o.shards {
			for len(s.out) > 0 {
				f := <-s.out
				if f.frozen.position != seq {
					t.Errorf("shard %s frozen at %d, want %d", s.name, f.frozen.position, seq)
				}
				times[s.name]++
				frozen++
				<-o.keeping
			}
		}
		if frozen > 1 {
			t.Errorf("%d shards frozen at once", frozen)
		}
	}
	for _, s := range o.shards {
		if n := times[s.name]; n < 1 || n > 2 {
			t.Errorf("shard %s frozen %d times in two intervals", s.name, n)
		}
	}
}

func TestASecondShardIsNotFrozenWhileACheckpointIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	o := NewOwner(w.conn, smallPolicy(), quiet)
	if _, err := o.takeOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := nine
	o.now, o.turned = func() time.Time { return now }, nine
	for seq := range uint64(5) {
		now = now.Add(Interval)
		if err := o.on(t.Context(), tickAt(seq+1, now)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(o.shards[0].out) + len(o.shards[1].out); n != 1 {
		t.Errorf("%d frozen, want the first alone", n)
	}
}

// future is what a policy makes of the input after a position.
func future(t testing.TB, p *policy.Policy, input []bus.Raw, after uint64) []found {
	t.Helper()
	return futureOf(t, newShard(nil, p, 0, quiet), input, after)
}

// futureOf is what a shard that begins anew finds in the input after a position.
func futureOf(t testing.TB, s *Shard, input []bus.Raw, after uint64) []found {
	t.Helper()
	s.engine, s.position = detect.New(s.policy.Rules, s.opts), 0
	var list []found
	for _, raw := range input {
		changes, err := find(t.Context(), s, raw)
		if err != nil {
			t.Fatal(err)
		}
		if raw.Sequence > after {
			list = append(list, changes...)
		}
	}
	return list
}

func TestABusThatIsAwayIsNoReasonToBeginAnew(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, ""), smallPolicy()
	s := begin(t, w.conn, p)
	read(t, s, day(3, 20), -1)
	save(t, s)
	m, err := s.readManifest(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	away, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.restore(away, 0, m); err == nil || errors.Is(err, errUseless) {
		t.Errorf("error = %v, want one that says nothing against the checkpoint", err)
	}
}

func head(generation int) string { return topology.CheckpointSubject("00", generation) }

// chunk is the first one of the first owner.
func chunk(generation int) string { return topology.CheckpointChunkSubject("00", generation, 1, 0) }

func remove(t testing.TB, w world, subject string) {
	t.Helper()
	raw, err := w.conn.Last(t.Context(), topology.Checkpoints, subject)
	if err != nil || raw.Sequence == 0 {
		t.Fatal("no such part:", err)
	}
	stream, err := w.conn.JS().Stream(t.Context(), topology.Checkpoints.Name)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(t.Context(), raw.Sequence); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t testing.TB, w world, subject string, change func(*monitoringv1.ShardCheckpoint)) {
	t.Helper()
	raw, err := w.conn.Last(t.Context(), topology.Checkpoints, subject)
	if err != nil || raw.Sequence == 0 {
		t.Fatal("no such part:", err)
	}
	c := &monitoringv1.ShardCheckpoint{}
	if err := bus.Decode(raw, c); err != nil {
		t.Fatal(err)
	}
	change(c)
	if _, err := w.conn.Publish(t.Context(), bus.Event{Subject: raw.Subject, ID: "rewritten", Payload: c}); err != nil {
		t.Fatal(err)
	}
}

func garble(t testing.TB, w world, subject string) {
	t.Helper()
	m := &nats.Msg{Subject: subject, Data: []byte{0xff, 0xff, 0xff}}
	if _, err := w.conn.JS().PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}
