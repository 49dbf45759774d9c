package second

import (
	"testing"
	"time"
)

func TestTheGateShutsAfterFiveFailuresAndLongerEachTime(t *testing.T) {
	var g gate
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for range failuresToOpen - 1 {
		if g.failed(now); g.shut(now) != 0 {
			t.Fatal("it shuts too early")
		}
	}
	for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		g.failed(now)
		if got := g.shut(now); got != want {
			t.Errorf("shut for %s, want %s", got, want)
		}
		if now = now.Add(want); g.shut(now) != 0 {
			t.Error("it does not open again")
		}
	}
	if g.worked(); g.failed(now) != 0 {
		t.Error("one answer does not make the failures before it forgotten")
	}
}

func TestTheGateHoldsForTheLongestThatWasAskedFor(t *testing.T) {
	var g gate
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	g.hold(now, time.Minute)
	g.hold(now, time.Second)
	if got := g.shut(now); got != time.Minute {
		t.Errorf("shut for %s", got)
	}
}
