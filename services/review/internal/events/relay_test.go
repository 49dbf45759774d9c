package events

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/sqlite"

	"tocsin/pkg/policy"
)

// counted counts how often the right to publish is asked for.
type counted struct {
	*ledger.Ledger
	asked int
}

func (c *counted) Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	c.asked++
	return c.Ledger.Lease(ctx, name, holder, now, until)
}

func outbox(t *testing.T) *counted {
	t.Helper()
	book, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return &counted{Ledger: book}
}

func TestTheRightToPublishIsRenewedOnlyWhenHalfOfItHasPassed(t *testing.T) {
	box := outbox(t)
	r := NewRelay(box, nil, policy.Default(), slog.Default())
	turn := func() {
		t.Helper()
		if err := r.turn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		turn()
	}
	if box.asked != 1 {
		t.Errorf("asked %d times in ten turns, want once", box.asked)
	}
	r.until = time.Now().Add(hold / 2)
	turn()
	if box.asked != 2 {
		t.Error("not renewed when half of it had passed")
	}
}

func TestOfTwoRelaysOneHasTheRightToPublish(t *testing.T) {
	box, now := outbox(t), time.Now()
	one, two := NewRelay(box, nil, policy.Default(), slog.Default()), NewRelay(box, nil, policy.Default(), slog.Default())
	for _, tt := range []struct {
		relay *Relay
		at    time.Time
		want  bool
	}{
		{one, now, true},
		{two, now, false},
		{one, now.Add(time.Second), true},
		{two, now.Add(hold - time.Millisecond), false},
		{two, now.Add(hold), true}, // the first one has died
		{one, now.Add(hold), false},
	} {
		mine, err := tt.relay.mine(t.Context(), tt.at)
		if err != nil || mine != tt.want {
			t.Errorf("at %s: %v, %v; want %v", tt.at.Sub(now), mine, err, tt.want)
		}
	}
}
