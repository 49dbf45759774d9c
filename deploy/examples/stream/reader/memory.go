package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// A line is one notification in the file.
type line struct {
	Sequence uint64          `json:"sequence,string"`
	ID       string          `json:"id"`
	Data     json.RawMessage `json:"data"`
}

// memory is the file, and the sequence of its last line.
type memory struct {
	*os.File
	last uint64
}

// open opens the file, or makes it. A last line that a crash cut short is cut off:
// its message was not acknowledged and comes again.
func open(name string) (*memory, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	m, whole := &memory{File: f}, int64(0)
	for lines := bufio.NewReader(f); ; {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		var l line
		if err = errors.Join(err, json.Unmarshal(text, &l)); err != nil {
			return nil, errors.Join(fmt.Errorf("%s, after %d bytes: %w", name, whole, err), f.Close())
		}
		m.last, whole = l.Sequence, whole+int64(len(text))
	}
	_, err = f.Seek(whole, io.SeekStart)
	if err = errors.Join(err, f.Truncate(whole)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return m, nil
}

// add returns when the line is on disk.
func (m *memory) add(sequence uint64, id string, data []byte) error {
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(line{sequence, id, data}); err != nil {
		return err
	}
	if _, err := m.Write(text.Bytes()); err != nil {
		return err
	}
	if err := m.Sync(); err != nil {
		return err
	}
	m.last = sequence
	return nil
}
