package purse_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/services/classification/internal/second"
	"tocsin/services/classification/internal/second/purse"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
)

var day = time.Date(2026, 11, 20, 23, 59, 0, 0, time.UTC)

func open(t *testing.T, conn *bus.Conn, daily second.Micros) *purse.Purse {
	t.Helper()
	p, err := purse.Open(t.Context(), conn.JS(), daily)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func take(t *testing.T, p *purse.Purse, at time.Time, most second.Micros) bool {
	t.Helper()
	ok, err := p.Take(t.Context(), at, most)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func spent(t *testing.T, p *purse.Purse, at time.Time) second.Micros {
	t.Helper()
	n, err := p.Spent(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestADayCostsNoMoreThanItsCap(t *testing.T) {
	conn := natstest.Connect(t)
	p := open(t, conn, 100)
	if !take(t, p, day, 60) || take(t, p, day, 41) || !take(t, p, day, 40) || take(t, p, day, 1) {
		t.Error("more or less is taken than the cap allows")
	}
	if err := p.Settle(t.Context(), day, 60, 10); err != nil {
		t.Fatal(err)
	}
	if got := spent(t, p, day); got != 50 || !take(t, p, day, 50) {
		t.Errorf("%d are spent, want 50", got)
	}
	if !take(t, p, day.Add(time.Minute), 100) {
		t.Error("the next day has no purse of its own")
	}
}

func TestWhatWasSpentOutlivesTheProcess(t *testing.T) {
	conn := natstest.Connect(t)
	take(t, open(t, conn, 100), day, 70)
	if again := open(t, conn, 100); spent(t, again, day) != 70 || take(t, again, day, 31) {
		t.Error("a new process starts with a full purse")
	}
}

func TestManyProcessesPayFromOnePurse(t *testing.T) {
	conn := natstest.Connect(t)
	var wg sync.WaitGroup
	var taken atomic.Int64
	for range 8 {
		p := open(t, conn, 10)
		wg.Go(func() {
			for range 4 {
				if ok, err := p.Take(t.Context(), day, 1); err != nil {
					t.Error(err)
				} else if ok {
					taken.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if taken.Load() != 10 || spent(t, open(t, conn, 10), day) != 10 {
		t.Errorf("%d of 10 were taken", taken.Load())
	}
}

func TestWhatCostMoreThanWasTakenCounts(t *testing.T) {
	p := open(t, natstest.Connect(t), 100)
	take(t, p, day, 10)
	if err := p.Settle(t.Context(), day, 10, 500); err != nil {
		t.Fatal(err)
	}
	if spent(t, p, day) != 500 || take(t, p, day, 1) {
		t.Error("what an endpoint billed beyond the bound is forgotten")
	}
}
