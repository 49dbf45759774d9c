package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Backup writes a copy of the ledger file as it stands at one moment, while others
// read and write it. to must not be there.
func Backup(ctx context.Context, file, to string) (err error) {
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("back up the ledger: %w", err)
	}
	if _, err := os.Stat(to); err == nil {
		return fmt.Errorf("back up the ledger: %s is there already; name another file, or move it away", to)
	}
	e, err := open(file)
	if err != nil {
		return fmt.Errorf("open the ledger file %s: %w", file, err)
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if _, err := e.write.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("back up the ledger to %s: %w", to, err)
	}
	return sync(to)
}

// Restore puts a backup where a ledger file is to be. Nothing may be there: what
// is left of an old one is moved away first, with its -wal and -shm.
func Restore(_ context.Context, backup, file string) (err error) {
	for _, old := range []string{file, file + "-wal", file + "-shm"} {
		if _, err := os.Stat(old); err == nil {
			return fmt.Errorf("restore the ledger: %s is there; stop review, and move it away", old)
		}
	}
	from, err := os.Open(backup)
	if err != nil {
		return fmt.Errorf("restore the ledger: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("restore the ledger: %w", err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return fmt.Errorf("restore the ledger to %s: %w", file, err)
	}
	return nil
}

// sync has the disk keep a file, which is for the owner alone.
func sync(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}
