package circuit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/services/notification/internal/channel"
)

var away = errors.New("connection refused")

// attempt makes one when the circuit lets it, and says how long it waited.
func attempt(t *testing.T, c *Circuit, err error) (waited time.Duration, turn Turn) {
	t.Helper()
	start := time.Now()
	if err := c.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	return began.Sub(start), c.Heard(began, began, err)
}

func TestADestinationThatDoesNotAnswerIsLeftAloneForLongerAndLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Circuit{}
		for i := 1; i <= patience; i++ {
			waited, turn := attempt(t, c, away)
			if waited != 0 || (turn == Opens) != (i == patience) {
				t.Errorf("attempt %d waited %s, turn %d", i, waited, turn)
			}
		}
		for _, most := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			most *= time.Second
			if waited, turn := attempt(t, c, away); waited < most/2 || waited > most || turn != Stays {
				t.Errorf("waited %s, want up to %s; turn %d", waited, most, turn)
			}
		}
		if _, turn := attempt(t, c, nil); turn != Closes {
			t.Errorf("an answer is turn %d", turn)
		}
		for range patience {
			if waited, _ := attempt(t, c, away); waited != 0 {
				t.Errorf("waited %s after it had answered", waited)
			}
		}
	})
}

func TestARefusalIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Circuit{}
		for i := range 3 * patience {
			err := away
			if i%patience == patience-1 {
				err = &channel.Refused{Err: errors.New("unknown field")}
			}
			if waited, turn := attempt(t, c, err); waited != 0 || turn != Stays {
				t.Errorf("attempt %d waited %s, turn %d", i, waited, turn)
			}
		}
	})
}

func TestWhoAsksToWaitIsLeftAloneByAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Circuit{}
		attempt(t, c, &channel.Busy{After: 10 * time.Minute, Err: away})
		attempt1 := time.Now()
		c.Heard(attempt1, attempt1, &channel.Busy{After: time.Second, Err: away}) // was under way already
		if waited, _ := attempt(t, c, nil); waited != 10*time.Minute {
			t.Errorf("waited %s, asked for 10m", waited)
		}
	})
}

func TestWhatFailsTogetherCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Circuit{}
		began := time.Now()
		time.Sleep(10 * time.Second) // sixteen hang until their time is up
		for range 16 {
			c.Heard(began, time.Now(), away)
		}
		if waited, _ := attempt(t, c, nil); waited > shortest {
			t.Errorf("waited %s, want at most %s", waited, shortest)
		}
	})
}

func TestWhoeverStopsWaitsNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Circuit{}
		attempt(t, c, &channel.Busy{After: time.Hour, Err: away})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := c.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}
