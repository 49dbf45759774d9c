package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// BenchmarkFailingToWebhook is the time from when a monitor sends the 101st
// failing person of a tenant until leadership's webhook has the tenant's case:
// through intake, monitoring, review and notification. Its floor is one publish
// that is acknowledged by the same server, on the same disk, in between.
func BenchmarkFailingToWebhook(b *testing.B) {
	b.Run("together", func(b *testing.B) { failing(b, Together, race{rounds: 100, p50: 8, p99: 40}) })
	b.Run("together/beside=10000", func(b *testing.B) {
		failing(b, Together, race{rounds: 100, beside: 10000, p50: 8, p99: 40})
	})
	b.Run("apart", func(b *testing.B) { failing(b, Apart, race{rounds: 100, p50: 20, p99: 80}) })
}

// A race is what is measured: so many rounds, beside so many signals a second,
// against these milliseconds.
type race struct {
	rounds, beside int
	p50, p99       float64
}

func failing(b *testing.B, program func(testing.TB, ...string) *Program, r race) {
	hook := newReceiver(b)
	p := program(b, "TOCSIN_WEBHOOK_URL="+hook.URL, "TOCSIN_WEBHOOK_SECRET=whsec_c2hhcmVkIHdpdGggdGhlIHJlY2VpdmVyIG9ubHk=")
	f := &field{p: p, hook: hook}
	if err := f.lay(b.Context()); err != nil {
		b.Fatal(err)
	}
	var laps []lap
	var rate float64
	for b.Loop() {
		b.StopTimer()
		if err := f.prepare(r.rounds); err != nil {
			b.Fatal(err)
		}
		stop := f.beside(b, r.beside)
		b.StartTimer()
		for range r.rounds {
			l, err := f.round()
			if err == nil {
				l.floor, err = f.floor(b.Context())
			}
			if err != nil {
				b.Fatal(err)
			}
			laps = append(laps, l)
		}
		rate = stop()
	}
	if r.beside > 0 {
		b.ReportMetric(rate, "signals/s")
	}
	if err := f.report(b, laps, r); err != nil {
		b.Fatal(err)
	}
}

// A receiver takes the webhook's posts and notes when each tenant's case came.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	came map[string]chan time.Time
}

func newReceiver(b *testing.B) *receiver {
	r := &receiver{came: map[string]chan time.Time{}}
	r.Server = httptest.NewServer(r)
	b.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	now := time.Now()
	var told struct {
		Data struct {
			Tenant, Kind string
			Reasons      []string
		}
	}
	if err := json.NewDecoder(req.Body).Decode(&told); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if told.Data.Kind == "case_opened" && slices.Contains(told.Data.Reasons, "auth_failures_over_100") {
		select {
		case r.of(told.Data.Tenant) <- now:
		default: // a repeat
		}
	}
}

// of is where the time is said at which a tenant's case came.
func (r *receiver) of(tenant string) chan time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.came[tenant] == nil {
		r.came[tenant] = make(chan time.Time, 1)
	}
	return r.came[tenant]
}

// A field is where races are run: tenants with a hundred failing people each, so
// that the next one makes a case, and a crowd elsewhere that gets in, so that the
// platform as a whole is well.
type field struct {
	p     *Program
	hook  *receiver
	ready []string
	made  int
	sent  int
}

const (
	// bed is the floor's own stream.
	bed = "FLOOR"
	// most is how many signals fit into one request.
	most = 4000
)

// lay makes the floor's stream.
func (f *field) lay(ctx context.Context) error {
	_, err := f.p.Conn.JS().CreateStream(ctx, jetstream.StreamConfig{Name: bed, Subjects: []string{bed}})
	return err
}

// floor is how long one acknowledged publish takes now.
func (f *field) floor(ctx context.Context) (time.Duration, error) {
	start := time.Now()
	_, err := f.p.Conn.JS().Publish(ctx, bed, make([]byte, 256))
	return time.Since(start), err
}

// prepare readies so many tenants, and a few more for the first rounds, which
// find everything cold and are not counted.
func (f *field) prepare(rounds int) error {
	const cold = 10
	rounds += cold
	// One in twenty unable, and the platform has a case of its own.
	for crowd := rounds * 101 * 21; crowd > 0; crowd -= most {
		if err := f.post(f.crowd(most)); err != nil {
			return err
		}
	}
	for range rounds {
		f.made++
		tenant := fmt.Sprintf("tenant-%d", f.made)
		f.ready = append(f.ready, tenant)
		var batch []*ingressv1.Signal
		for n := range 100 {
			batch = append(batch, f.attempt(tenant, n, ingressv1.AuthAttempt_FAILURE))
		}
		if err := f.post(batch); err != nil {
			return err
		}
	}
	if err := until(f.read); err != nil {
		return err
	}
	for range cold {
		if _, err := f.round(); err != nil {
			return err
		}
	}
	return nil
}

// read says whether all signals have been given to those who read them.
func (f *field) read() (bool, string, error) {
	stream, err := f.p.Conn.JS().Stream(context.Background(), topology.Signals.Name)
	if err != nil {
		return false, "", err
	}
	list := stream.ListConsumers(context.Background())
	waiting, readers := uint64(0), 0
	for c := range list.Info() {
		waiting, readers = waiting+c.NumPending, readers+1
	}
	// Two read there: who owns the shards, and the ticks that elect it.
	return waiting == 0 && readers >= 2, fmt.Sprintf("%d readers, %d messages wait", readers, waiting), list.Err()
}

// A lap is one tenant's way to the webhook, and a floor right after it.
type lap struct {
	tenant     string
	sent, came time.Time
	floor      time.Duration
}

// round lets one more person of a tenant fail and waits for the tenant's case.
func (f *field) round() (lap, error) {
	l := lap{tenant: f.ready[0]}
	f.ready = f.ready[1:]
	last := []*ingressv1.Signal{f.attempt(l.tenant, 100, ingressv1.AuthAttempt_FAILURE)}
	l.sent = time.Now()
	if err := f.post(last); err != nil {
		return l, err
	}
	select {
	case l.came = <-f.hook.of(l.tenant):
		return l, nil
	case <-time.After(patience):
		return l, fmt.Errorf("no case of %s came within %s", l.tenant, patience)
	}
}

// crowd are so many people who get in, each another.
func (f *field) crowd(n int) []*ingressv1.Signal {
	batch := make([]*ingressv1.Signal, n)
	for i := range batch {
		batch[i] = f.attempt(fmt.Sprintf("crowd-%d", f.sent%100), f.sent, ingressv1.AuthAttempt_SUCCESS)
	}
	return batch
}

func (f *field) attempt(tenant string, person int, outcome ingressv1.AuthAttempt_Outcome) *ingressv1.Signal {
	f.sent++
	return &ingressv1.Signal{
		Id: fmt.Sprintf("e%d", f.sent), Source: "monitor", Tenant: tenant, OccurredAt: timestamppb.Now(),
		Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{
			User: fmt.Sprintf("person-%d", person), Method: ingressv1.AuthAttempt_PASSWORD, Outcome: outcome,
		}},
	}
}

func (f *field) post(batch []*ingressv1.Signal) error {
	data, err := proto.Marshal(&ingressv1.SignalBatch{Signals: batch})
	if err != nil {
		return err
	}
	resp, err := http.Post(f.p.Intake+"/v1/signals", "application/x-protobuf", bytes.NewReader(data))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusAccepted {
		err = fmt.Errorf("signals: %s: %s", resp.Status, said)
	}
	return err
}

// beside posts so many signals a second of the crowd until it is told to stop,
// which gives the rate that was reached. Zero posts none.
func (f *field) beside(b *testing.B, rate int) (stop func() float64) {
	if rate == 0 {
		return func() float64 { return 0 }
	}
	other := &field{p: f.p, sent: 1 << 30}
	done, ended := make(chan struct{}), make(chan int)
	start := time.Now()
	go func() {
		tick, sent := time.NewTicker(10*time.Millisecond), 0
		defer tick.Stop()
		for {
			select {
			case <-done:
				ended <- sent
				return
			case now := <-tick.C:
				due := int(now.Sub(start).Seconds()*float64(rate)) - sent
				if due <= 0 {
					continue
				}
				if err := other.post(other.crowd(min(due, most))); err != nil {
					b.Error(err)
				}
				sent += min(due, most)
			}
		}
	}()
	return func() float64 {
		close(done)
		return float64(<-ended) / time.Since(start).Seconds()
	}
}
