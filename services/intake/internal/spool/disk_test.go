//go:build linux

package spool_test

import (
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"tocsin/services/intake/internal/spool"
)

// A file that may not grow beyond a limit fails as a full disk does: what is written
// stops in the midst of an entry.
func TestADiskWithoutRoomCostsNothingThatIsThere(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, roomy)
	put(t, s, "first")
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	small := syscall.Rlimit{Cur: 5000, Max: was.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Fatal(err)
	}
	err := s.Append(spool.Entry{Data: make([]byte, 10_000)})
	if again := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); again != nil {
		t.Fatal(again)
	}
	if err == nil || !strings.Contains(err.Error(), "write to the spool: ") {
		t.Fatalf("what finds no room: %v", err)
	}
	put(t, s, "second")
	_ = s.Close()
	s, found := open(t, dir, roomy)
	if strings.Join(found, ",") != "first,second" || s.Standing().Damaged != 0 || s.Standing().Cut != 0 {
		t.Errorf("there are %v, and it says %+v", found, s.Standing())
	}
}
