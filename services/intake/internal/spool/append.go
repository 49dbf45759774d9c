package spool

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// togetherMost is how many bytes are written before one sync, but for the last entry.
const togetherMost = 4 << 20

// line are those who wait to be written.
type line struct {
	mu      sync.Mutex
	waiting []waiter
	busy    bool
}

type waiter struct {
	Entry
	said chan error
}

// Append puts an entry in. When it returns nil, it is on disk. An error is ErrFull, or
// what the disk says; then it is not in the queue, or nobody may count on it.
func (s *Spool) Append(e Entry) error {
	if len(e.Data) > Largest {
		return fmt.Errorf("%d bytes in one entry, of at most %d: %w", len(e.Data), Largest, ErrFull)
	}
	w := waiter{e, make(chan error, 1)}
	s.line.mu.Lock()
	s.line.waiting = append(s.line.waiting, w)
	first := !s.line.busy
	s.line.busy = true
	s.line.mu.Unlock()
	if first {
		go s.writeAll()
	}
	return <-w.said
}

// writeAll writes what waits until nothing does.
func (s *Spool) writeAll() {
	for some := s.take(); len(some) > 0; some = s.take() {
		fits, err := s.write(some)
		for i, w := range some {
			switch {
			case i >= fits:
				w.said <- fmt.Errorf("%w: %d bytes of at most %d", ErrFull, s.Standing().Bytes, s.max)
			default:
				w.said <- err
			}
		}
	}
}

// take takes those who wait, as many as are written together.
func (s *Spool) take() []waiter {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	n := 0
	for bytes := int64(0); n < len(s.line.waiting) && bytes < togetherMost; n++ {
		bytes += s.line.waiting[n].size()
	}
	some := s.line.waiting[:n:n]
	s.line.waiting = s.line.waiting[n:]
	s.line.busy = n > 0
	return some
}

// write writes and syncs as many of the entries as there is room for, from the first on,
// all or none. After an error the file has no more of them than it had before.
func (s *Spool) write(some []waiter) (fits int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var data []byte
	for _, w := range some {
		if s.bytes+int64(len(data))+w.size() > s.max {
			break
		}
		data, fits = w.append(data), fits+1
	}
	if fits == 0 {
		return 0, nil
	}
	if err := s.ready(); err != nil {
		return fits, err
	}
	f := s.files[len(s.files)-1]
	_, err = s.tail.WriteAt(data, f.size)
	if err == nil {
		err = s.tail.Sync()
	}
	if err != nil { // what is in the file's cache now is not known: it gets no more
		err = fmt.Errorf("write to the spool: %w", err)
		_ = s.tail.Truncate(f.size) // else the next start cuts it off
		return fits, errors.Join(err, s.closeTail(), s.dropEmpty())
	}
	if f.entries == 0 {
		f.first = some[0].At
	}
	f.size, f.entries, s.bytes = f.size+int64(len(data)), f.entries+fits, s.bytes+int64(len(data))
	for _, w := range some[:fits] {
		f.count += uint64(w.Count)
	}
	return fits, nil
}

// ready sees that there is a file to write to.
func (s *Spool) ready() error {
	if s.tail != nil && s.files[len(s.files)-1].size < s.roll {
		return nil
	}
	if err := s.closeTail(); err != nil {
		return fmt.Errorf("end a file of the spool: %w", err)
	}
	f := &file{number: s.next}
	tail, err := os.OpenFile(s.path(f.number), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("begin a file of the spool: %w", err)
	}
	s.next++
	if err := s.syncFolder(); err != nil {
		return errors.Join(err, tail.Close(), os.Remove(tail.Name()))
	}
	s.tail, s.files = tail, append(s.files, f)
	return nil
}

func (s *Spool) closeTail() error {
	if s.tail == nil {
		return nil
	}
	err := s.tail.Close()
	s.tail = nil
	return err
}

// dropEmpty deletes the last file if nothing came to be in it.
func (s *Spool) dropEmpty() error {
	last := len(s.files) - 1
	if last < 0 || s.files[last].size > 0 {
		return nil
	}
	name := s.path(s.files[last].number)
	s.files = s.files[:last]
	return os.Remove(name)
}
