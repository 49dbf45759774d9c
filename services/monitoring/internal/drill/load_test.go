//go:build unix

package drill

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// smallPolicy is the policy with lines that three people cross, and without
// flapping, which would hold changes back; it gives the file's path too.
func smallPolicy(t testing.TB) (*policy.Policy, string) {
	t.Helper()
	text := policy.Builtin()
	for _, line := range [][2]string{{"raises: 4", "raises: 100000"}, {"over: 100", "over: 2"}, {"clear: 80", "clear: 1"}} {
		if bytes.Count(text, []byte(line[0])) != 1 {
			t.Fatalf("the policy has not one line %q", line[0])
		}
		text = bytes.Replace(text, []byte(line[0]), []byte(line[1]), 1)
	}
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return p, path
}

// tenants are so many that each shard has some.
const tenants = 64

// A load raises and clears conditions without a pause: waves in which people of
// many tenants can not log in, and get in again.
type load struct {
	conn *bus.Conn
	r    *rand.Rand
	n    int

	mu   sync.Mutex
	sent int
	news chan struct{}
}

// run puts signals on the stream, as intake does, until the context ends. What
// is not acknowledged is sent again.
func (l *load) run(ctx context.Context) error {
	pause := time.NewTicker(15 * time.Millisecond)
	defer pause.Stop()
	for ctx.Err() == nil {
		tenant := fmt.Sprint("tenant-", l.r.IntN(tenants))
		wave := time.Now().Unix()/4%2 == 0 // now most fail, now most recover
		fails := l.r.IntN(10) > 0 == wave
		if err := l.send(ctx, l.batch(tenant, fails)); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
	}
	return nil
}

// batch is what three people of a tenant do, some a little late.
func (l *load) batch(tenant string, fails bool) *intakev1.SignalsReceived {
	b := &intakev1.SignalsReceived{Shard: topology.Shards}
	for u := range 3 {
		l.n++
		a := &ingressv1.AuthAttempt{User: fmt.Sprint("u", u), Method: ingressv1.AuthAttempt_PASSWORD, Outcome: ingressv1.AuthAttempt_SUCCESS}
		if fails {
			a.Outcome, a.Failure = ingressv1.AuthAttempt_FAILURE, ingressv1.AuthAttempt_TIMEOUT
		}
		at := time.Now().Add(-time.Duration(l.r.IntN(2000)) * time.Millisecond)
		b.Signals = append(b.Signals, &ingressv1.Signal{
			Id: fmt.Sprint("s", l.n), Source: "drill", Tenant: tenant, OccurredAt: timestamppb.New(at),
			Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: a},
		})
	}
	return b
}

func (l *load) send(ctx context.Context, b *intakev1.SignalsReceived) error {
	for {
		within, cancel := context.WithTimeout(ctx, time.Second)
		_, err := l.conn.Publish(within, bus.Event{
			Subject: topology.MixedSignals, ID: bus.ID("drill", b.Signals[0].Id), Payload: b,
		})
		cancel()
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	if l.news != nil {
		close(l.news)
		l.news = nil
	}
	return nil
}

// await waits until n more messages are on the stream.
func (l *load) await(t testing.TB, n int) {
	t.Helper()
	deadline := time.After(patience)
	l.mu.Lock()
	goal := l.sent + n
	l.mu.Unlock()
	for {
		l.mu.Lock()
		if l.sent >= goal {
			l.mu.Unlock()
			return
		}
		if l.news == nil {
			l.news = make(chan struct{})
		}
		news := l.news
		l.mu.Unlock()
		select {
		case <-news:
		case <-deadline:
			t.Fatal("the load has stopped")
		}
	}
}
