package spool_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// whole is a queue's only file with three entries, and where each ends.
func whole(t *testing.T) (data []byte, ends []int) {
	t.Helper()
	dir := t.TempDir()
	s, _ := open(t, dir, roomy)
	for _, w := range []string{"first", "second", "third"} {
		put(t, s, w)
		ends = append(ends, int(s.Standing().Bytes))
	}
	_ = s.Close()
	data, err := os.ReadFile(only(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	return data, ends
}

func only(t testing.TB, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.spool"))
	if err != nil || len(names) != 1 {
		t.Fatalf("files %v, %v", names, err)
	}
	return names[0]
}

func TestWhatWasWrittenByHalvesIsCutOff(t *testing.T) {
	data, ends := whole(t)
	for n := range data {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "00000000000000000001.spool"), data[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		want := []string{"first", "second", "third"}[:len(ends)-count(ends, func(end int) bool { return end > n })]
		s, found := open(t, dir, roomy)
		cut := n
		if len(want) > 0 {
			cut = n - ends[len(want)-1]
		}
		if strings.Join(found, ",") != strings.Join(want, ",") || s.Standing().Cut != int64(cut) || s.Standing().Damaged != 0 {
			t.Fatalf("of %d bytes %v are left and %+v, want %v", n, found, s.Standing(), want)
		}
		_ = s.Close()
		if s, _ = open(t, dir, roomy); s.Standing().Cut != 0 {
			t.Fatalf("of %d bytes a second start cuts again", n)
		}
		put(t, s, "next")
		if got := drained(t, s); strings.Join(got, ",") != strings.Join(append(want, "next"), ",") {
			t.Fatalf("of %d bytes there is given out %v", n, got)
		}
		_ = s.Close()
	}
}

func count(list []int, is func(int) bool) (n int) {
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}

func TestADamagedEntryCostsNoOther(t *testing.T) {
	data, ends := whole(t)
	for n := ends[0]; n < ends[1]; n++ {
		dir := t.TempDir()
		spoiled := bytes.Clone(data)
		spoiled[n] ^= 0x40
		if err := os.WriteFile(filepath.Join(dir, "00000000000000000001.spool"), spoiled, 0o600); err != nil {
			t.Fatal(err)
		}
		s, _ := open(t, dir, roomy)
		if st := s.Standing(); st.Damaged != int64(ends[1]-ends[0]) || st.Entries != 2 {
			t.Fatalf("with byte %d spoiled it says %+v", n, st)
		}
		if got := drained(t, s); strings.Join(got, ",") != "first,third" {
			t.Fatalf("with byte %d spoiled there is given out %v", n, got)
		}
		if left := files(t, dir); len(left) != 2 || left[0] != "00000000000000000001.spool.damaged" {
			t.Fatalf("the damaged file does not lie aside: %v", left)
		}
		_ = s.Close()
	}
}

func TestDamageThatComesLaterIsFoundWhenItIsRead(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, roomy)
	put(t, s, "first", "second", "third")
	name := only(t, dir)
	data, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, bytes.Replace(data, []byte("second"), []byte("sekond"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := drained(t, s); strings.Join(got, ",") != "first,third" || s.Standing().Damaged == 0 {
		t.Errorf("given out is %v, and it says %+v", got, s.Standing())
	}
}
