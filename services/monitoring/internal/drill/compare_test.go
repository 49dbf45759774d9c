//go:build unix

package drill

import (
	"context"
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/events"
	"tocsin/services/monitoring/internal/shard"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// A record is every change of each scope, in order: its id and its bytes.
type record map[string][]string

func (r record) add(t testing.TB, id string, m *monitoringv1.ConditionChanged) {
	t.Helper()
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	r[m.Condition.Scope] = append(r[m.Condition.Scope], fmt.Sprintf("%s %s %x", m.Condition.Change, id, data))
}

// said is what stands on the bus.
func said(t testing.TB, conn *bus.Conn) record {
	t.Helper()
	got := record{}
	last, err := conn.LastSequence(t.Context(), topology.Conditions)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	states := map[string]bool{}
	for _, name := range shards() {
		states[topology.ShardStateSubject(name)] = true
	}
	err = conn.Follow(ctx, bus.Following{Stream: topology.Conditions}, func(_ context.Context, raw bus.Raw) error {
		if raw.Sequence == last {
			cancel()
		}
		if states[raw.Subject] {
			return nil
		}
		var ev monitoringv1.ConditionChanged
		if err := bus.Decode(raw, &ev); err != nil {
			return err
		}
		got.add(t, raw.ID, &ev)
		return nil
	})
	if err != nil || ctx.Err() == context.DeadlineExceeded {
		t.Fatal("read what was said:", err, ctx.Err())
	}
	return got
}

// undisturbed is what an owner says that nobody disturbs.
func undisturbed(t testing.TB, conn *bus.Conn, p *policy.Policy, until uint64) record {
	t.Helper()
	want := record{}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	shards := shard.NewRerun(p)
	err := conn.Retained(ctx, topology.Signals, func(raw bus.Raw) error {
		if raw.Sequence > until {
			return nil
		}
		return shards.Read(raw, func(st *shard.Step) error {
			for _, c := range st.Changes {
				ev := events.ConditionEvent(c, p.Version)
				want.add(t, ev.ID, ev.Payload.(*monitoringv1.ConditionChanged))
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// same compares the two, scope by scope, and says how many changes there are.
func same(t testing.TB, got, want record) (changes int) {
	t.Helper()
	for scope := range got {
		if want[scope] == nil {
			t.Errorf("%s: %d changes of a scope that has none", scope, len(got[scope]))
		}
	}
	for scope := range want {
		changes += len(want[scope])
		for i := range max(len(got[scope]), len(want[scope])) {
			if g, w := at(got[scope], i), at(want[scope], i); g != w {
				t.Errorf("%s: %d changes, want %d; the first that differs is number %d:\n got %s\nwant %s", scope, len(got[scope]), len(want[scope]), i, g, w)
				break
			}
		}
	}
	return changes
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}

// shards are the names of all shards.
func shards() []string {
	names := []string{topology.PlatformShard}
	for n := range topology.Shards {
		names = append(names, topology.ShardName(n))
	}
	return names
}

// seen is how far every shard has read, by what its owner last said of it; it
// waits until that is as far as asked.
func seen(t testing.TB, conn *bus.Conn, least uint64) uint64 {
	t.Helper()
	deadline := time.Now().Add(patience)
	first := map[uint64]bool{}
	for _, name := range shards() {
		for {
			raw, err := conn.Last(t.Context(), topology.Checkpoints, topology.SightSubject(name))
			if err != nil {
				t.Fatal(err)
			}
			var v monitoringv1.Sight
			if err := bus.Decode(raw, &v); err != nil {
				t.Fatal(err)
			}
			if v.Position >= least {
				first[v.Position] = true
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("shard %s has read up to %d, want %d", name, v.Position, least)
			}
		}
	}
	if len(first) != 1 {
		t.Fatalf("the shards' owner says of them different positions: %v", first)
	}
	for position := range first {
		return position
	}
	return 0
}
