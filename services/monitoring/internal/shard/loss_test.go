package shard

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// again begins a shard on an input of which something may be lost.
func again(t testing.TB, w world, in input) (*Shard, loss) {
	t.Helper()
	s := newShard(w.conn, smallPolicy(), 0, quiet)
	l, err := s.takeOver(t.Context(), in.now)
	if err == nil {
		err = s.adopt(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, l
}

func nowhere(context.Context, uint64) (bool, error) { return false, nil }

func TestAnInputThatIsShorterThanWhatWasReadIsReadOnFromItsEnd(t *testing.T) {
	t.Parallel()
	w, input := newWorld(t, ""), day(3, 150)
	s := begin(t, w.conn, smallPolicy())
	read(t, s, input[:60], -1)
	save(t, s)
	read(t, s, input[60:80], -1)

	// The last messages were lost; others have taken their numbers since.
	in := whole
	in.last = input[49].Sequence
	end := in.last
	rest := shifted(input[90:], input[89].Sequence-end)
	for round := range 3 { // whoever takes over after a crash does the same
		s, l := again(t, w, in)
		if first := l.why == whyShorter; first != (round == 0) || s.position != end {
			t.Fatalf("loss %+v, goes on at %d; want it noticed once, and to go on at %d", l, s.position, end)
		}
		in.last = rest[len(rest)-1].Sequence
	}
	s, _ = again(t, w, in)
	before := len(said(t, w.conn))
	read(t, s, rest, -1)
	if len(said(t, w.conn)) == before {
		t.Error("nothing is said of what came since")
	}
	holds(t, s, said(t, w.conn))
}

// shifted is the input with lower sequences.
func shifted(input []bus.Raw, by uint64) []bus.Raw {
	var list []bus.Raw
	for _, raw := range input {
		raw.Sequence -= by
		list = append(list, raw)
	}
	return list
}

func TestWhereAllThatWasSaidIsLostWhatIsHeldIsSaidAgain(t *testing.T) {
	t.Parallel()
	w, messages := newWorld(t, ""), day(3, 80)
	s := begin(t, w.conn, smallPolicy())
	read(t, s, messages[:40], -1)
	save(t, s)
	if len(standing(t, said(t, w.conn))) == 0 {
		t.Fatal("nothing stands: this proves little")
	}
	if err := w.conn.JS().DeleteStream(t.Context(), topology.Conditions.Name); err != nil {
		t.Fatal(err)
	}
	if err := topology.Apply(t.Context(), w.conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	s = begin(t, w.conn, smallPolicy())
	read(t, s, messages[:41], -1)
	holds(t, s, said(t, w.conn))
	save(t, s)
	s = begin(t, w.conn, smallPolicy())
	read(t, s, messages, -1)
	holds(t, s, said(t, w.conn))
}

func TestAnOwnerThatGoesOnDuringTheTakeoverIsNoLoss(t *testing.T) {
	t.Parallel()
	w, messages := newWorld(t, ""), day(3, 80)
	owner := begin(t, w.conn, smallPolicy())
	read(t, owner, messages[:40], -1)
	next := newShard(w.conn, smallPolicy(), 0, quiet)
	in := whole
	in.last = messages[39].Sequence
	_, err := next.takeOver(t.Context(), func(ctx context.Context) (input, error) {
		for _, raw := range messages[40:] {
			if err := give(ctx, owner, raw); err != nil {
				t.Fatal(err)
			}
		}
		return in, nil
	})
	if !errors.Is(err, ErrFenced) {
		t.Errorf("error = %v, want to begin again: the owner has gone on", err)
	}
	holds(t, owner, said(t, w.conn))
}

func TestAnotherStreamIsReadFromItsBeginningAndConditionsGoOn(t *testing.T) {
	t.Parallel()
	w, input := newWorld(t, ""), day(3, 150)
	s := begin(t, w.conn, smallPolicy())
	read(t, s, input[:60], -1)
	save(t, s)
	read(t, s, input[60:80], -1)
	in := whole
	in.created = nine.Add(time.Hour)
	s, l := again(t, w, in)
	if l.why != whyReplaced || s.position != 0 || s.past != 0 {
		t.Fatalf("loss %+v, goes on at %d of %d", l, s.position, s.past)
	}
	rest := shifted(input[80:], input[80].Sequence-1)
	read(t, s, rest, 20)
	s, l = again(t, w, in)
	if l.why != "" {
		t.Errorf("noticed again: %+v", l)
	}
	read(t, s, rest, -1)
	holds(t, s, said(t, w.conn))
}

func TestMessagesThatAreGoneBeforeTheyAreReadMakeATurn(t *testing.T) {
	t.Parallel()
	w, input := newWorld(t, ""), day(3, 150)
	s := begin(t, w.conn, smallPolicy())
	read(t, s, input[:30], -1)
	save(t, s)
	read(t, s, input[30:80], -1)
	in := whole
	in.holds = nowhere
	s, l := again(t, w, in)
	if l.why != whyGone || !s.unsettled || s.position != input[29].Sequence {
		t.Fatalf("loss %+v, unsettled %v, goes on at %d", l, s.unsettled, s.position)
	}
	read(t, s, input[100:], -1)
	holds(t, s, said(t, w.conn))
}

// A condition that rests on signals which nobody can read again did hold: it is
// not withdrawn.
func TestWhatRestsOnLostSignalsIsNotWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	s := begin(t, w.conn, smallPolicy())
	read(t, s, []bus.Raw{tickAt(3, nine), tickAt(4, nine)}, -1)
	save(t, s)
	later := nine.Add(time.Minute)
	read(t, s, []bus.Raw{received(5, later, failure(1, home(0), "u1", later), failure(2, home(0), "u2", later), failure(3, home(0), "u3", later))}, -1)
	in := whole
	in.holds = nowhere
	for range 2 { // the first one crashes before it has read anything
		s, _ = again(t, w, in)
	}
	read(t, s, []bus.Raw{tickAt(6, later.Add(time.Second))}, -1)
	list := said(t, w.conn)
	if len(list) != 2 || !strings.Contains(list[1], `"expired"`) {
		t.Errorf("said\n%s\nwant it raised, and expired: nobody knows any more", strings.Join(list, "\n"))
	}
}

func TestAStreamThatIsReplacedEndsItsOwnerAndIsReadByTheNext(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, ""), smallPolicy()
	r := run(t, w, p)
	now := time.Now()
	three := func(tenant string, from int) (list []*ingressv1.Signal) {
		for u := range 3 {
			list = append(list, failure(from+u, tenant, fmt.Sprint("u", u), now))
		}
		return list
	}
	send(t, w.conn, 0, three(home(0), 0)...)
	changes(t, w, 2)
	ticks(t, w.conn, 3)
	if err := w.conn.JS().DeleteStream(t.Context(), topology.Signals.Name); err != nil {
		t.Fatal(err)
	}
	if err := topology.Apply(t.Context(), w.conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-r.done:
		if !errors.Is(err, errLost) {
			t.Fatalf("the owner ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the owner goes on")
	}
	run(t, w, p)
	send(t, w.conn, 0, three(home(1), 100)...)
	scopes := map[string]int{}
	for _, c := range changes(t, w, 3) {
		scopes[c.Scope+" "+c.Change]++
	}
	if scopes[home(0)+" raised"] != 1 || scopes[home(1)+" raised"] != 1 || scopes["platform raised"] != 1 {
		t.Errorf("said %v", scopes)
	}
	v := awaitSight(t, w, func(v *monitoringv1.Sight) bool { return v.BlindUntil != nil })
	if v.Why != whyReplaced || v.BlindSince.AsTime().Before(now) || v.BlindUntil.AsTime().Before(v.BlindSince.AsTime()) {
		t.Errorf("sight = %v", v)
	}
}

// awaitSight waits until the first shard has said that it sees so.
func awaitSight(t testing.TB, w world, so func(*monitoringv1.Sight) bool) *monitoringv1.Sight {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var got *monitoringv1.Sight
	err := w.conn.Follow(ctx, bus.Following{Stream: topology.Checkpoints, Filters: []string{topology.SightSubject("00")}}, func(_ context.Context, raw bus.Raw) error {
		v := &monitoringv1.Sight{}
		if err := bus.Decode(raw, v); err != nil {
			return err
		}
		if so(v) {
			got = v
			cancel()
		}
		return nil
	})
	if err != nil || got == nil {
		t.Fatal("no such sight:", err)
	}
	return got
}

func TestAMessageThatCannotBeDecodedStopsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	run(t, w, smallPolicy())
	garbage := &nats.Msg{Subject: topology.SignalsSubject(0), Data: []byte{0xff, 0xff, 0xff}}
	if _, err := w.conn.JS().PublishMsg(t.Context(), garbage); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	send(t, w.conn, 0, failure(1, home(0), "u1", now), failure(2, home(0), "u2", now), failure(3, home(0), "u3", now))
	changes(t, w, 2)
}
