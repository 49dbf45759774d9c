package spool

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// suffix ends the names of the queue's files; before it stands their number.
const suffix = ".spool"

func (s *Spool) path(number uint64) string {
	return filepath.Join(s.dir, fmt.Sprintf("%020d%s", number, suffix))
}

func numberOf(name string) (uint64, bool) {
	digits, is := strings.CutSuffix(name, suffix)
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, is && err == nil
}

// hold makes the folder and takes it for this process. The system lets go of it however
// the process ends; the file names the last holder.
func hold(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the spool: %w; choose another, or make it one that may be written to", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write to the folder of the spool: %w; choose another, or make it one that may be written to", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = f.Close() }()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the folder of the spool %s: %w; choose one on a local disk", dir, err)
		}
		holder, _ := io.ReadAll(io.LimitReader(f, 20))
		return nil, fmt.Errorf("the folder of the spool %s is in use by process %s; give each intake one of its own", dir, strings.TrimSpace(string(holder)))
	}
	if err := errors.Join(f.Truncate(0), writeHolder(f)); err != nil {
		return nil, errors.Join(fmt.Errorf("write to the folder of the spool: %w; make room there, or choose another", err), f.Close())
	}
	return f, nil
}

func writeHolder(f *os.File) error {
	_, err := fmt.Fprintln(f, os.Getpid())
	return err
}

func (s *Spool) syncFolder() error {
	d, err := os.Open(s.dir)
	if err != nil {
		return fmt.Errorf("open the folder of the spool: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync the folder of the spool: %w", err)
	}
	return nil
}

// doneName is the file that says up to where the first file is done. It is a hint: who
// finds an older one is given some entries again.
const doneName = "done"

type doneAt struct {
	file   uint64
	offset int64
}

// readDone is what was noted last; nothing where that can not be read.
func (s *Spool) readDone() (d doneAt) {
	text, err := os.ReadFile(filepath.Join(s.dir, doneName))
	if err != nil {
		return doneAt{}
	}
	if n, err := fmt.Sscanf(string(text), "%d %d\n", &d.file, &d.offset); n != 2 || err != nil || d.offset < 0 {
		return doneAt{}
	}
	return d
}

// noteHow notes up to where a file is done.
func (s *Spool) noteHow(f *file) error {
	name := filepath.Join(s.dir, doneName)
	note, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(note, "%d %d\n", f.number, f.done)
		err = errors.Join(err, note.Sync(), note.Close())
	}
	if err == nil {
		err = os.Rename(name+".new", name)
	}
	if err != nil {
		return fmt.Errorf("note what is done of the spool: %w", err)
	}
	return nil
}

// forgetDone deletes the note when the file that it is about is gone.
func (s *Spool) forgetDone() error {
	err := os.Remove(filepath.Join(s.dir, doneName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("note what is done of the spool: %w", err)
	}
	return nil
}
