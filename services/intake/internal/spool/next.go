package spool

import (
	"errors"
	"fmt"
	"os"
)

// Next are the oldest entries, for as long as room says that there is room after the
// one before; the first is always among them. None is an empty queue. Their data are
// good until Done or the next Next.
func (s *Spool) Next(room func(Entry) bool) ([]Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.reading) == 0 {
		if err := s.load(); err != nil {
			return nil, err
		}
	}
	var some []Entry
	for _, e := range s.reading {
		if some = append(some, e.Entry); !room(e.Entry) {
			break
		}
	}
	s.given = len(some)
	return some, nil
}

// load reads what is not Done of the first file that has something.
func (s *Spool) load() error {
	for len(s.files) > 0 {
		f := s.files[0]
		if f.done == f.size {
			if err := s.drop(); err != nil {
				return err
			}
			continue
		}
		in, err := os.Open(s.path(f.number))
		if err != nil {
			return fmt.Errorf("read the spool: %w", err)
		}
		data := make([]byte, f.size-f.done)
		_, err = in.ReadAt(data, f.done)
		if err = errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("read the spool: %w", err)
		}
		all, _, _ := parse(data, 0)
		for i := range all {
			all[i].end += f.done
		}
		if len(all) == f.entries {
			s.reading = all
			return nil
		}
		s.damage(f, all) // since it was written or looked at
		if s.reading = all; len(all) > 0 {
			return nil
		}
		f.done = f.size
	}
	return nil
}

// damage takes note that a file has less than was written to it.
func (s *Spool) damage(f *file, left []placed) {
	whole := int64(0)
	f.count = 0
	for _, e := range left {
		whole, f.count = whole+e.size(), f.count+uint64(e.Count)
	}
	s.damaged, f.entries, f.damaged = s.damaged+f.size-f.done-whole, len(left), true
}

// Done says that the entries which Next gave last are not needed any more.
func (s *Spool) Done() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.given == 0 {
		return nil
	}
	f := s.files[0]
	for _, e := range s.reading[:s.given] {
		f.entries, f.count, f.done = f.entries-1, f.count-uint64(e.Count), e.end
	}
	s.reading, s.given = s.reading[s.given:], 0
	if f.entries == 0 {
		f.done, s.reading = f.size, nil
		return s.drop()
	}
	if len(s.reading) == 0 { // there is more by now
		if err := s.load(); err != nil {
			return err
		}
	}
	if len(s.reading) > 0 {
		f.first = s.reading[0].At
	}
	return s.noteHow(f)
}

// drop deletes the first file, of which all is done; a damaged one it lays aside.
func (s *Spool) drop() error {
	f := s.files[0]
	name := s.path(f.number)
	if len(s.files) == 1 {
		if err := s.closeTail(); err != nil {
			return fmt.Errorf("end a file of the spool: %w", err)
		}
	}
	err := error(nil)
	if f.damaged {
		err = os.Rename(name, name+".damaged")
	} else {
		err = os.Remove(name)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("delete what is done of the spool: %w", err)
	}
	s.files, s.bytes = s.files[1:], s.bytes-f.size
	return s.forgetDone()
}

// Behind is how many bytes of the queue are Done, and lie there still because their file
// has others.
func (s *Spool) Behind() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.files) == 0 {
		return 0
	}
	return s.files[0].done
}

// Aside writes an entry's data to a file of its own beside the queue, and names it.
func (s *Spool) Aside(e Entry) (name string, err error) {
	f, err := os.CreateTemp(s.dir, e.At.UTC().Format("20060102T150405.000000000-*.aside"))
	if err != nil {
		return "", fmt.Errorf("lay something aside from the spool: %w", err)
	}
	_, err = f.Write(e.Data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("lay something aside from the spool: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}
