package detect

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// model is a timed table as plain as can be.
type model map[key]int64

func (m model) gone(floor int64) []key {
	var gone []key
	for k, at := range m {
		if at <= floor {
			gone = append(gone, k)
			delete(m, k)
		}
	}
	return gone
}

// TestATimedTableHoldsWhatAPlainMapHolds adds, renews and lets leave, in steps
// and leaps of time, with few things and with many.
func TestATimedTableHoldsWhatAPlainMapHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, plain := timed[int]{window: int64(rapid.IntRange(1, 1000).Draw(t, "window"))}, model{}
		people, now := uint32(rapid.SampledFrom([]int{5, 60, 300}).Draw(t, "people")), int64(0)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			for range rapid.SampledFrom([]int{0, 1, 5, 100}).Draw(t, "burst") {
				k, at := keyOf(random.Uint32N(people), ""), now-random.Int64N(table.window)
				if i, ok := table.find(k); !ok {
					table.add(k, at, 0)
					plain[k] = at
				} else if table.list[i].at < at {
					table.list[i].at = at
					plain[k] = at
				}
			}
			now += int64(rapid.SampledFrom([]int{0, 1, 3, 50, 3000}).Draw(t, "passes"))
			checkLeaving(t, &table, plain, now-table.window)
		}
		table.leave(never, func(it *item[int]) { delete(plain, it.key) })
		if len(plain) > 0 || table.live > 0 {
			t.Errorf("%d left in the table, %d in the map", table.live, len(plain))
		}
	})
}

// checkLeaving lets go of what is as old as the floor, or sweeps, or does neither.
func checkLeaving(t *rapid.T, table *timed[int], plain model, floor int64) {
	var gone []key
	note := func(it *item[int]) {
		if it.at > floor {
			t.Errorf("%d has left at %d", it.at, floor)
		}
		gone = append(gone, it.key)
	}
	switch rapid.IntRange(0, 2).Draw(t, "way") {
	case 0:
		table.leave(floor, note)
		want := plain.gone(floor)
		order := func(a, b key) int { return slices.Compare(a[:], b[:]) }
		slices.SortFunc(gone, order)
		slices.SortFunc(want, order)
		if !slices.Equal(gone, want) {
			t.Errorf("%d have left, want %d", len(gone), len(want))
		}
		first := never
		for _, at := range plain {
			first = min(first, at)
		}
		if got := table.first(); got != first {
			t.Errorf("the first is of %d, want %d", got, first)
		}
	case 1:
		table.sweep(floor, note)
		for _, k := range gone {
			delete(plain, k)
		}
	}
	if table.live != len(plain) {
		t.Errorf("%d things, want %d", table.live, len(plain))
	}
	for k, at := range plain {
		if i, ok := table.find(k); !ok || table.list[i].at != at {
			t.Fatalf("a thing of %d is not found", at)
		}
	}
}

// TestKeptMarksComeBackAsTheyWere keeps and forgets ids of any length.
func TestKeptMarksComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, names := &marks{}, newNames()
		kept := map[noted]mark{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			own := mark{names.id(rapid.StringN(0, 3, 9).Draw(t, "source")), rapid.StringN(0, 60, 120).Draw(t, "id")}
			for at := range kept {
				if rapid.IntRange(0, 4).Draw(t, "forget") == 0 {
					m.forget(at)
					delete(kept, at)
				}
				break
			}
			at := m.note(own)
			if _, taken := kept[at]; taken {
				t.Fatalf("place %d is given twice", at)
			}
			kept[at] = own
			for at, want := range kept {
				if got := m.get(at); got != want {
					t.Fatalf("%v, want %v", got, want)
				}
				if got, want := m.compare(names, at, own), names.compareMarks(want, own); got != want {
					t.Fatalf("compared: %d, want %d", got, want)
				}
			}
		}
	})
}
