package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
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

func fine(uint64, uint64) error { return nil }

func TestInOrderABurstIsHandedOnTogetherAndOnce(t *testing.T) {
	l := newLine(t, 600)
	defer l.read(fine)()
	l.await()
	l.settled()
	var all []uint64
	for _, call := range l.calls {
		all = append(all, call...)
	}
	if !slices.IsSorted(all) || len(all) != 600 || len(l.calls) > 10 || l.rests != len(l.calls) {
		t.Errorf("%d messages in %d calls, sorted: %v", len(all), len(l.calls), slices.IsSorted(all))
	}
}

func TestInOrderOneThatFailsForNowIsNotOvertaken(t *testing.T) {
	l := newLine(t, 40)
	defer l.read(func(sequence, attempt uint64) error {
		if sequence == 20 && attempt < 3 {
			return errors.New("away")
		}
		return nil
	})()
	l.await()
	l.settled()
	// It fails behind the first, and twice in its own turn.
	for sequence, times := range l.done {
		if times != 1 {
			t.Errorf("%d is done %d times", sequence, times)
		}
	}
	if len(l.calls) < 3 || l.calls[len(l.calls)-1][0] != 20 {
		t.Errorf("handed on as %d", l.calls)
	}
}

func TestInOrderPoisonIsParkedAndHoldsUpNothing(t *testing.T) {
	l := newLine(t, 40)
	defer l.read(func(sequence, _ uint64) error {
		if sequence == 1 || sequence == 20 {
			return bus.Permanent(errors.New("makes no sense"))
		}
		return nil
	})()
	l.await()
	l.settled()
	list, err := l.conn.DeadLetters(t.Context())
	if err != nil || len(list) != 2 || list[0].Reason != "makes no sense" {
		t.Errorf("dead letters = %v, %v", list, err)
	}
}

func TestInOrderTwoReadersNeverOvertakeEachOther(t *testing.T) {
	l := newLine(t, 600)
	failing := func(sequence, attempt uint64) error {
		if sequence%50 == 0 && attempt == 1 {
			return errors.New("away")
		}
		return nil
	}
	for range 3 {
		defer l.read(failing)()
	}
	l.await()
	l.settled()
}

func TestInOrderWhoStopsIsFollowedByAnotherWhereItStood(t *testing.T) {
	l := newLine(t, 300)
	reached := make(chan struct{})
	once := sync.OnceFunc(func() { close(reached) })
	stop := l.read(func(sequence, _ uint64) error {
		if sequence >= 100 {
			once()
			return errors.New("away")
		}
		return nil
	})
	<-reached
	stop()
	defer l.read(fine)()
	l.await()
	l.settled()
}

func TestInOrderTheRestOfACallIsAwaitedAndMayFail(t *testing.T) {
	l := newLine(t, 3000)
	var failed atomic.Int32
	stop := l.readWith(fine, func(context.Context) error {
		if failed.Add(1) <= 3 {
			return errors.New("away")
		}
		return nil
	})
	defer stop()
	l.settled()
	for sequence := uint64(1); sequence <= 3000; sequence++ {
		if l.done[sequence] == 0 {
			t.Errorf("%d is not done", sequence)
		}
	}
}

func TestInOrderOneThatComesAgainIsHandedOnAgain(t *testing.T) {
	l := newLine(t, 8000) // more than are handed on before their turns
	var once atomic.Bool
	defer l.readWith(fine, func(context.Context) error {
		if !once.Swap(true) {
			return bus.Later(errors.New("busy"), time.Second) // all of the first call come again, behind a long walk
		}
		return nil
	})()
	l.await()
	l.settled()
}

func TestTheLastOfManySubjectsAreReadTogether(t *testing.T) {
	conn := natstest.Connect(t)
	changes(t, conn, 12)
	subjects := []string{topology.CaseSubject("acme", "nobody")}
	for i := range 1500 {
		subjects = append(subjects, topology.CaseSubject("acme", fmt.Sprint("c-", i)))
	}
	got, err := conn.Lasts(t.Context(), topology.Cases, subjects)
	if err != nil || len(got) != 5 {
		t.Fatalf("read %d, %v", len(got), err)
	}
	for subject, raw := range got {
		one, err := conn.Last(t.Context(), topology.Cases, subject)
		if err != nil || raw.Sequence != one.Sequence || raw.ID != one.ID || !raw.StoredAt.Equal(one.StoredAt) || string(raw.Data) != string(one.Data) || raw.Subject != subject {
			t.Errorf("%s: %+v, alone %+v, %v", subject, raw.Meta, one.Meta, err)
		}
	}
	if none, err := conn.Lasts(t.Context(), topology.Cases, subjects[:1]); err != nil || len(none) != 0 {
		t.Errorf("of what is not there it read %v, %v", none, err)
	}
}

func TestTheLastOfManySubjectsAreAllReadHoweverLargeTheyAre(t *testing.T) {
	conn := natstest.Connect(t)
	var subjects []string
	for i := range 20 {
		subjects = append(subjects, topology.CaseSubject("acme", fmt.Sprint("nobody-", i)), topology.CaseSubject("acme", fmt.Sprint("large-", i)))
		large := bus.Event{Subject: subjects[2*i+1], ID: fmt.Sprint(i), Payload: &reviewv1.CaseChanged{}, Encoded: bytes.Repeat([]byte{'x'}, 500<<10)}
		if _, err := conn.Publish(t.Context(), large); err != nil {
			t.Fatal(err)
		}
	}
	some, rest, err := conn.SomeLasts(t.Context(), topology.Cases, subjects)
	if err != nil || len(some) == 0 || len(some) > 10 || len(some)+len(rest) != len(subjects) {
		t.Errorf("one answer has %d, the rest are %d of %d: %v", len(some), len(rest), len(subjects), err)
	}
	all, err := conn.Lasts(t.Context(), topology.Cases, subjects)
	if err != nil || len(all) != 20 {
		t.Errorf("read %d of 20: %v", len(all), err)
	}
}
