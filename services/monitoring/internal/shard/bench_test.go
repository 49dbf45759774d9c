package shard

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// What the benchmarks read: an hour of log-ins of one shard, as intake packs them.
const (
	benchSignals = 200_000
	packed       = 500
)

// traffic is an outage now and then among log-ins that mostly work.
func traffic() []*ingressv1.Signal {
	r := rand.New(rand.NewPCG(7, 42))
	base := time.Now().Add(-time.Minute)
	list := make([]*ingressv1.Signal, benchSignals)
	for i := range list {
		at := base.Add(time.Duration(i) * time.Minute / benchSignals)
		down := i/20_000%4 == 3
		list[i] = attempt(i, fmt.Sprint("tenant-", r.IntN(60)), fmt.Sprintf("%032x", r.IntN(5000)), at, r.IntN(20) > 0 && !down)
	}
	return list
}

func batches(signals []*ingressv1.Signal) []*intakev1.SignalsReceived {
	var list []*intakev1.SignalsReceived
	for i := 0; i < len(signals); i += packed {
		list = append(list, &intakev1.SignalsReceived{Signals: signals[i:min(i+packed, len(signals))]})
	}
	return list
}

// BenchmarkShard reads signals from JetStream, in this process and on disk, and
// publishes the changes; the rules alone and with decoding beside it.
func BenchmarkShard(b *testing.B) {
	signals := traffic()
	packs := batches(signals)
	p := policy.Default()
	b.Run("rules", func(b *testing.B) {
		read := make([]detect.Signal, len(signals))
		for i, s := range signals {
			read[i] = events.Signal(s)
		}
		measure(b, func() {
			e := detect.New(p.Rules, detect.Options{Policy: p.Version, Scopes: detect.Tenants})
			for i := range read {
				e.Apply(read[i], read[i].At)
			}
		})
	})
	b.Run("decode and rules", func(b *testing.B) {
		raws := make([]bus.Raw, len(packs))
		for i, pack := range packs {
			raws[i] = received(uint64(i+1), pack.Signals[len(pack.Signals)-1].OccurredAt.AsTime(), pack.Signals...)
		}
		measure(b, func() {
			s := Tenants(nil, p, 0, quiet)
			s.engine = detect.New(p.Rules, s.opts)
			for _, raw := range raws {
				if _, err := s.step(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	b.Run("stream to conditions", func(b *testing.B) { benchStream(b, p, packs) })
}

func benchStream(b *testing.B, p *policy.Policy, packs []*intakev1.SignalsReceived) {
	w := newWorld(b, "")
	var last uint64
	for i, pack := range packs {
		var err error
		last, err = w.conn.Publish(b.Context(), bus.Event{Subject: topology.SignalsSubject(0), ID: fmt.Sprint("bench", i), Payload: pack})
		if err != nil {
			b.Fatal(err)
		}
	}
	round := 0
	measure(b, func() {
		// Each round runs a policy of its own, whose changes nobody has said yet, from the beginning.
		round++
		p := *p
		p.Version = fmt.Sprint("bench", round)
		s := Tenants(w.conn, &p, 0, quiet)
		if err := s.claim(b.Context()); err != nil {
			b.Fatal(err)
		}
		s.state.Position, s.engine, s.savedAt = 0, detect.New(p.Rules, s.opts), s.now()
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		err := w.conn.Follow(ctx, bus.Following{Stream: topology.Signals, Filters: s.filters}, func(ctx context.Context, raw bus.Raw) error {
			if raw.Sequence >= last {
				defer cancel()
			}
			return s.on(ctx, raw)
		})
		if err != nil {
			b.Fatal(err)
		}
	})
	b.ReportMetric(float64(proto.Size(packs[0]))/packed, "wire-B/signal")
	b.ReportMetric(float64(len(said(b, w.conn)))/float64(round), "changes/round")
}

// measure reports signals per second and processor seconds per million of them.
func measure(b *testing.B, round func()) {
	b.ReportAllocs()
	began, cpu := time.Now(), cpuNow()
	n := 0
	for b.Loop() {
		round()
		n += benchSignals
	}
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "signals/s")
	b.ReportMetric((cpuNow()-cpu).Seconds()/float64(n)*1e6, "cpu-s/million")
}

func cpuNow() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
