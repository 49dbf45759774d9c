package once_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/intake/internal/once"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func TestNamesThatReadAlikeTogetherAreNotTheSame(t *testing.T) {
	for how, key := range map[string]func(...string) once.Key{"written down": once.KeyOf, "of this process": once.NewNamer().Of} {
		all := map[once.Key][]string{}
		for _, names := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}, {""}} {
			k := key(names...)
			if was, is := all[k]; is {
				t.Errorf("%s: %q and %q have one key", how, was, names)
			}
			if key(names...) != k {
				t.Errorf("%s: %q has two keys", how, names)
			}
			all[k] = names
		}
	}
}

func TestTheKeysOfOneNamerSayNothingOfAnothers(t *testing.T) {
	if once.NewNamer().Of("a") == once.NewNamer().Of("a") {
		t.Error("two namers have one secret")
	}
}

func TestAKeyIsClaimedOnceUntilItIsForgotten(t *testing.T) {
	s := once.New(time.Hour, 1<<20)
	key := func(i int) once.Key { return once.KeyOf(fmt.Sprint(i)) }
	s.Add(key(0), 7, nine)
	for _, n := range []int{5000, 1, 3} {
		for i := range n {
			later := nine.Add(time.Duration(i) * time.Minute / 100)
			if got := s.Claim(key(i), later); got != (i > 0) || s.Claim(key(i), later) {
				t.Fatalf("of %d, %d is new: %v, and again", n, i, got)
			}
		}
		for i := range n {
			if i > 0 {
				s.Forget(key(i))
			}
			s.Forget(key(i + n)) // which nobody has claimed
		}
		if s.Len() != 1 || s.Tag(key(0)) != 7 {
			t.Fatalf("the set has %d when all that was claimed is forgotten", s.Len())
		}
	}
}

func TestATagTellsWhatIsSaid(t *testing.T) {
	if a, b := once.TagOf([]byte("a")), once.TagOf([]byte("b")); a == b || a == 0 || a != once.TagOf([]byte("a")) {
		t.Errorf("a is %d, b is %d", a, b)
	}
}

// What a set says is held against a map that forgets nothing.
func TestWhatWasAddedIsKnownForTheWindowAndNothingElseIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const window = 2 * time.Hour
		s, now := once.New(window, 1<<20), nine
		type added struct {
			tag uint32
			at  time.Time
		}
		all := map[int]added{}
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "minutes")) * time.Minute)
			n, tag := rapid.IntRange(0, 50).Draw(t, "thing"), rapid.Uint32Range(1, 3).Draw(t, "tag")
			k := once.KeyOf("okta", fmt.Sprint(n))
			was, known := all[n]
			switch got := s.Tag(k); {
			case !known && got != 0:
				t.Fatalf("%d is known, and was never added", n)
			case known && now.Sub(was.at) <= window && got != was.tag:
				t.Fatalf("%d, added %v before, has tag %d, want %d", n, now.Sub(was.at), got, was.tag)
			case known && got != 0 && got != was.tag:
				t.Fatalf("%d has tag %d, want %d", n, got, was.tag)
			case got != 0:
				tag = got
			}
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				s.Forget(k)
				delete(all, n)
			case 1:
				if s.Claim(k, now) {
					all[n] = added{1, now}
				}
			default:
				s.Add(k, tag, now)
				all[n] = added{tag, now}
			}
		}
	})
}

func TestWhereMoreComesThanItMayHoldTheOldestIsForgottenFirst(t *testing.T) {
	const most = 30_000
	s := once.New(2*time.Hour, most)
	for i := range 10 * most {
		s.Add(once.KeyOf(fmt.Sprint(i)), 1, nine)
		if s.Len() > most {
			t.Fatalf("it holds %d of at most %d", s.Len(), most)
		}
	}
	for i := range 10 * most {
		if known := s.Tag(once.KeyOf(fmt.Sprint(i))) != 0; !known && i >= 10*most-most*2/3 {
			t.Fatalf("%d of %d is forgotten", i, 10*most)
		}
	}
	if s.Tag(once.KeyOf("0")) != 0 {
		t.Error("the first is known still")
	}
}

func TestAThingTakesAtMostThirtyTwoBytes(t *testing.T) {
	s := once.New(2*time.Hour, 3<<20)
	for i := range 1 << 20 {
		s.Add(once.KeyOf(fmt.Sprint(i)), 1, nine)
		if n := s.Len(); n >= 2000 && s.Bytes() > 32*n {
			t.Fatalf("%d things take %d bytes", n, s.Bytes())
		}
	}
}

// Whatever the bytes say, in whatever order, what was added is known.
func FuzzSet(f *testing.F) {
	f.Add([]byte("abcabc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := once.New(time.Hour, 1<<16)
		for i := range data {
			s.Claim(once.KeyOf(string(data[i:]), "in vain"), nine)
			s.Add(once.KeyOf(string(data[:i])), uint32(data[i]), nine)
		}
		for i := range data {
			s.Forget(once.KeyOf(string(data[i:]), "in vain"))
		}
		for i := range data {
			if got := s.Tag(once.KeyOf(string(data[:i]))); got != max(1, uint32(data[i])) {
				t.Fatalf("%q has tag %d, want %d", data[:i], got, data[i])
			}
		}
	})
}

// BenchmarkNew is a signal that was never seen, beside a million that were.
func BenchmarkNew(b *testing.B) {
	s, before := once.New(2*time.Hour, 1<<30), 1_000_000
	of := once.NewNamer()
	for i := range before {
		s.Add(of.Of("okta", "acme", fmt.Sprint(i)), 1, nine.Add(time.Duration(i/400_000)*time.Hour))
	}
	names := make([]string, 1<<16)
	for i := range names {
		names[i] = fmt.Sprint("new-", i)
	}
	now := nine.Add(2*time.Hour + time.Minute)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		s.Claim(of.Of("okta", "acme", names[i%len(names)]), now)
	}
	b.ReportMetric(float64(s.Bytes())/float64(s.Len()), "B/thing")
}
