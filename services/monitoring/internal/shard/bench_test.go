package shard

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// What the benchmarks read: a minute of log-ins of 60 tenants, as intake packs them.
const (
	benchSignals = 400_000
	packed       = 500
)

// traffic is an outage now and then among log-ins that mostly work, by shards.
func traffic() [][]*ingressv1.Signal {
	r := rand.New(rand.NewPCG(7, 42))
	base := time.Now().Add(-time.Minute)
	shards := make([][]*ingressv1.Signal, topology.Shards)
	for i := range benchSignals {
		at := base.Add(time.Duration(i) * time.Minute / benchSignals)
		down := i/20_000%4 == 3
		tenant := r.IntN(60)
		shard := tenant % topology.Shards
		shards[shard] = append(shards[shard], attempt(i, fmt.Sprint("tenant-", tenant), fmt.Sprintf("%032x", r.IntN(5000)), at, r.IntN(20) > 0 && !down))
	}
	return shards
}

// batches are the messages of all shards in turn, with the times of their last signals.
func batches(shards [][]*ingressv1.Signal) []bus.Raw {
	var list []bus.Raw
	for more, from := true, 0; more; from += packed {
		more = false
		for n, signals := range shards {
			if from >= len(signals) {
				continue
			}
			pack := signals[from:min(from+packed, len(signals))]
			raw := received(uint64(len(list)+1), pack[len(pack)-1].OccurredAt.AsTime(), pack...)
			raw.Subject = topology.SignalsSubject(n)
			list, more = append(list, raw), true
		}
	}
	return list
}

// BenchmarkOwner reads the signals of all shards from JetStream, in this process
// and on disk, runs the rules for the tenants and for the platform, and publishes
// the changes; the rules alone and with decoding beside it.
func BenchmarkOwner(b *testing.B) {
	packs := batches(traffic())
	p := policy.Default()
	alone := func(b *testing.B, packs []bus.Raw, d func(bus.Raw) message) {
		measure(b, func() func() {
			o := NewOwner(nil, p, quiet)
			for _, s := range o.shards {
				s.engine = detect.New(p.Rules, s.opts)
			}
			return func() {
				for _, raw := range packs {
					m := d(raw)
					for _, s := range []*Shard{o.shards[m.to], o.shards[topology.Shards]} {
						if err := s.take(b.Context(), &m); err != nil {
							b.Fatal(err)
						}
						for len(s.out) > 0 {
							<-s.out
						}
					}
				}
			}
		})
	}
	decode := func(d *decoder, raw bus.Raw) message {
		m, _, err := d.decode(raw)
		if err != nil {
			b.Fatal(err)
		}
		return m
	}
	b.Run("rules", func(b *testing.B) {
		read := map[uint64]message{}
		for _, raw := range packs {
			read[raw.Sequence] = decode(newDecoder(), raw)
		}
		alone(b, packs, func(raw bus.Raw) message { return read[raw.Sequence] })
	})
	b.Run("decode and rules", func(b *testing.B) {
		d := newDecoder()
		alone(b, packs, func(raw bus.Raw) message { return decode(d, raw) })
	})
	b.Run("stream to conditions", func(b *testing.B) { benchStream(b, p, packs) })
}

func benchStream(b *testing.B, p *policy.Policy, packs []bus.Raw) {
	w := newWorld(b, "")
	var last uint64
	for _, raw := range packs {
		var pack intakev1.SignalsReceived
		if err := bus.Decode(raw, &pack); err != nil {
			b.Fatal(err)
		}
		var err error
		last, err = w.conn.Publish(b.Context(), bus.Event{Subject: raw.Subject, ID: fmt.Sprint("bench", raw.Sequence), Payload: &pack})
		if err != nil {
			b.Fatal(err)
		}
	}
	round := 0
	measure(b, func() func() {
		// Each round runs a policy of its own, whose changes nobody has said yet, from the beginning.
		round++
		p := *p
		p.Version = fmt.Sprint("bench", round)
		o := NewOwner(w.conn, &p, quiet)
		in, err := o.takeOver(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range o.shards {
			s.engine, s.state.Position, s.unsettled = detect.New(p.Rules, s.opts), 0, false
			s.state.Policy, s.state.Engine = p.Version, detect.Version
		}
		ctx, cancel := context.WithCancel(b.Context())
		o.now = func() time.Time {
			if o.sight.position >= last {
				cancel()
			}
			return time.Now()
		}
		return func() {
			defer cancel()
			if err := o.work(ctx, in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(len(packs[0].Data))/packed, "wire-B/signal")
	b.ReportMetric(float64(len(said(b, w.conn)))/float64(round), "changes/round")
}

// measure reports signals per second and processor seconds per million of them;
// what comes before a round is not counted.
func measure(b *testing.B, prepare func() (round func())) {
	b.ReportAllocs()
	var took, cpu time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		round := prepare()
		b.StartTimer()
		began, before := time.Now(), cpuNow()
		round()
		took += time.Since(began)
		cpu += cpuNow() - before
		n += benchSignals
	}
	b.ReportMetric(float64(n)/took.Seconds(), "signals/s")
	b.ReportMetric(cpu.Seconds()/float64(n)*1e6, "cpu-s/million")
}

func cpuNow() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
