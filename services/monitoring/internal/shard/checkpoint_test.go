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
		"a chunk is missing": {func(t *testing.T, w world) { remove(t, w, 1, "0") }, older},
		"a chunk has other bytes": {func(t *testing.T, w world) {
			rewrite(t, w, 1, "0", func(c *monitoringv1.ShardCheckpoint) { c.Data[len(c.Data)/2] ^= 1 })
		}, older},
		"a chunk is of another checkpoint": {func(t *testing.T, w world) {
			rewrite(t, w, 1, "0", func(c *monitoringv1.ShardCheckpoint) { c.Position-- })
		}, older},
		"a chunk is no message":      {func(t *testing.T, w world) { garble(t, w, 1, "0") }, older},
		"the manifest is missing":    {func(t *testing.T, w world) { remove(t, w, 1, manifest) }, older},
		"the manifest is no message": {func(t *testing.T, w world) { garble(t, w, 1, manifest) }, older},
		"it is of another engine": {func(t *testing.T, w world) {
			rewrite(t, w, 1, manifest, func(c *monitoringv1.ShardCheckpoint) { c.Engine++ })
		}, older},
		"it is of another policy": {func(t *testing.T, w world) {
			rewrite(t, w, 1, manifest, func(c *monitoringv1.ShardCheckpoint) { c.Policy = "sha256:other" })
		}, older},
		"both are gone": {func(t *testing.T, w world) { garble(t, w, 0, manifest); remove(t, w, 1, "0") }, 0},
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

func TestAShardSavesACheckpointEveryInterval(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, ""), smallPolicy()
	s := begin(t, w.conn, p)
	now := nine
	s.now, s.savedAt = func() time.Time { return now }, nine
	for i := range 10 {
		now = nine.Add(time.Duration(i) * Interval / 4)
		read(t, s, []bus.Raw{tickAt(uint64(i+1), now)}, -1)
	}
	if again := begin(t, w.conn, p); again.position != 9 {
		t.Errorf("saved at %d, want 9: the last multiple of the interval", again.position)
	}
}

func TestAnotherPolicyReadsTheStreamAgainAndSaysNothingOfThePast(t *testing.T) {
	t.Parallel()
	input := day(3, 80)
	old := smallPolicy()
	w := newWorld(t, "")
	s := begin(t, w.conn, old)
	read(t, s, input, 60)
	save(t, s)
	past := said(t, w.conn)

	other := *old
	other.Version, other.Rules.AuthFailures.Over = "sha256:other", 3
	s = begin(t, w.conn, &other)
	if s.position != 0 {
		t.Errorf("reads on after %d, want 0", s.position)
	}
	read(t, s, input, 60)
	same(t, said(t, w.conn), past)
	want := len(future(t, &other, input, s.state.Position))
	read(t, s, input, -1)
	if got := len(said(t, w.conn)) - len(past); got != want {
		t.Errorf("said %d changes more, want the %d of the other policy", got, want)
	}
}

func TestAnotherPolicySaysNoMoreOfTheLastMessageThatWasPublished(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, ""), smallPolicy()
	input := []bus.Raw{received(7, nine,
		failure(1, "t0", "u1", nine), failure(2, "t0", "u2", nine), failure(3, "t0", "u3", nine),
		failure(4, "t1", "u1", nine), failure(5, "t1", "u2", nine))}
	read(t, begin(t, w.conn, p), input, -1)
	want := said(t, w.conn)
	other := *p
	other.Version, other.Rules.AuthFailures.Over = "sha256:other", 1
	read(t, begin(t, w.conn, &other), input, -1)
	same(t, said(t, w.conn), want)
}

// future is what a policy makes of the input after a position.
func future(t testing.TB, p *policy.Policy, input []bus.Raw, after uint64) []detect.Change {
	t.Helper()
	s := Tenants(nil, p, 0, quiet)
	s.engine = detect.New(p.Rules, s.opts)
	var list []detect.Change
	for _, raw := range input {
		changes, err := s.step(raw)
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
	m, err := s.readChunk(t.Context(), 0, manifest)
	if err != nil {
		t.Fatal(err)
	}
	away, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.restore(away, 0, m); err == nil || errors.Is(err, errUseless) {
		t.Errorf("error = %v, want one that says nothing against the checkpoint", err)
	}
}

func part(generation int, part string) string {
	return topology.CheckpointSubject("00", generation, part)
}

func remove(t testing.TB, w world, generation int, name string) {
	t.Helper()
	raw, err := w.conn.Last(t.Context(), topology.Checkpoints, part(generation, name))
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

func rewrite(t testing.TB, w world, generation int, name string, change func(*monitoringv1.ShardCheckpoint)) {
	t.Helper()
	raw, err := w.conn.Last(t.Context(), topology.Checkpoints, part(generation, name))
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

func garble(t testing.TB, w world, generation int, name string) {
	t.Helper()
	m := &nats.Msg{Subject: part(generation, name), Data: []byte{0xff, 0xff, 0xff}}
	if _, err := w.conn.JS().PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}
