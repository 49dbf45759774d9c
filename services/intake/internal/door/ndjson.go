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
	// linesAtOnce is how many lines are stored together.
	linesAtOnce = 1000
	// maxRejected is how many rejected lines an answer lists.
	maxRejected = 1000
)

// streamed is what became of the lines of one request.
type streamed struct {
	Accepted      int        `json:"accepted"`
	Rejected      []Rejected `json:"rejected"`
	RejectedLines int        `json:"rejected_lines"`
}

// readLines reads NDJSON in constant memory and hands valid events to take, a
// thousand at a time. It ends with an error only if storing or reading fails.
func readLines[T any, M message[T]](in io.Reader, check func(M) error, take func([]M) error) (streamed, error) {
	res := streamed{Rejected: []Rejected{}}
	var batch []M
	flush := func() error {
		if err := take(batch); err != nil {
			return err
		}
		res.Accepted, batch = res.Accepted+len(batch), nil
		return nil
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		m, err := readOne[T, M](line, check)
		var refused *forms.Refused
		switch {
		case errors.As(err, &refused):
			res.reject(n, refused)
			continue
		case err != nil:
			return res, err
		}
		if batch = append(batch, m); len(batch) == linesAtOnce {
			if err := flush(); err != nil {
				return res, err
			}
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		res.reject(n+1, forms.Refuse("", "the line is over %d bytes; what follows it was not read", maxLine))
	case err != nil:
		return res, fmt.Errorf("%w after line %d: %w", errUnreadable, n, err)
	}
	return res, flush()
}

func (s *streamed) reject(line int, r *forms.Refused) {
	s.RejectedLines++
	for _, p := range r.Problems {
		if len(s.Rejected) < maxRejected {
			s.Rejected = append(s.Rejected, Rejected{Line: line, Field: p.Field, Reason: p.Reason})
		}
	}
}
