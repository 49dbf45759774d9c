package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// changes publishes so many changes of a few cases, each in order.
func changes(t *testing.T, conn *bus.Conn, n int) {
	t.Helper()
	for i := range n {
		name := fmt.Sprint("c-", i%5)
		publish(t, conn, bus.Event{
			Subject: topology.CaseSubject("acme", name), ID: bus.ID("test", fmt.Sprint(i)),
			Payload: &reviewv1.CaseChanged{Case: &reviewv1.Case{Id: name, Version: uint64(i + 1)}},
		})
	}
}

// A line notes what readers were handed, and checks that nobody is handed a
// message before all that stand before it are done or in the same hands.
type line struct {
	t     *testing.T
	conn  *bus.Conn
	mu    sync.Mutex
	calls [][]uint64
	done  map[uint64]int
	rests int // that are done
	all   chan struct{}
	want  int
}

// rest is done by those that are not done with their calls.
func (l *line) rest(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rests++
	return nil
}

func newLine(t *testing.T, messages int) *line {
	l := &line{t: t, conn: natstest.Connect(t), done: map[uint64]int{}, all: make(chan struct{}), want: messages}
	changes(t, l.conn, messages)
	return l
}

// read reads until stop is called. Of what it is handed, fate says what becomes.
func (l *line) read(fate func(sequence uint64, attempt uint64) error) (stop func()) {
	return l.readWith(fate, l.rest)
}

func (l *line) readWith(fate func(sequence uint64, attempt uint64) error, rest bus.Rest) (stop func()) {
	ctx, cancel := context.WithCancel(l.t.Context())
	ended := make(chan error, 1)
	task := bus.TurnConsumer(l.conn, topology.NotificationOnCaseChanged, func(_ context.Context, got []bus.Got[*reviewv1.CaseChanged]) ([]error, bus.Rest) {
		return l.on(got, fate), rest
	})
	go func() { ended <- task(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			l.t.Error(err)
		}
	})
}

// on settles what it is handed up to the first that fails for now.
func (l *line) on(got []bus.Got[*reviewv1.CaseChanged], fate func(sequence, attempt uint64) error) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var call []uint64
	for _, g := range got {
		call = append(call, g.Sequence)
	}
	l.calls = append(l.calls, call)
	for before := uint64(1); before < call[0]; before++ {
		if l.done[before] == 0 {
			l.t.Errorf("%d is handed on before %d is done", call[0], before)
		}
	}
	errs := make([]error, len(got))
	for i, g := range got {
		errs[i] = fate(g.Sequence, g.Attempt)
		if errs[i] != nil && !bus.IsPermanent(errs[i]) {
			for ; i < len(got); i++ {
				errs[i] = errors.New("away")
			}
			break
		}
		if l.done[g.Sequence]++; len(l.done) == l.want && l.done[g.Sequence] == 1 {
			close(l.all)
		}
	}
	return errs
}

func (l *line) await() {
	l.t.Helper()
	select {
	case <-l.all:
	case <-time.After(30 * time.Second):
		l.t.Fatalf("done are %d of %d", len(l.done), l.want)
	}
}

// settled waits until the server waits for no answer and has nothing left.
func (l *line) settled() {
	l.t.Helper()
	c := topology.NotificationOnCaseChanged
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		cons, err := l.conn.JS().Consumer(l.t.Context(), c.Stream.Name, c.Name)
		if err != nil {
			l.t.Fatal(err)
		}
		if info := cons.CachedInfo(); info.NumPending == 0 && info.NumAckPending == 0 {
			return
		}
		<-tick.C
	}
	l.t.Fatal("not all is settled")
}

// turns is how many messages the server has handed out since it was told last where
// to go on.
func (l *line) turns() uint64 {
	l.t.Helper()
	c := topology.NotificationOnCaseChanged
	cons, err := l.conn.JS().Consumer(l.t.Context(), c.Stream.Name, c.Name)
	if err != nil {
		l.t.Fatal(err)
	}
	return cons.CachedInfo().Delivered.Consumer
}

func fine(uint64, uint64) error { return nil }
