package run

import (
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// takenWithin is how long a client may take to take a piece of an answer. Between
	// pieces a stream may be silent for as long as it likes.
	takenWithin = 30 * time.Second
	// piece is how many bytes of an answer have to be taken within that time.
	piece = 64 << 10
)

// unhurried accepts connections that give up on who does not read what they are sent.
type unhurried struct{ net.Listener }

// Accept is the listener's.
func (u unhurried) Accept() (net.Conn, error) {
	c, err := u.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &impatient{Conn: c}, nil
}

// An impatient connection writes in pieces, each within its time.
type impatient struct {
	net.Conn
	// until is by when a handler wants to have written, in Unix nanoseconds; 0 is none.
	until atomic.Int64
}

// SetDeadline is both ways'.
func (c *impatient) SetDeadline(at time.Time) error {
	c.keep(at)
	return c.Conn.SetDeadline(at)
}

// SetWriteDeadline bounds what is written, beside the time that a piece has.
func (c *impatient) SetWriteDeadline(at time.Time) error {
	c.keep(at)
	return c.Conn.SetWriteDeadline(at)
}

func (c *impatient) keep(at time.Time) {
	if at.IsZero() {
		c.until.Store(0)
		return
	}
	c.until.Store(at.UnixNano())
}

// Write writes all of b, unless a piece of it is not taken in time.
func (c *impatient) Write(b []byte) (n int, err error) {
	for {
		by := time.Now().Add(takenWithin)
		if until := c.until.Load(); until != 0 && until < by.UnixNano() {
			by = time.Unix(0, until)
		}
		_ = c.Conn.SetWriteDeadline(by)
		wrote, err := c.Conn.Write(b[n:min(n+piece, len(b))])
		if n += wrote; err != nil || n == len(b) {
			return n, err
		}
	}
}

// taken holds the answers of HTTP/2 to the same: there a client that takes nothing holds
// a stream, and not the connection.
func taken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor < 2 {
			next.ServeHTTP(w, r)
			return
		}
		out := &streamed{ResponseWriter: w, control: http.NewResponseController(w)}
		defer out.end()
		next.ServeHTTP(out, r)
	})
}

// A streamed answer has a deadline while something of it is being written, and none
// between: HTTP/2 ends a stream whose deadline passes, though nobody writes.
type streamed struct {
	http.ResponseWriter
	control *http.ResponseController
	// until is by when the handler wants to have written; zero is none.
	until time.Time
}

// Unwrap is the writer beneath, for http.ResponseController.
func (s *streamed) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// SetWriteDeadline bounds what is written, beside the time that a piece has.
func (s *streamed) SetWriteDeadline(at time.Time) error {
	s.until = at
	return nil
}

// Write writes all of b, unless a piece of it is not taken in time.
func (s *streamed) Write(b []byte) (n int, err error) {
	defer s.free()
	for {
		s.due()
		wrote, err := s.ResponseWriter.Write(b[n:min(n+piece, len(b))])
		if n += wrote; err != nil || n == len(b) {
			return n, err
		}
	}
}

// Flush is FlushError, for who knows no other.
func (s *streamed) Flush() { _ = s.FlushError() }

// FlushError sends what was written.
func (s *streamed) FlushError() error {
	defer s.free()
	s.due()
	return s.control.Flush()
}

// due sets the deadline of what is about to be written; free takes it away.
func (s *streamed) due() {
	by := time.Now().Add(takenWithin)
	if !s.until.IsZero() && s.until.Before(by) {
		by = s.until
	}
	_ = s.control.SetWriteDeadline(by)
}

// end gives what is written after the handler its time.
func (s *streamed) end() {
	s.until = time.Time{}
	s.due()
}

func (s *streamed) free() { _ = s.control.SetWriteDeadline(time.Time{}) }
