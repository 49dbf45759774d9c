package spool_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/intake/internal/spool"
)

var began = time.Date(2026, 11, 20, 9, 0, 0, 5, time.UTC)

const roomy = 1 << 30

func open(t testing.TB, dir string, most int64) (s *spool.Spool, found []string) {
	t.Helper()
	s, err := spool.Open(dir, most, func(e spool.Entry) { found = append(found, string(e.Data)) })
	if err != nil {
		t.Fatal(err)
	}
	s.Roll(300)
	t.Cleanup(func() { _ = s.Close() })
	return s, found
}

func put(t testing.TB, s *spool.Spool, words ...string) {
	t.Helper()
	for i, w := range words {
		if err := s.Append(spool.Entry{Count: 1, Tag: 7, At: began.Add(time.Duration(i) * time.Second), Data: []byte(w)}); err != nil {
			t.Fatal(err)
		}
	}
}

// some are the next entries, up to n of them; those of one file only.
func some(t testing.TB, s *spool.Spool, n int) (words []string) {
	t.Helper()
	list, err := s.Next(func(spool.Entry) bool { n--; return n > 0 })
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		words = append(words, string(e.Data))
	}
	return words
}

// drained are all entries, each of which is done.
func drained(t testing.TB, s *spool.Spool) (words []string) {
	t.Helper()
	for next := some(t, s, 2); len(next) > 0; next = some(t, s, 2) {
		words = append(words, next...)
		if err := s.Done(); err != nil {
			t.Fatal(err)
		}
	}
	return words
}

func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestWhatIsPutInIsGivenOutInOrderWhateverEndsTheProcess(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir := t.TempDir()
		var want []string
		s, _ := open(t, dir, roomy)
		defer func() { _ = s.Close() }()
		n := 0
		r.Repeat(map[string]func(*rapid.T){
			"put": func(r *rapid.T) {
				n++
				word := fmt.Sprint(n, strings.Repeat("x", rapid.SampledFrom([]int{0, 1, 100, 500}).Draw(r, "size")))
				put(t, s, word)
				want = append(want, word)
			},
			"take": func(r *rapid.T) {
				got := some(t, s, rapid.IntRange(1, 4).Draw(r, "n"))
				if len(got) == 0 != (len(want) == 0) || len(got) > len(want) || strings.Join(got, ",") != strings.Join(want[:len(got)], ",") {
					r.Fatalf("got %d entries, want those of %d that were put in", len(got), len(want))
				}
				if rapid.Bool().Draw(r, "done") {
					if err := s.Done(); err != nil {
						r.Fatal(err)
					}
					want = want[len(got):]
				}
			},
			"die": func(r *rapid.T) {
				_ = s.Close()
				var found []string
				if s, found = open(t, dir, roomy); strings.Join(found, ",") != strings.Join(want, ",") {
					r.Fatalf("after a start there are %d entries, want %d", len(found), len(want))
				}
			},
			"": func(r *rapid.T) {
				st := s.Standing()
				if st.Entries != len(want) || st.Count != uint64(len(want)) || st.Oldest.IsZero() != (len(want) == 0) {
					r.Fatalf("it says of itself %+v, but there are %d", st, len(want))
				}
			},
		})
		if got := drained(t, s); strings.Join(got, ",") != strings.Join(want, ",") {
			r.Fatalf("given out are %d, want %d", len(got), len(want))
		}
		if left := files(t, dir); len(left) != 1 || left[0] != "lock" || s.Standing().Bytes != 0 {
			r.Fatalf("when all is done there lie %v still, %d bytes", left, s.Standing().Bytes)
		}
	})
}

func TestAFolderMayHaveAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[a]*?")
	s, _ := open(t, dir, roomy)
	put(t, s, "first", "second")
	_ = s.Close()
	if s, found := open(t, dir, roomy); len(found) != 2 || len(drained(t, s)) != 2 {
		t.Errorf("found are %v", found)
	}
}

func TestEntriesKeepWhatTheyAre(t *testing.T) {
	s, _ := open(t, t.TempDir(), roomy)
	put(t, s, "word")
	list, err := s.Next(func(spool.Entry) bool { return true })
	if err != nil || len(list) != 1 || list[0].Count != 1 || list[0].Tag != 7 || !list[0].At.Equal(began) {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestAFullSpoolRefusesUntilSomethingIsDone(t *testing.T) {
	s, _ := open(t, t.TempDir(), 200)
	put(t, s, strings.Repeat("a", 100))
	if err := s.Append(spool.Entry{Data: make([]byte, 100)}); !errors.Is(err, spool.ErrFull) {
		t.Fatalf("what does not fit: %v", err)
	}
	if len(drained(t, s)) != 1 {
		t.Fatal("what was there is not given out")
	}
	put(t, s, strings.Repeat("b", 100))
}

func TestOneProcessUsesAFolder(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, roomy)
	_, err := spool.Open(dir, roomy, nil)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("is in use by process %d; give each intake one of its own", os.Getpid())) {
		t.Errorf("another one: %v", err)
	}
	_ = s.Close()
	open(t, dir, roomy)
}

func TestAFolderThatCanNotBeWrittenSaysWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below"), "/proc/spool"} {
		if _, err := spool.Open(dir, roomy, nil); err == nil || !strings.Contains(err.Error(), "choose another") {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestManyWhoPutInAtOnceEachHaveTheirOrder(t *testing.T) {
	const writers, each = 40, 50
	s, _ := open(t, t.TempDir(), roomy)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if err := s.Append(spool.Entry{Count: uint32(i), Tag: uint32(w)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	var next [writers]uint32
	for got, over := 0, false; got < writers*each; {
		list, err := s.Next(func(spool.Entry) bool { return true })
		if err != nil || over && len(list) == 0 {
			t.Fatalf("%d were given out, %v", got, err)
		}
		for _, e := range list {
			if e.Count != next[e.Tag] {
				t.Fatalf("writer %d: got %d, want %d", e.Tag, e.Count, next[e.Tag])
			}
			next[e.Tag]++
		}
		if got += len(list); s.Done() != nil {
			t.Fatal("not done")
		}
		select {
		case <-ended:
			over = true
		default:
		}
	}
}
