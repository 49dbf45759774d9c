package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

const (
	// patience is how long a reader may take to read what was sent before it is cut off.
	patience = 30 * time.Second
	// most is how many may read at once.
	most = 2000
)

// Handler serves the stream: as server-sent events, one "notification" for each,
// its JSON form as data, its position as id; or as CloudEvents, one on a line. The
// query says whose (audience, leadership's by default), about which tenant and of
// which kind, and where to begin.
type Handler struct {
	Conn *bus.Conn
	Log  *slog.Logger
	// Heartbeat is how often a quiet stream shows that it lives; zero is 15 s.
	Heartbeat time.Duration
	// Patience is how long a reader may leave unread what was sent; zero is 30 s.
	Patience time.Duration
	// Most is how many may read at once; zero is 2,000.
	Most int
	// Done ends all streams.
	Done <-chan struct{}

	once    sync.Once
	hub     hub
	readers atomic.Int64
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(func() { h.hub.conn = h.Conn })
	q, err := ask(r, time.Now())
	switch {
	case errors.Is(err, errShape):
		http.Error(w, err.Error(), http.StatusNotAcceptable)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer h.readers.Add(-1)
	if n, bound := h.readers.Add(1), cmp.Or(h.Most, most); n > int64(bound) {
		w.Header().Set("Retry-After", "10")
		http.Error(w, fmt.Sprintf("%d programs read the stream already; close some, or read from NATS", bound), http.StatusServiceUnavailable)
		return
	}
	f, leave, err := h.hub.join(r.Context())
	if err == nil {
		defer leave()
		err = h.settle(r.Context(), &q)
	}
	if err != nil {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the notifications can not be read now; try again", http.StatusServiceUnavailable)
		h.Log.Warn("stream not begun", "error", err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", string(q.shape))
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // a proxy that buffers would hold events back
	s := &serving{Handler: h, question: q, feed: f, w: w, c: http.NewResponseController(w), position: q.after}
	s.fate(r.Context(), s.run(r.Context()))
}

// settle decides where to begin: after the reader's last event, at a time, or after
// what was last told when it came, so that nothing told while it connects is missed.
func (h *Handler) settle(ctx context.Context, q *question) error {
	last, err := h.Conn.LastSequence(ctx, topology.Notifications)
	switch {
	case err != nil:
		return err
	case q.resumes && q.after > last:
		q.after = 0 // of a stream that is no more: this one is read from its beginning
	case !q.resumes && q.since.IsZero():
		q.resumes, q.after = true, last
	}
	return nil
}

// serving is one reader being served.
type serving struct {
	*Handler
	question
	feed *feed
	w    http.ResponseWriter
	c    *http.ResponseController
	// position is how far the reader has come.
	position uint64
}

// run sends what was told and then what is, until the reader or the program leaves.
// A reader that is further back than the feed holds reads the past from the bus, at
// its own pace, so that a slow one takes no more memory than another.
func (s *serving) run(ctx context.Context) error {
	if err := s.greet(); err != nil {
		return err
	}
	beat := time.NewTicker(cmp.Or(s.Heartbeat, 15*time.Second))
	defer beat.Stop()
	for {
		list, to, news, held := s.feed.behind(s.position)
		if !held || !s.resumes {
			if err := s.past(ctx, to); err != nil {
				return err
			}
			continue
		}
		if err := s.show(list); err != nil {
			return err
		}
		s.position = max(s.position, to) // the feed may be a moment behind
		if s.ends {
			return nil
		}
		select {
		case <-news:
		case <-beat.C:
			if err := s.send(s.shape.alive()); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-s.Done:
			return nil
		}
	}
}

// greet sends the head at once, and to a reader of events the position alone, which
// is no event: one that comes back before the first event says it.
func (s *serving) greet() error {
	if s.shape == events && s.resumes {
		return s.send([]byte("id: " + strconv.FormatUint(s.position, 10) + "\n\n"))
	}
	return s.flush()
}

// past sends what the stream holds behind the reader's position, which is all that
// a feed has seen whose last message is at the position to.
func (s *serving) past(ctx context.Context, to uint64) error {
	err := s.Conn.Past(ctx, s.question.past(s.position), func(_ context.Context, raw bus.Raw) error {
		if err := s.show([]*told{newTold(raw)}); err != nil {
			return err
		}
		s.position = raw.Sequence
		select {
		case <-s.Done:
			return context.Canceled
		default:
			return nil
		}
	})
	if err == nil {
		s.position, s.resumes = max(s.position, to), true
	}
	return err
}

// show sends those that are asked for.
func (s *serving) show(list []*told) error {
	sent := false
	for _, t := range list {
		n, err := t.open()
		if err == nil && !s.wants(n) {
			continue
		}
		text, err := t.as(s.shape)
		if err != nil {
			s.Log.Error("a notification is left out of the stream", "position", t.position, "error", err)
			continue
		}
		if err := s.write(text); err != nil {
			return err
		}
		sent = true
	}
	if sent {
		return s.flush()
	}
	return nil
}

func (s *serving) send(text []byte) error {
	return errors.Join(s.write(text), s.flush())
}

func (s *serving) write(text []byte) error {
	s.await()
	_, err := s.w.Write(text)
	return err
}

func (s *serving) flush() error {
	s.await()
	return s.c.Flush()
}

// await says by when the reader has to have read.
func (s *serving) await() {
	// Not every writer knows deadlines; without one a reader that hangs is dropped by TCP.
	_ = s.c.SetWriteDeadline(time.Now().Add(cmp.Or(s.Patience, patience)))
}

// fate says why a stream ended, where somebody should know.
func (s *serving) fate(ctx context.Context, err error) {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.Log.Warn("a reader of the stream has left unread for too long what was sent, and is cut off; it may come back with its last position",
			"patience", cmp.Or(s.Patience, patience), "position", s.position)
	case ctx.Err() == nil:
		s.Log.Warn("a stream ended; its reader may come back with its last position", "error", err, "position", s.position)
	}
}
