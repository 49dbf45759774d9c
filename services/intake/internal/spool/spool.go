package spool

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ErrFull says that the spool has no room for an entry.
var ErrFull = errors.New("the spool is full")

// fileSize is from how many bytes on a file gets a successor.
const fileSize = 8 << 20

// A Spool is the queue in a folder.
type Spool struct {
	dir  string
	max  int64
	roll int64 // from how many bytes on a file gets a successor
	lock *os.File

	line line

	mu      sync.Mutex
	files   []*file // oldest first
	tail    *os.File
	next    uint64 // number of the file that is begun next
	bytes   int64
	damaged int64
	cut     int64
	reading []placed // of the first file, from what is not Done on
	given   int      // of reading
}

// file is one file of the queue.
type file struct {
	number uint64
	// size is up to where it has whole entries, done up to where they are Done.
	size, done int64
	// entries and count are what is in it and not Done; first is its oldest.
	entries int
	count   uint64
	first   time.Time
	damaged bool
}

// A Standing is how much lies in the queue.
type Standing struct {
	// Bytes are those on disk, Max how many they may be.
	Bytes, Max int64
	// Entries lie there, of Count things; Oldest is when the first was told, zero if none is.
	Entries int
	Count   uint64
	Oldest  time.Time
	// Damaged are bytes that are no entry any more, and Cut those at the ends of files
	// that nobody was told are there, since Open.
	Damaged, Cut int64
}

// Open takes the folder, made if it is not there, for a queue of at most so many bytes.
// Each, if not nil, sees all that lies there, in order; its data are good until it returns.
func Open(dir string, most int64, each func(Entry)) (*Spool, error) {
	lock, err := hold(dir)
	if err != nil {
		return nil, err
	}
	s := &Spool{dir: dir, max: most, roll: fileSize, lock: lock, next: 1}
	if err := s.readAll(each); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

// Close lets go of the folder. Nothing may be appended any more.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.closeTail(), s.lock.Close())
}

// readAll looks at what lies in the folder.
func (s *Spool) readAll(each func(Entry)) error {
	there, err := os.ReadDir(s.dir) // in the order of names, which is that of numbers
	if err != nil {
		return fmt.Errorf("read the folder of the spool: %w", err)
	}
	done := s.readDone()
	s.next = done.file + 1
	for _, one := range there {
		number, is := numberOf(one.Name())
		switch {
		case !is:
			continue
		case number < done.file: // it died before it was deleted
			if err := os.Remove(s.path(number)); err != nil {
				return fmt.Errorf("delete what is done of the spool: %w", err)
			}
			continue
		}
		f := &file{number: number}
		if number == done.file {
			f.done = done.offset
		}
		if err := s.readFile(f, each); err != nil {
			return err
		}
	}
	if len(s.files) == 0 {
		return s.forgetDone()
	}
	return nil
}

// readFile looks at one file, and cuts off what was written by halves.
func (s *Spool) readFile(f *file, each func(Entry)) error {
	name := s.path(f.number)
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read the spool: %w", err)
	}
	all, whole, damaged := parse(data, min(f.done, int64(len(data))))
	if torn := int64(len(data)) - whole; torn > 0 {
		s.cut += torn
		if err := os.Truncate(name, whole); err != nil {
			return fmt.Errorf("cut off what was written by halves: %w", err)
		}
	}
	s.next = max(s.next, f.number+1)
	if len(all) == 0 {
		if err := os.Remove(name); err != nil {
			return fmt.Errorf("delete what is done of the spool: %w", err)
		}
		return nil
	}
	f.size, f.entries, f.first, f.damaged = whole, len(all), all[0].At, damaged > 0
	for _, e := range all {
		f.count += uint64(e.Count)
		if each != nil {
			each(e.Entry)
		}
	}
	s.files, s.bytes, s.damaged = append(s.files, f), s.bytes+f.size, s.damaged+damaged
	return nil
}

// Standing is how much lies in the queue now.
func (s *Spool) Standing() Standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Standing{Bytes: s.bytes, Max: s.max, Damaged: s.damaged, Cut: s.cut}
	for _, f := range s.files {
		st.Entries, st.Count = st.Entries+f.entries, st.Count+f.count
		if st.Oldest.IsZero() && f.entries > 0 {
			st.Oldest = f.first
		}
	}
	return st
}
