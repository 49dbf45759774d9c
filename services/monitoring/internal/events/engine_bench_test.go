package events_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

var begins = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// A load is a platform's traffic as it lies on the bus.
type load struct {
	tenants, users int // users of each tenant
	signals        int
	span           time.Duration
}

// messages packs the load, 32 signals each, with the stamp of the last of each.
func (l load) messages(b *testing.B) (data [][]byte, stamps []time.Time) {
	r := rand.New(rand.NewPCG(7, 42))
	batch := &intakev1.SignalsReceived{}
	for i := range l.signals {
		at := begins.Add(time.Duration(float64(i) / float64(l.signals) * float64(l.span)))
		batch.Signals = append(batch.Signals, l.signal(r, i, at))
		if len(batch.Signals) == 32 || i == l.signals-1 {
			d, err := proto.Marshal(batch)
			if err != nil {
				b.Fatal(err)
			}
			data, stamps = append(data, d), append(stamps, at)
			batch.Signals = batch.Signals[:0]
		}
	}
	return data, stamps
}

// signal draws mostly log-ins of which one in 20 fails for the person's own
// reason and one in 100 for the service's, some reports and uploads.
func (l load) signal(r *rand.Rand, i int, at time.Time) *ingressv1.Signal {
	tenant := r.IntN(l.tenants)
	s := &ingressv1.Signal{
		Source: "auth-gateway.eu-west-1", Id: fmt.Sprintf("01J%023X", i),
		Tenant: fmt.Sprintf("tenant-%06d", tenant), OccurredAt: timestamppb.New(at),
	}
	switch k := r.IntN(10); {
	case k < 8:
		a := &ingressv1.AuthAttempt{User: fmt.Sprintf("%016x%016x", tenant*7919, r.IntN(l.users)*104729), Method: ingressv1.AuthAttempt_SSO, Outcome: ingressv1.AuthAttempt_SUCCESS}
		if p := r.IntN(100); p < 6 {
			a.Outcome, a.Failure = ingressv1.AuthAttempt_FAILURE, ingressv1.AuthAttempt_BAD_CREDENTIALS
			if p == 0 {
				a.Failure = ingressv1.AuthAttempt_TIMEOUT
			}
		}
		s.Kind = &ingressv1.Signal_AuthAttempt{AuthAttempt: a}
	case k < 9:
		s.Kind = &ingressv1.Signal_ReportRun{ReportRun: &ingressv1.ReportRun{Run: fmt.Sprint("r", i), State: ingressv1.ReportRun_DELIVERED}}
	default:
		u := &ingressv1.FileUpload{Upload: fmt.Sprint("u", i), Outcome: ingressv1.FileUpload_ACCEPTED}
		if r.IntN(20) == 0 {
			u.Outcome, u.Failure = ingressv1.FileUpload_FAILED, ingressv1.FileUpload_STORAGE
		}
		s.Kind = &ingressv1.Signal_FileUpload{FileUpload: u}
	}
	return s
}

// BenchmarkEngine reads packed signals into the rules of tenants, of the
// platform, and into the floor, and gives the ratio of their processor time:
// cold over the first hour, in which everything is opened, warm over the second.
func BenchmarkEngine(b *testing.B) {
	for _, l := range []load{
		{tenants: 1000, users: 100, signals: 1_000_000, span: 2 * time.Hour},
		{tenants: 200_000, users: 10, signals: 1_000_000, span: 2 * time.Hour},
	} {
		b.Run(fmt.Sprintf("tenants=%d", l.tenants), func(b *testing.B) {
			data, stamps := l.messages(b)
			for b.Loop() {
				base := l.floor(data)
				tenants := l.engine(b, detect.Tenants, data, stamps)
				platform := l.engine(b, detect.Platform, data, stamps)
				for i, hour := range []string{"cold", "warm"} {
					b.ReportMetric(base[i], hour+"-floor-ns/signal")
					b.ReportMetric(tenants[i]/base[i], hour+"-tenants/floor")
					b.ReportMetric(platform[i]/base[i], hour+"-platform/floor")
				}
			}
		})
	}
}

func (l load) floor(data [][]byte) [2]float64 {
	f := newFloor()
	return l.halves(data, func(i int) { f.batch(data[i]) })
}

func (l load) engine(b *testing.B, scopes detect.Scopes, data [][]byte, stamps []time.Time) [2]float64 {
	e := detect.New(policy.Default().Rules, detect.Options{Scopes: scopes, TenantsPerSource: l.tenants})
	return l.halves(data, func(i int) {
		if err := events.Batch(data[i], func(s *detect.Signal) { e.Read(s, stamps[i]) }); err != nil {
			b.Fatal(err)
		}
	})
}

// halves gives the processor time a signal, for each half of the messages.
func (l load) halves(data [][]byte, read func(i int)) (ns [2]float64) {
	runtime.GC()
	for half := range ns {
		began := cpu()
		for i := half * len(data) / 2; i < (half+1)*len(data)/2; i++ {
			read(i)
		}
		ns[half] = float64(cpu()-began) / float64(l.signals/2)
	}
	return ns
}

// cpu is the processor time used so far: on a busy machine, what can be compared.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
