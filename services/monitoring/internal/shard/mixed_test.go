package shard

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// mixed is the input with signals of all other shards around those of each message, as
// intake puts them on the stream.
func mixed(t testing.TB, input []bus.Raw) []bus.Raw {
	t.Helper()
	list := slices.Clone(input)
	for i, raw := range list {
		if raw.Subject == topology.TickSubject() {
			continue
		}
		var own intakev1.SignalsReceived
		if err := bus.Decode(raw, &own); err != nil {
			t.Fatal(err)
		}
		all := &intakev1.SignalsReceived{Shard: topology.Shards}
		other := func(n int) {
			for tenant := range 40 {
				if name := fmt.Sprint("else-", tenant); topology.ShardOf(name) != 0 {
					all.Signals = append(all.Signals, failure(1_000_000+1000*i+100*n+tenant, name, fmt.Sprint("v", i), raw.StoredAt))
				}
			}
		}
		for n, s := range own.Signals {
			other(n)
			all.Signals = append(all.Signals, s)
		}
		data, err := proto.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		list[i].Subject, list[i].Data = topology.MixedSignals, data
	}
	return list
}

func TestAShardReadsItsOwnOfAMessageOfSeveral(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 60)
	want := undisturbed(t, p, input)
	w := newWorld(t, "")
	s := begin(t, w.conn, p)
	read(t, s, mixed(t, input), -1)
	same(t, said(t, w.conn), want)
}

func TestEachSignalOfAMessageIsReadByItsShardAndThePlatforms(t *testing.T) {
	raw := mixed(t, []bus.Raw{received(7, nine, failure(1, home(0), "u", nine), failure(2, home(1), "u", nine))})[0]
	var sent intakev1.SignalsReceived
	if err := bus.Decode(raw, &sent); err != nil {
		t.Fatal(err)
	}
	m, ok, err := newDecoder().decode(raw)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for shard := range all {
		var want, got []string
		for _, s := range sent.Signals {
			if shard == topology.Shards || topology.ShardOf(s.GetTenant()) == shard {
				want = append(want, s.GetId())
			}
		}
		for s := range m.of(shard) {
			got = append(got, s.ID)
		}
		if !slices.Equal(got, want) || m.isFor(shard) != (len(want) > 0) {
			t.Errorf("shard %s reads %v (is for it: %v), want %v", nameOf(shard), got, m.isFor(shard), want)
		}
	}
	steps := map[string]int{}
	if err := NewRerun(smallPolicy()).Read(raw, func(s *Step) error { steps[s.Shard]++; return nil }); err != nil {
		t.Fatal(err)
	}
	for shard := range all {
		n := 0
		for range m.of(shard) {
			n++
		}
		if steps[nameOf(shard)] != n {
			t.Errorf("run again, shard %s reads %d signals, want %d", nameOf(shard), steps[nameOf(shard)], n)
		}
	}
}
