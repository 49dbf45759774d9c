package postgres

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/pkg/pgtest"
	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// A line stands between the ledger and its database, and can be cut.
type line struct {
	net.Listener
	to string
	// cutAt is what a message to the database has to hold for the line to be cut
	// there; nil lets all pass.
	cutAt atomic.Pointer[[]byte]
	// passes says that this message still arrives, and only its answer does not.
	passes atomic.Bool
	cut    atomic.Int32
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &line{Listener: l, to: to}
	var calls sync.WaitGroup
	calls.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			calls.Go(func() { s.carry(from) })
		}
	})
	t.Cleanup(func() { l.Close(); calls.Wait() })
	return s
}

// carry carries one connection until it ends or is cut.
func (s *line) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", s.to)
	if err != nil {
		return
	}
	defer to.Close()
	var deaf atomic.Bool
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		defer from.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := to.Read(buf)
			if err != nil || deaf.Load() {
				return
			}
			if _, err := from.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if what := s.cutAt.Load(); what != nil && bytes.Contains(buf[:n], *what) {
			s.cut.Add(1)
			s.cutAt.Store(nil)
			deaf.Store(true)
			if s.passes.Load() {
				to.Write(buf[:n])
				<-answered // the database has done it; nobody is told
			}
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func TestADecisionIsKeptOnceWhereverTheLineToTheDatabaseIsCut(t *testing.T) {
	for _, tt := range []struct {
		name   string
		at     string
		passes bool
	}{
		{"before a row of it is written", "UPDATE cases SET", false},
		{"before it is committed", "commit", false},
		{"after it is committed, before that is answered", "commit", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			straight := pgtest.Database(t, "ledger", tables)
			through, err := url.Parse(straight)
			if err != nil {
				t.Fatal(err)
			}
			way := newLine(t, through.Host)
			through.Host = way.Addr().String()
			book, err := Open(t.Context(), through.String())
			if err != nil {
				t.Fatal(err)
			}
			defer book.Close()
			id := asked(t, book)

			what := []byte(tt.at)
			way.passes.Store(tt.passes)
			way.cutAt.Store(&what)
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			_, err = approveOnce(ctx, book, id)
			cancel()
			if err == nil || errors.Is(err, decide.ErrDecided) || way.cut.Load() != 1 {
				t.Errorf("the line was cut %d times, and the answer is %v", way.cut.Load(), err)
			}
			c, err := approveOnce(t.Context(), book, id)
			if err != nil || c.State != decide.Approved || c.Version != 2 {
				t.Errorf("the same decision again: %s at version %d (%v)", c.State, c.Version, err)
			}
			rows, err := book.Audit(t.Context(), id)
			if err != nil || len(rows) != 2 || ledger.Verify(rows) != nil {
				t.Errorf("the audit has %d rows (%v), want 2", len(rows), err)
			}
			if out, err := book.Pending(t.Context(), 10); err != nil || len(out) != 2 {
				t.Errorf("%d changes are to be published (%v), want 2", len(out), err)
			}
		})
	}
}

func asked(t *testing.T, book *ledger.Ledger) string {
	t.Helper()
	fact := ledger.Fact{Ticket: &decide.Ticket{
		Tenant: "acme", ID: "T-1", Source: "zendesk", Revision: 1, Status: "OPEN", Asks: "note-1",
		Recommendation: decide.Eligible, Reasons: []policy.ReasonID{policy.SSOUnavailable},
	}}
	changes, _, err := book.Hear(t.Context(), ledger.Cause{Consumer: "test", EventID: "e", At: time.Now()}, fact, policy.Default())
	if err != nil {
		t.Fatal(err)
	}
	return changes[0].Case.ID
}

func approveOnce(ctx context.Context, book *ledger.Ledger, id string) (decide.Case, error) {
	now := time.Now()
	return book.Update(ctx, id, ledger.Cause{Consumer: "desk", EventID: "key-1", At: now}, func(c *decide.Case) (decide.Event, error) {
		return c.Approve(decide.Command{ID: "key-1", At: now, By: decide.Person{ID: "lena", Role: decide.Leadership}}, time.Time{})
	})
}
