//go:build unix

package drill

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/topology"
)

// number is a setting of the drill.
func number(t testing.TB, name string, otherwise uint64) uint64 {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// short is how many kills there are where nobody says.
const short = 3

func TestWhoeverIsKilledOrHaltedAllIsToldAndRecorded(t *testing.T) {
	kills := int(number(t, "TOCSIN_DRILL_KILLS", short))
	seed := number(t, "TOCSIN_DRILL_SEED", uint64(time.Now().UnixNano()))
	t.Logf("TOCSIN_DRILL_SEED=%d TOCSIN_DRILL_KILLS=%d", seed, kills)
	s := stage(t, seed, kills > short)
	began := time.Now()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.load.run(ctx) }()
	s.load.await(t, 50)
	s.both(t)
	for i := range kills {
		s.disturb(t, i)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.mail.Set(".", "")
	s.out.relent()
	s.settled(t)
	s.sendBack(t)
	s.settled(t)
	b := s.books(t)
	b.told(t)
	b.taken(t)
	b.agree(t)
	b.inOrder(t)
	t.Logf("%d kills and what lies between in %s: %d changes, %d notifications, %d requests and %d mails, %d rows of the ledger",
		kills, time.Since(began).Round(time.Second), len(s.load.said), len(b.notifications), len(s.out.visits), len(s.mail.Took()), len(b.rows))
	for _, p := range s.two {
		bounded(t, p)
	}
}

// disturb kills a process of notification, and does something else beside.
func (s *scene) disturb(t testing.TB, i int) {
	victim, other := s.two[s.r.IntN(2)], s.two[0]
	if victim == other {
		other = s.two[1]
	}
	s.load.await(t, 10+s.r.IntN(50))
	switch i % 6 {
	case 0:
		s.kill(t, victim)
		s.mail.Set(".", "lost")
		s.load.await(t, 3)
		s.mail.Set(".", "")
		s.out.hang()
		s.load.await(t, 20)
		s.kill(t, victim)
		s.out.recover()
	case 1:
		s.halt(t, victim, func() {
			s.load.await(t, 10+s.r.IntN(50))
			s.kill(t, s.server)
			s.load.await(t, 10+s.r.IntN(50))
			s.kill(t, other)
		})
	case 2:
		s.kill(t, s.server)
		s.load.await(t, 1+s.r.IntN(5))
		s.kill(t, victim)
	case 3:
		s.mail.Set("GREETING", "421 later")
		s.kill(t, s.review)
		s.kill(t, victim)
		s.mail.Set("GREETING", "")
	case 4:
		s.out.hang()
		s.load.await(t, 20)
		s.kill(t, s.server)
		s.load.await(t, 400)
		s.out.recover()
		s.kill(t, victim)
	case 5:
		s.kill(t, victim)
		s.kill(t, other)
		s.kill(t, s.server)
	}
}

// settled waits until nothing waits for anybody. After many kills that is a lot, and the
// machine may be slow: what may not be is that for a while nothing gets less.
func (s *scene) settled(t testing.TB) {
	t.Helper()
	began, was := time.Now(), "nobody knows"
	for waits := was; waits != ""; {
		until(t, "less waits", func(ctx context.Context) bool {
			now, err := s.waits(ctx)
			if err == nil {
				waits = now
			}
			return waits != was
		}, func() string { return waits })
		was = waits
	}
	t.Logf("nothing waits after %s", time.Since(began).Round(time.Millisecond))
}

// waits says who has something to read, or in hand; empty is nobody.
func (s *scene) waits(ctx context.Context) (string, error) {
	var all strings.Builder
	for _, stream := range []topology.Stream{topology.Cases, topology.Notifications, topology.Due, topology.Deliveries, topology.DeadLetter, topology.Held} {
		at, err := s.conn.JS().Stream(ctx, stream.Name)
		if err != nil {
			return "", err
		}
		if n := at.CachedInfo().State.Msgs; stream.Name == topology.Held.Name && n > 0 {
			fmt.Fprintf(&all, "\n%d messages are held", n)
		}
		list := at.ListConsumers(ctx)
		for c := range list.Info() {
			ours := strings.HasPrefix(c.Name, "notification-") || c.Name == topology.ReviewOnDeliveryRecorded.Name
			if ours && (c.NumPending > 0 || c.NumAckPending > 0) {
				fmt.Fprintf(&all, "\n%s: %d to read, %d in hand, of these %d again", c.Name, c.NumPending, c.NumAckPending, c.NumRedelivered)
			}
		}
		if list.Err() != nil {
			return "", list.Err()
		}
	}
	return all.String(), nil
}

// sendBack has the one that refused think better of it, and sends it what was parked.
func (s *scene) sendBack(t testing.TB) {
	t.Helper()
	s.out.forgive()
	list, err := s.conn.DeadLetters(t.Context())
	if err != nil || len(list) == 0 {
		t.Fatalf("%d dead letters, %v", len(list), err)
	}
	for _, letter := range list {
		if letter.Consumer != topology.Destinations+"refuses" {
			t.Errorf("a dead letter of %s: %s", letter.Consumer, letter.Reason)
		}
		if err := s.conn.Retry(t.Context(), letter.ID); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d dead letters are sent back", len(list))
}
