package events

import (
	"context"
	"testing"
	"time"

	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// unpublished is an outbox in which changes wait.
type unpublished struct {
	*counted
	seqs []int64
}

func (u *unpublished) Pending(context.Context, int) (out []ledger.Outgoing, err error) {
	for _, seq := range u.seqs {
		out = append(out, ledger.Outgoing{Seq: seq})
	}
	return out, nil
}

func TestReviewSaysSinceWhenTheSameChangeWaits(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	box := &unpublished{counted: outbox(t)}
	alive := &Alive{Outbox: box, Now: func() time.Time { return now }}
	for i, c := range []struct {
		seqs []int64
		want time.Time
	}{
		{nil, time.Time{}},
		{[]int64{7}, now.Add(time.Minute)},
		{[]int64{7, 8}, now.Add(time.Minute)},
		{[]int64{8}, now.Add(3 * time.Minute)}, // it moves
		{nil, time.Time{}},
		{[]int64{8}, now.Add(5 * time.Minute)},
	} {
		box.seqs = c.seqs
		got, err := alive.OnAsked(&reviewv1.PulseAsked{})
		if err != nil {
			t.Fatal(err)
		}
		if since := bus.Moment(got.(*reviewv1.PulseAnswered).GetUnsentSince()); !since.Equal(c.want) {
			t.Errorf("question %d: since %s, want %s", i, since, c.want)
		}
		now = now.Add(time.Minute)
	}
}

func TestWithoutItsLedgerReviewSaysThatItIsNotAlive(t *testing.T) {
	box := outbox(t)
	alive := &Alive{Outbox: box, Now: time.Now}
	if _, err := alive.OnAsked(&reviewv1.PulseAsked{}); err != nil {
		t.Fatal(err)
	}
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := alive.OnAsked(&reviewv1.PulseAsked{}); err == nil {
		t.Errorf("answered %v", got)
	}
}
