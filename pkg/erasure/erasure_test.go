package erasure_test

import (
	"runtime"
	"testing"
	"time"

	"tocsin/pkg/erasure"
	"tocsin/pkg/natstest"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func open(t *testing.T) (one, other *erasure.Book) {
	t.Helper()
	conn := natstest.Connect(t)
	var books []*erasure.Book
	for range 2 {
		b, err := erasure.Open(t.Context(), conn.JS())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		books = append(books, b)
	}
	return books[0], books[1]
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
		runtime.Gosched()
	}
}

func TestEveryProcessHearsWhatWasErasedAndOnlyThat(t *testing.T) {
	one, other := open(t)
	if _, err := one.Begin(t.Context(), erasure.Record{Tenant: "acme", By: "lena", At: nine, Until: nine}); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*erasure.Book{one, other} {
		await(t, "it is heard", func() bool { return b.Erased("acme", nine) })
		if b.Erased("acme", nine.Add(1)) {
			t.Error("what happened after it is passed over")
		}
		if b.Erased("nordwind", nine) {
			t.Error("another tenant is passed over")
		}
	}
	if got := one.Revision("acme"); got != uint64(nine.Unix()) || one.Revision("nordwind") != 0 {
		t.Errorf("a ticket begins at %d, want the second of the erasure, and another tenant's at none", got)
	}
	var none *erasure.Book
	if none.Erased("acme", nine) {
		t.Error("no book has an erasure")
	}
}

func TestAnOrderThatBrokeOffGoesOnAndOneThatIsDoneDoesNot(t *testing.T) {
	one, other := open(t)
	first := erasure.Record{Tenant: "a tenant ~ of words", By: "lena", At: nine, Until: nine}
	if _, err := one.Begin(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	second := first
	second.By, second.At, second.Until = "omar", nine.Add(time.Hour), nine.Add(time.Hour)
	got, err := other.Begin(t.Context(), second)
	if err != nil || got.By != "lena" || !got.At.Equal(nine) {
		t.Fatalf("begun again it is %+v (%v), want the first order", got, err)
	}
	got.DoneAt = nine.Add(time.Minute)
	if err := other.Save(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	if got, err = one.Begin(t.Context(), second); err != nil || got.By != "omar" {
		t.Errorf("after it was done it is %+v (%v), want the second order", got, err)
	}
	if r, is := one.Of(first.Tenant); !is || r.Done() {
		t.Errorf("the last one is %+v, want the second, under way", r)
	}
}

func TestWhoAsksHearsOfWhatItMissed(t *testing.T) {
	conn := natstest.Connect(t)
	cutOff, err := erasure.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	cutOff.Close() // it hears of nothing any more
	orders, err := erasure.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(orders.Close)
	until := time.Now().UTC()
	if _, err := orders.Begin(t.Context(), erasure.Record{Tenant: "acme", By: "lena", At: until, Until: until}); err != nil {
		t.Fatal(err)
	}
	if cutOff.Erased("acme", until) {
		t.Fatal("who is cut off knows of it")
	}
	if err := cutOff.Refresh(t.Context()); err != nil || !cutOff.Erased("acme", until) {
		t.Errorf("who asks does not know of it: %v", err)
	}
}
