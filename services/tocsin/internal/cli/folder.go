package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// hold makes the data folder and takes it for this process: streams and ledger
// bear one writer. The system lets go of the lock however the process ends, so
// the file may stay; it names the last holder.
func hold(dir string) (release func(), err error) {
	for _, d := range []string{dir, filepath.Join(dir, "nats")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w; choose another with --data", err)
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write to the data folder: %w; choose another with --data", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the data folder %s: %w; choose one on a local disk with --data", dir, err)
		}
		holder, _ := io.ReadAll(io.LimitReader(f, 20))
		return nil, fmt.Errorf("the data folder %s is in use by process %s; stop that one, or choose another folder with --data", dir, strings.TrimSpace(string(holder)))
	}
	if err := errors.Join(f.Truncate(0), writeHolder(f)); err != nil {
		return nil, errors.Join(fmt.Errorf("write to the data folder: %w; make room there, or choose another with --data", err), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

func writeHolder(f *os.File) error {
	_, err := fmt.Fprintln(f, os.Getpid())
	return err
}
