package shard

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// A candidate is a process that stands for election; its work waits.
type candidate struct {
	begun, ended chan struct{}
	stop         context.CancelFunc
	gone         chan error
}

func stand(t *testing.T, conn *bus.Conn, work func(context.Context) error) candidate {
	ctx, stop := context.WithCancel(t.Context())
	c := candidate{begun: make(chan struct{}, 100), ended: make(chan struct{}, 100), stop: stop, gone: make(chan error, 1)}
	go func() {
		c.gone <- Elect(conn, quiet, func(ctx context.Context) error {
			c.begun <- struct{}{}
			defer func() { c.ended <- struct{}{} }()
			return work(ctx)
		})(ctx)
	}()
	t.Cleanup(stop)
	return c
}

func untilTheEnd(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// await waits for one of the facts; it fails the test after a time.
func await(t *testing.T, what string, facts ...<-chan struct{}) int {
	t.Helper()
	a, b := facts[0], (<-chan struct{})(nil)
	if len(facts) > 1 {
		b = facts[1]
	}
	select {
	case <-a:
		return 0
	case <-b:
		return 1
	case <-time.After(30 * time.Second):
		t.Fatal("waited in vain for", what)
		return -1
	}
}

// ticks waits for n ticks on the stream.
func ticks(t *testing.T, conn *bus.Conn, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := conn.Follow(ctx, bus.Following{Stream: topology.Signals, Filters: []string{topology.TickSubject()}, New: true}, func(context.Context, bus.Raw) error {
		if n--; n == 0 {
			cancel()
		}
		return nil
	})
	if err != nil || n > 0 {
		t.Fatal("ticks:", n, err)
	}
}

func TestOfTwoProcessesOneOwnsAndTheOtherTakesOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	both := []candidate{stand(t, w.connect(t), untilTheEnd), stand(t, w.connect(t), untilTheEnd)}
	first := await(t, "an owner", both[0].begun, both[1].begun)
	owner, other := both[first], both[1-first]
	ticks(t, w.conn, 5)
	select {
	case <-other.begun:
		t.Fatal("both own")
	case <-owner.ended:
		t.Fatal("the owner stopped without a reason")
	default:
	}
	owner.stop()
	if err := <-owner.gone; err != nil {
		t.Error("the owner's end:", err)
	}
	if len(owner.ended) != 1 {
		t.Error("Elect returned before its work did")
	}
	await(t, "the other to take over", other.begun)
}

func TestAnOwnerThatIsToldToStopHandsOverWithTheNextTicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	a := stand(t, w.connect(t), untilTheEnd)
	await(t, "the owner", a.begun)
	b := stand(t, w.connect(t), untilTheEnd)
	ticks(t, w.conn, 2)
	a.stop()
	if err := <-a.gone; err != nil {
		t.Fatal(err)
	}
	stopped := time.Now()
	await(t, "the other to take over", b.begun)
	// Without being let go, the server gives the owner up three seconds after its last tick.
	if took := time.Since(stopped); took > 2500*time.Millisecond {
		t.Errorf("took over after %s", took)
	}
}

func TestAnOwnerWithoutTicksStepsDownAndComesBackWithThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	c := stand(t, w.connect(t), untilTheEnd)
	await(t, "the owner", c.begun)
	pause(t, w, time.Now().Add(time.Hour))
	await(t, "the owner to step down", c.ended)
	pause(t, w, time.Time{})
	await(t, "the owner to come back", c.begun)
}

// pause keeps the ticks from the candidates until then.
func pause(t *testing.T, w world, until time.Time) {
	t.Helper()
	js, c := w.conn.JS(), topology.MonitoringOwner
	var err error
	if until.IsZero() {
		_, err = js.ResumeConsumer(t.Context(), c.Stream.Name, c.Name)
	} else {
		_, err = js.PauseConsumer(t.Context(), c.Stream.Name, c.Name, until)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFencedOwnerDoesNotComeBackOnOldTicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	fenced := make(chan struct{})
	var begun atomic.Int64
	a := stand(t, w.connect(t), func(ctx context.Context) error {
		if begun.Add(1) > 1 {
			return untilTheEnd(ctx)
		}
		<-fenced
		return ErrFenced
	})
	await(t, "the owner", a.begun)
	b := stand(t, w.connect(t), untilTheEnd)
	ticks(t, w.conn, 2) // the owner hears them while it works
	stream, err := w.conn.JS().Stream(t.Context(), topology.MonitoringOwner.Stream.Name)
	if err != nil {
		t.Fatal(err)
	}
	for done := false; !done; {
		if err := stream.UnpinConsumer(t.Context(), topology.MonitoringOwner.Name, topology.PinGroup); err != nil {
			t.Fatal(err)
		}
		ticks(t, w.conn, 2)
		select {
		case <-b.begun:
			done = true
		default:
		}
	}
	close(fenced)
	await(t, "the fenced owner to step down", a.ended)
	ticks(t, w.conn, 3)
	if n := begun.Load(); n != 1 {
		t.Errorf("the fenced owner began %d times", n)
	}
	if len(b.ended) != 0 {
		t.Error("the new owner stopped")
	}
}
