package pull

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// A Journal remembers what was done: a file to which each step adds a line. A step
// counts when its line is whole; a torn last line was none. A nil Journal remembers
// nothing.
type Journal struct {
	file   *os.File
	cursor string
	done   map[string]string
}

// note is one line.
type note struct {
	// Of is whose tickets, in the first line.
	Of string `json:"of,omitempty"`
	// Done are tickets that were handed over, with their state.
	Done map[string]string `json:"done,omitempty"`
	// At is where in the list the next page begins.
	At *string `json:"at,omitempty"`
	// Ended is when the list came to its end.
	Ended *time.Time `json:"ended,omitempty"`
}

// OpenJournal opens the file, or begins it. It is of one helpdesk's tickets: that of
// another one is refused.
func OpenJournal(path, of string) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open what was done before: %w", err)
	}
	j := &Journal{file: file, done: map[string]string{}}
	if err := j.read(path, of); err != nil {
		_ = file.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) read(path, of string) error {
	in, whole := bufio.NewReader(j.file), int64(0)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break // what stands behind the last end of line is torn
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		var said note
		if err := json.Unmarshal(bytes.TrimSpace(line), &said); err != nil {
			return fmt.Errorf("%s, line %d: %w; name another file, and the import begins anew", path, n, err)
		}
		if n == 1 && said.Of != of {
			return fmt.Errorf("%s is of an import of %q and not of %q; name another file", path, said.Of, of)
		}
		j.take(said)
		whole += int64(len(line))
	}
	if err := j.file.Truncate(whole); err != nil {
		return fmt.Errorf("mend %s: %w", path, err)
	}
	if _, err := j.file.Seek(whole, io.SeekStart); err != nil {
		return fmt.Errorf("mend %s: %w", path, err)
	}
	if whole == 0 {
		return j.add(note{Of: of})
	}
	return nil
}

func (j *Journal) take(n note) {
	for id, state := range n.Done {
		j.done[id] = state
	}
	if n.At != nil {
		j.cursor = *n.At
	}
	if n.Ended != nil {
		j.cursor = ""
	}
}

// add writes a line to the disk.
func (j *Journal) add(n note) error {
	line, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("note what was done: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("note what was done: %w", err)
	}
	j.take(n)
	return nil
}

// Cursor is where in the list to go on; empty is its beginning.
func (j *Journal) Cursor() string {
	if j == nil {
		return ""
	}
	return j.cursor
}

// Has says whether the ticket was handed over as it is.
func (j *Journal) Has(r Ref) bool {
	if j == nil {
		return false
	}
	state, was := j.done[r.ID]
	return was && state == r.State
}

// Done notes tickets that were handed over.
func (j *Journal) Done(refs []Ref) error {
	if j == nil {
		return nil
	}
	done := make(map[string]string, len(refs))
	for _, r := range refs {
		done[r.ID] = r.State
	}
	return j.add(note{Done: done})
}

// At notes that all tickets before the cursor were handed over.
func (j *Journal) At(cursor string) error {
	if j == nil {
		return nil
	}
	return j.add(note{At: &cursor})
}

// End notes that all tickets were.
func (j *Journal) End() error {
	if j == nil {
		return nil
	}
	now := time.Now().UTC()
	return j.add(note{Ended: &now})
}

// Close ends the use of the file.
func (j *Journal) Close() {
	if j != nil {
		_ = j.file.Close()
	}
}
