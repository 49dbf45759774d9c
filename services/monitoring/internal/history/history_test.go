package history

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/monitoring/internal/detect"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// An item is a signal with the bytes that belong to it.
type item struct {
	Signal detect.Signal
	With   string
}

func (it *item) content() []byte { return append(it.Signal.AppendContent(nil), it.With...) }

// items draws signals of few instants and few ids, so that they meet.
func items(t *rapid.T) []item {
	times := []time.Time{
		nine, nine.Add(1), nine.Add(-1), nine.Add(time.Second), time.Unix(0, 0).UTC(),
		{},
		time.Date(9999, 1, 1, 0, 0, 0, 3, time.UTC), time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	list := make([]item, rapid.IntRange(0, 120).Draw(t, "signals"))
	for i := range list {
		s := detect.Signal{
			Source: rapid.SampledFrom([]string{"a", "b", "ab", ""}).Draw(t, "source"),
			ID:     rapid.SampledFrom([]string{"1", "2", "10", "b1", strings.Repeat("long", 50), "x", "y", "z"}).Draw(t, "id"),
			At:     rapid.SampledFrom(times).Draw(t, "at"),
			Kind:   detect.KindAuthAttempt,
		}
		s.Auth = detect.AuthAttempt{User: rapid.SampledFrom([]string{"u", "v"}).Draw(t, "user"), OK: rapid.Bool().Draw(t, "ok")}
		list[i] = item{s, rapid.SampledFrom([]string{"", "", "w"}).Draw(t, "with")}
	}
	return list
}

// naive is what a history says, worked out in the plainest way.
func naive(list []item, asGiven bool) (out []item, counts Counts) {
	list = slices.Clone(list)
	if !asGiven {
		slices.SortStableFunc(list, func(a, b item) int {
			if c := a.Signal.At.Compare(b.Signal.At); c != 0 {
				return c
			}
			return bytes.Compare(a.content(), b.content())
		})
	}
	known := map[[2]string][]byte{}
	for _, it := range list {
		name := [2]string{it.Signal.Source, it.Signal.ID}
		switch first, ok := known[name]; {
		case !ok:
			known[name] = it.content()
			out = append(out, it)
		case bytes.Equal(first, it.content()):
			counts.Duplicates++
		default:
			counts.Conflicting++
		}
	}
	if !asGiven {
		slices.SortStableFunc(out, func(a, b item) int { return detect.Compare(&a.Signal, &b.Signal) })
	}
	return out, counts
}

// told is what a history says of the items, added in batches of a few.
func told(h *History, list []item, few int) (out []item, err error) {
	for part := range slices.Chunk(list, few) {
		b := h.Batch()
		for i := range part {
			b.Add(&part[i].Signal, []byte(part[i].With))
		}
		if err := h.Add(b); err != nil {
			return nil, err
		}
	}
	if err := h.Seal(nil); err != nil {
		return nil, err
	}
	err = h.Each(func(s *detect.Signal, with []byte) error {
		out = append(out, item{*s, string(with)})
		return nil
	})
	return out, err
}

func TestAHistoryGivesItsSetInOrderHoweverLittleMemoryItHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, asGiven := items(t), rapid.Bool().Draw(t, "as given")
		memory := rapid.SampledFrom([]int{1, 100, 500, 5000, 0}).Draw(t, "memory")
		h := New(Options{Memory: memory, AsGiven: asGiven})
		got, err := told(h, list, rapid.IntRange(1, 50).Draw(t, "few"))
		if err != nil || h.Len() != len(list) {
			t.Fatal(err, h.Len())
		}
		want, counts := naive(list, asGiven)
		if h.Counts() != counts {
			t.Fatalf("counts %+v, want %+v", h.Counts(), counts)
		}
		if len(got) != len(want) {
			t.Fatalf("%d signals, want %d", len(got), len(want))
		}
		for i := range got {
			if !bytes.Equal(got[i].content(), want[i].content()) || !got[i].Signal.At.Equal(want[i].Signal.At) {
				t.Fatalf("number %d is\n%+v, want\n%+v", i, got[i], want[i])
			}
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// many are as many failures, all different, every tenth of them twice.
func many(n int, at func(i int) time.Time) []item {
	var list []item
	for i := range n {
		it := item{Signal: detect.Signal{Source: "a", ID: fmt.Sprint(i), At: at(i), Kind: detect.KindAuthAttempt}}
		if list = append(list, it); i%10 == 0 {
			list = append(list, it)
		}
	}
	return list
}

func TestAnInstantOfManySignalsFitsIntoLittleMemory(t *testing.T) {
	list := many(5000, func(int) time.Time { return nine })
	h := New(Options{Memory: 4000})
	defer h.Close()
	got, err := told(h, list, 1000)
	want, counts := naive(list, false)
	if err != nil || !reflect.DeepEqual(got, want) || h.Counts() != counts || counts.Duplicates != 500 {
		t.Errorf("%v, %d of %d signals, %+v", err, len(got), len(want), h.Counts())
	}
}

func TestNothingIsLeftInTheFolderOfTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	h := New(Options{Memory: 1000})
	if _, err := told(h, many(2000, func(i int) time.Time { return nine.Add(time.Duration(-i)) }), 100); err != nil {
		t.Fatal(err)
	}
	if h.spill.size == 0 {
		t.Error("nothing went to the file")
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestWhatFitsIntoMemoryNeedsNoFile(t *testing.T) {
	h := New(Options{Create: func() (File, error) { return nil, errors.New("asked for a file") }})
	if _, err := told(h, many(2000, func(int) time.Time { return nine }), 100); err != nil {
		t.Error(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

// full is a file on a disk with room for so many bytes, or one that forgets.
type full struct {
	File
	room int
}

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	return f.File.Write(b)
}

func TestAFullDiskIsSaidPlainly(t *testing.T) {
	for _, room := range []int{0, 10_000, 60_000} {
		h := New(Options{Memory: 20_000, Create: func() (File, error) {
			f, err := nameless()
			return &full{f, room}, err
		}})
		_, err := told(h, many(3000, func(i int) time.Time { return nine.Add(time.Duration(i)) }), 100)
		if err == nil || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(err.Error(), "TMPDIR") {
			t.Errorf("room for %d: %v", room, err)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	h := New(Options{Memory: 100})
	if _, err := told(h, many(100, func(int) time.Time { return nine }), 10); err == nil || !strings.Contains(err.Error(), "point TMPDIR") {
		t.Error(err)
	}
}

// forgetful is a file in which every byte reads as 0xff.
type forgetful struct{ File }

func (forgetful) ReadAt(b []byte, _ int64) (int, error) {
	for i := range b {
		b[i] = 0xff
	}
	return len(b), nil
}

func TestADiskThatForgetsIsNoticed(t *testing.T) {
	h := New(Options{Memory: 2000, Create: func() (File, error) {
		f, err := nameless()
		return forgetful{f}, err
	}})
	defer h.Close()
	if _, err := told(h, many(300, func(int) time.Time { return nine }), 10); err == nil || !strings.Contains(err.Error(), "temporary file") {
		t.Error(err)
	}
}

func TestWhoReadsMayStop(t *testing.T) {
	enough := errors.New("enough")
	for _, memory := range []int{100, 0} {
		h := New(Options{Memory: memory})
		b := h.Batch()
		for _, it := range many(50, func(int) time.Time { return nine }) {
			b.Add(&it.Signal, nil)
		}
		if err := errors.Join(h.Add(b), h.Seal(nil)); err != nil {
			t.Fatal(err)
		}
		if err := h.Each(func(*detect.Signal, []byte) error { return enough }); !errors.Is(err, enough) {
			t.Error(err)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}
