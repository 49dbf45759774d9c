package courier

import (
	"testing"
	"time"

	"tocsin/services/notification/internal/route"
)

func TestARateLetsItsNumberGoAtOnceAndThenEvenly(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	r, p := route.Rate{N: 2, Per: time.Minute}, pace{}
	for i, want := range []time.Duration{0, 0, 30 * time.Second, time.Minute} {
		if got := p.next(at, r); got != want {
			t.Errorf("message %d waits %s, want %s", i+1, got, want)
		}
	}
	if got := p.next(at.Add(time.Hour), r); got != 0 {
		t.Errorf("after an hour it waits %s", got)
	}
}
