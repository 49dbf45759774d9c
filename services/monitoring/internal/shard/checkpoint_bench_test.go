package shard

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

// crowd gives the shard people who could not log in lately.
func crowd(b *testing.B, s *Shard, z size) {
	b.Helper()
	now := time.Now()
	s.engine = detect.New(s.policy.Rules, s.opts)
	for i := range z.people {
		s.engine.Apply(detect.Signal{
			Source: "okta", ID: fmt.Sprint("a", i), Tenant: fmt.Sprint("tenant-", i%z.tenants), At: now.Add(-time.Duration(z.people-i) * time.Microsecond),
			Kind: detect.KindAuthAttempt, Auth: detect.AuthAttempt{User: fmt.Sprintf("%032x", i), Method: detect.MethodPassword, Failure: detect.FailureTimeout},
		}, now)
	}
	s.engine.Advance(now.Add(time.Minute)) // by steps, or it would be a gap in reading
	for at := time.Minute; at < z.later; at += time.Minute {
		s.engine.Advance(now.Add(at + time.Minute))
	}
	s.position = 1
}

// A size is how much a shard holds.
type size struct {
	name            string
	people, tenants int
	// later is how long after the last of them it is.
	later time.Duration
}

// The platform's shard may hold a million people; a million open windows lie in
// sixteen shards.
var (
	raised  = size{"a million people since the raise", 1_000_000, 100, 0}
	people  = size{"a million people", 1_000_000, 100, 11 * time.Minute}
	windows = size{"a sixteenth of a million windows", 62_500, 62_500, 0}
)

// BenchmarkStall is how long reading waits for a checkpoint, and how large it is.
func BenchmarkStall(b *testing.B) {
	for _, size := range []size{raised, people, windows} {
		b.Run(size.name, func(b *testing.B) {
			s := newShard(nil, policy.Default(), 0, quiet)
			crowd(b, s, size)
			var stall, cpu time.Duration
			n := 0
			for b.Loop() {
				before := cpuNow()
				f := s.freeze()
				cpu = max(cpu, cpuNow()-before)
				stall = max(stall, f.stall)
				var c counter
				if _, err := f.state.WriteTo(&c); err != nil {
					b.Fatal(err)
				}
				n = int(c)
			}
			b.ReportMetric(float64(stall.Microseconds())/1000, "stall-ms(max)")
			b.ReportMetric(float64(cpu.Microseconds())/1000, "stall-cpu-ms(max)")
			b.ReportMetric(float64(n)/float64(size.people), "B/person")
		})
	}
}

// BenchmarkRestart is how long an owner takes from nothing to the first new
// signal, with checkpoints that hold so much.
func BenchmarkRestart(b *testing.B) {
	for _, c := range []struct {
		name   string
		shards int
		size   size
	}{{"a million people in one shard", 1, people}, {"a million windows in sixteen shards", topology.Shards, windows}} {
		b.Run(c.name, func(b *testing.B) {
			w, p := newWorld(b, ""), policy.Default()
			o := NewOwner(w.conn, p, quiet)
			if _, err := o.takeOver(b.Context()); err != nil {
				b.Fatal(err)
			}
			for _, s := range o.shards[:c.shards] {
				crowd(b, s, c.size)
				save(b, s)
			}
			var cpu time.Duration
			for b.Loop() {
				before := cpuNow()
				again := NewOwner(w.conn, p, quiet)
				in, err := again.takeOver(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				if again.shards[0].position != 1 {
					b.Fatal("the checkpoint is of no use")
				}
				ctx, cancel := context.WithCancel(b.Context())
				again.now = func() time.Time { cancel(); return time.Now() }
				if err := again.work(ctx, in); err != nil {
					b.Fatal(err)
				}
				cpu = cpuNow() - before
			}
			b.ReportMetric(cpu.Seconds(), "cpu-s")
		})
	}
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
