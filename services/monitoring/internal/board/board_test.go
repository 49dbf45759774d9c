package board

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"testing"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// A watch is a board and its engine.
type watch struct {
	*detect.Engine
	Board
	n int
}

func newWatch() *watch {
	return &watch{Engine: detect.New(policy.Default().Rules, detect.Options{Scopes: detect.Tenants}), Board: Board{Shard: "00"}}
}

// attempts lets people of a tenant try to log in at an instant.
func (w *watch) attempts(tenant string, from, to int, at time.Time, ok bool) {
	for i := from; i <= to; i++ {
		w.n++
		w.Apply(detect.Signal{
			Source: "okta", ID: fmt.Sprint("a", w.n), Tenant: tenant, At: at, Kind: detect.KindAuthAttempt,
			Auth: detect.AuthAttempt{User: fmt.Sprint("u", i), OK: ok, Failure: detect.FailureError},
		}, at)
	}
}

// tick is one tick of a stream that is not behind.
func (w *watch) tick(at time.Time) []bus.Event {
	w.Advance(at)
	return w.Look(w.Engine, at, at)
}

// round is what a whole round says that begins and ends at an instant.
func (w *watch) round(at time.Time) []bus.Event {
	for {
		if said := w.tick(at); said != nil {
			return said
		}
	}
}

// tickUntil lets a tick a second come, and gives all that was said.
func (w *watch) tickUntil(from, to time.Time) []string {
	var all []string
	for at := from; !at.After(to); at = at.Add(time.Second) {
		all = append(all, words(w.tick(at))...)
	}
	return all
}

func words(events []bus.Event) []string {
	var out []string
	for _, e := range events {
		switch m := e.Payload.(type) {
		case *monitoringv1.Standing:
			out = append(out, fmt.Sprintf("%s %s %s %d/%d %s", m.GetAt().AsTime().Format("15:04:05"), m.GetScope(), m.GetState(), m.GetValue(), m.GetThreshold(), m.GetCounts()))
		case *monitoringv1.Looked:
			out = append(out, fmt.Sprintf("%s looked at %d: %d raised, %d near, %d undetermined, %d unshown", m.GetAt().AsTime().Format("15:04:05"), m.GetWatched(), m.GetRaised(), m.GetNear(), m.GetUndetermined(), m.GetUnshown()))
		}
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("said:\n%q\nwant:\n%q", got, want)
	}
}

func TestWhatIsWorthShowingIsSaidOnceAMinuteAndItsEndOnce(t *testing.T) {
	w := newWatch()
	w.attempts("acme", 1, 60, nine, false)
	w.attempts("globex", 1, 9, nine, false)
	at := func(seconds int) time.Time { return nine.Add(time.Duration(seconds) * time.Second) }
	same(t, w.tickUntil(at(0), at(59)), "09:00:00 acme near 60/100 people", "09:00:00 looked at 2: 0 raised, 1 near, 0 undetermined, 0 unshown")
	w.attempts("acme", 61, 120, at(59), false)
	same(t, w.tickUntil(at(60), at(119)), "09:01:00 acme raised 120/100 people", "09:01:00 looked at 2: 1 raised, 0 near, 0 undetermined, 0 unshown")
	w.attempts("acme", 1, 115, at(119), true)
	same(t, w.tickUntil(at(120), at(239)), "09:02:00 acme calm 5/100 people",
		"09:02:00 looked at 2: 0 raised, 0 near, 0 undetermined, 0 unshown", "09:03:00 looked at 2: 0 raised, 0 near, 0 undetermined, 0 unshown")
}

func TestSilenceIsSaidOnceAnHour(t *testing.T) {
	w := newWatch()
	w.attempts("acme", 1, 1, nine, true)
	var got []string
	for m := range 3*60 + 2 {
		for _, word := range words(w.tick(nine.Add(24*time.Hour - time.Minute + time.Duration(m)*time.Minute))) {
			if word[9:13] == "acme" {
				got = append(got, word)
			}
		}
	}
	same(t, got, "09:00:00 acme undetermined 0/100 people", "10:00:00 acme undetermined 0/100 people",
		"11:00:00 acme undetermined 0/100 people", "12:00:00 acme undetermined 0/100 people")
}

func TestABacklogIsReadWithoutLooking(t *testing.T) {
	w := newWatch()
	w.attempts("acme", 1, 60, nine, false)
	if got := w.Look(w.Engine, nine, nine.Add(behind+1)); got != nil {
		t.Errorf("looked at old news: %q", words(got))
	}
	if got := w.Look(w.Engine, nine, nine.Add(behind)); len(got) != 2 {
		t.Errorf("did not look: %q", words(got))
	}
}

func TestARoundIsBoundedAndSaysHowMuchItLeavesOut(t *testing.T) {
	w := newWatch()
	const tenants = 4*most + 50
	for i := range tenants {
		w.attempts(fmt.Sprintf("t%04d", i), 1, 50+i%10, nine, false)
	}
	w.attempts("boss", 1, 101, nine, false)
	first := w.round(nine)
	last := words(first)[len(first)-1]
	if want := fmt.Sprintf("09:00:00 looked at %d: 1 raised, %d near, 0 undetermined, %d unshown", tenants+1, tenants, tenants+1-most); last != want || len(first) != most+1 {
		t.Errorf("%d events, the last %q, want %q", len(first), last, want)
	}
	if said := words(first)[0]; said != "09:00:00 boss raised 101/100 people" {
		t.Errorf("what is raised is left out; the first is %q", said)
	}
	// Now those left out come nearer: who has to give way is not calm for that.
	for i := range tenants {
		if i%10 == 0 {
			w.attempts(fmt.Sprintf("t%04d", i), 51, 90, nine.Add(time.Minute), false)
		}
	}
	second := w.round(nine.Add(time.Minute))
	if len(second) != most+1 {
		t.Errorf("%d events, want %d: what gives way to others is neither calm nor shown", len(second), most+1)
	}
	if got, want := words(second)[1], "09:01:00 t0000 near 90/100 people"; got != want {
		t.Errorf("the nearest is left out: %q, want %q", got, want)
	}
}

func TestATickLooksAtABoundedNumber(t *testing.T) {
	w := newWatch()
	e := counting{of: 1_000_000 / topology.Shards}
	for s := range 2 * 60 {
		w.Look(&e, nine.Add(time.Duration(s)*time.Second), nine)
	}
	if e.most > 1000 || e.rounds != 2 {
		t.Errorf("a tick looked at %d; %d rounds began in two minutes", e.most, e.rounds)
	}
}

// counting is an engine that counts what is asked of it.
type counting struct{ of, most, rounds int }

func (c *counting) Standings(from, n int, _ func(detect.Standing)) int {
	if from == 0 {
		c.rounds++
	}
	c.most = max(c.most, n)
	if from+n >= c.of {
		return 0
	}
	return from + n
}

func (c *counting) Standing(string, string, string) (detect.Standing, bool) {
	return detect.Standing{}, false
}
func (c *counting) Watched() int { return c.of }

func TestARoundIsOnTheBusWholeAndInTheEndForgotten(t *testing.T) {
	conn := natstest.Connect(t)
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	sayer := NewSayer(conn.PublishBatch, slog.New(slog.DiscardHandler))
	var saying sync.WaitGroup
	saying.Go(func() { sayer.Run(ctx) })

	w := newWatch()
	w.attempts("acme", 1, 101, nine, false)
	const rounds = 200
	go func() {
		for i := range rounds {
			sayer.rounds <- w.tick(nine.Add(time.Duration(i) * time.Minute))
		}
	}()
	lastRound := nine.Add((rounds - 1) * time.Minute)
	err := conn.Follow(ctx, bus.Following{Stream: topology.Standings}, func(_ context.Context, raw bus.Raw) error {
		var m monitoringv1.Looked
		if raw.Subject == topology.LookedSubject("00") && bus.Decode(raw, &m) == nil && m.GetAt().AsTime().Equal(lastRound) {
			stop()
		}
		return nil
	})
	if err != nil || ctx.Err() != context.Canceled {
		t.Fatalf("the last round did not come: %v %v", err, ctx.Err())
	}
	saying.Wait()
	stream, err := conn.JS().Stream(t.Context(), topology.Standings.Name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context())
	if err != nil || info.State.Msgs == 0 || info.State.Msgs > 2*uint64(topology.Standings.PerSubject) {
		t.Errorf("%d messages of two subjects are kept (%v)", info.State.Msgs, err)
	}
}

func TestABusThatIsAwayHoldsNothingUp(t *testing.T) {
	s := NewSayer(func(ctx context.Context, _ []bus.Event) (uint64, error) { <-ctx.Done(); return 0, ctx.Err() }, slog.New(slog.DiscardHandler))
	for range 3 * waiting {
		s.Say([]bus.Event{{}}) // nobody reads: what is too much is dropped
	}
	s.Say(nil)
	if len(s.rounds) != waiting {
		t.Errorf("%d rounds wait, want %d", len(s.rounds), waiting)
	}
}
