package door

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"tocsin/pkg/forms"
)

// Rejected is a line of NDJSON that was not accepted.
type Rejected struct {
	Line   int    `json:"line"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

const (
	// maxLine is the longest line of NDJSON.
	maxLine = maxBody
	// linesAtOnce and bytesAtOnce are how many lines are stored together.
	linesAtOnce = 4000
	bytesAtOnce = 2 * maxLine
	// maxRejected is how many problems of lines an answer lists, and after how many
	// nothing more is looked for in a body that is refused whole.
	maxRejected = 1000
)

// streamed is what became of the lines of one request.
type streamed struct {
	Accepted      int        `json:"accepted"`
	Rejected      []Rejected `json:"rejected"`
	RejectedLines int        `json:"rejected_lines"`
	// Spooled is how many of the accepted wait on a disk of intake until the bus is back.
	Spooled int `json:"spooled,omitempty"`
	// Contradicted are as in taken; at most the first 1,000.
	Contradicted []string `json:"contradicted,omitempty"`
	// left are the lines that may be tried again.
	left leftLines
}

// readLines reads NDJSON in constant memory and hands valid events to take,
// some thousands at a time; while those are stored it reads on. It ends with an error
// only if storing or reading fails.
func readLines[T any, M message[T]](in *bufio.Reader, check func(M) error, take func([]M) (spooled int, err error)) (streamed, error) {
	res := streamed{Rejected: []Rejected{}}
	store := storing[M]{take: take}
	var batch []M
	size := 0
	lines := lines{in: in}
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			err = store.begin(batch)
			return store.end(res, err)
		}
		var m M
		if err == nil && len(line) == 0 {
			continue
		}
		if err == nil {
			m, err = readOne[T, M](line, check)
		}
		var refused *forms.Refused
		switch {
		case errors.As(err, &refused):
			res.reject(lines.n, refused)
			res.left.add(lines.n, line, err)
			continue
		case err != nil:
			return store.end(res, err)
		}
		batch, size = append(batch, m), size+len(line)
		if len(batch) == linesAtOnce || size >= bytesAtOnce {
			if err := store.begin(batch); err != nil {
				return store.end(res, err)
			}
			batch, size = nil, 0
		}
	}
}

// storing stores batches one after another, each while the next is read.
type storing[M any] struct {
	take    func([]M) (spooled int, err error)
	stored  int // events
	spooled int // of them
	now     int // events that are being stored
	done    chan became
}

// became is what storing came to.
type became struct {
	spooled int
	err     error
}

// begin begins to store a batch when the one before it is stored.
func (s *storing[M]) begin(batch []M) error {
	if err := s.wait(); err != nil || len(batch) == 0 {
		return err
	}
	s.now, s.done = len(batch), make(chan became, 1)
	go func() {
		spooled, err := s.take(batch)
		s.done <- became{spooled, err}
	}()
	return nil
}

// wait waits until what was begun is stored.
func (s *storing[M]) wait() error {
	if s.done == nil {
		return nil
	}
	is := <-s.done
	if s.done = nil; is.err == nil {
		s.stored, s.spooled = s.stored+s.now, s.spooled+is.spooled
	}
	return is.err
}

// end is the result when all that was begun is stored; with err, or why it is not.
func (s *storing[M]) end(res streamed, err error) (streamed, error) {
	storeErr := s.wait()
	if res.Accepted, res.Spooled = s.stored, s.spooled; err == nil {
		err = storeErr
	}
	return res, err
}

// lines reads lines in constant memory.
type lines struct {
	in  *bufio.Reader
	n   int // of the line that was read last
	buf []byte
}

// next is the next line without white space around it, until the next call. Of a
// line that is too long it says so (*forms.Refused), and goes on after it.
func (l *lines) next() ([]byte, error) {
	l.buf = l.buf[:0]
	long := false
	for {
		part, err := l.in.ReadSlice('\n')
		if long = long || len(l.buf)+len(part) > maxLine; !long {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && len(l.buf) == 0 && !long:
			return nil, io.EOF
		case err != nil && err != io.EOF:
			return nil, fmt.Errorf("%w after line %d; send all again with the same ids: %w", errUnreadable, l.n, err)
		}
		l.n++
		if long {
			return nil, forms.Refuse("", "the line is over %d bytes", maxLine)
		}
		return bytes.TrimSpace(l.buf), nil
	}
}

func (s *streamed) reject(line int, r *forms.Refused) {
	s.RejectedLines++
	for _, p := range r.Problems {
		if len(s.Rejected) < maxRejected {
			s.Rejected = append(s.Rejected, Rejected{Line: line, Field: p.Field, Reason: p.Reason})
		}
	}
}
