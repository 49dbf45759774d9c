package history

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// A File is what does not fit into memory: written at its end, read anywhere.
type File interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// nameless creates a file that is gone with the process.
func nameless() (File, error) {
	f, err := os.CreateTemp("", "tocsin-*")
	if err != nil {
		return nil, err
	}
	if os.Remove(f.Name()) == nil {
		return f, nil
	}
	return named{f}, nil
}

// named is a file that has to be removed: some systems keep the name of an open one.
type named struct{ *os.File }

func (n named) Close() error { return errors.Join(n.File.Close(), os.Remove(n.Name())) }

// A spill is the temporary file of one history; there is none until it is written to.
type spill struct {
	create func() (File, error)
	file   File
	size   int64
	buf    *bufio.Writer // of the run that is being written
}

// A section is a part of the spill.
type section struct{ from, to int64 }

// append writes b at the end.
func (s *spill) append(b []byte) (section, error) {
	if _, err := s.Write(b); err != nil {
		return section{}, err
	}
	return section{s.size - int64(len(b)), s.size}, nil
}

// Write writes at the end, and says what to do where that does not work.
func (s *spill) Write(b []byte) (int, error) {
	if s.file == nil {
		create := s.create
		if create == nil {
			create = nameless
		}
		f, err := create()
		if err != nil {
			return 0, fmt.Errorf("the input is larger than memory may hold; create a temporary file: %w; point TMPDIR to a folder that can be written to", err)
		}
		s.file = f
	}
	n, err := s.file.Write(b)
	s.size += int64(n)
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return n, fmt.Errorf("the disk is full: the temporary file in %s has %d MiB so far; free some room or point TMPDIR to a disk with more, and run it again", os.TempDir(), s.size>>20)
	case err != nil:
		return n, fmt.Errorf("write the temporary file in %s: %w", os.TempDir(), err)
	}
	return n, nil
}

func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return f.Close()
}

// A runWriter writes one run: records one after the other.
type runWriter struct {
	spill *spill
	from  int64
	w     *bufio.Writer
}

func (s *spill) writer() *runWriter {
	if s.buf == nil {
		s.buf = bufio.NewWriterSize(s, 256<<10)
	}
	return &runWriter{spill: s, from: s.size, w: s.buf}
}

// record writes a signal with its number.
func (w *runWriter) record(number uint64, payload []byte) error {
	var head [2 * binary.MaxVarintLen64]byte
	b := binary.AppendUvarint(head[:0], number)
	b = binary.AppendUvarint(b, uint64(len(payload)))
	if _, err := w.w.Write(b); err != nil {
		return err
	}
	_, err := w.w.Write(payload)
	return err
}

func (w *runWriter) end() (section, error) {
	if err := w.w.Flush(); err != nil {
		return section{}, err
	}
	return section{w.from, w.spill.size}, nil
}

// reader reads a section from its beginning.
func (s *spill) reader(at section, buffer int) *bufio.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(s.file, at.from, at.to-at.from), buffer)
}
