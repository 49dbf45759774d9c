package bus_test

import (
	"errors"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
)

func TestAMessageComesNoSoonerThanItWasAskedTo(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("T-1"))
	const wait = 700 * time.Millisecond // the first retry comes after 200 ms at most
	var times []time.Time
	handled(t, conn, 2, func(string, bus.Meta) error {
		if times = append(times, time.Now()); len(times) == 1 {
			return bus.Later(errors.New("asked to wait"), wait)
		}
		return nil
	})
	if gap := times[1].Sub(times[0]); gap < wait {
		t.Errorf("came again after %s, want %s or more", gap, wait)
	}
}
