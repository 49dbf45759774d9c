package bus

import (
	"context"
	"sync"
	"time"

	"tocsin/pkg/topology"
)

// A Lookout says when there is something on a subject of a stream, for readers of
// what is seldom there: one asks the server for all of them. It is told of what
// stands there as it begins, and of what comes.
type Lookout struct {
	Conn   *Conn
	Stream topology.Stream
	// Filter matches the subjects that may be asked for.
	Filter string

	mu sync.Mutex
	on map[string]*sight
}

// sight is one subject.
type sight struct {
	there bool
	seen  chan struct{} // closed when there
}

// On is closed as soon as there is, or has been, something on the subject.
func (l *Lookout) On(subject string) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of(subject).seen
}

// of is a subject's sight; callers hold the lock.
func (l *Lookout) of(subject string) *sight {
	s := l.on[subject]
	if s == nil {
		if l.on == nil {
			l.on = map[string]*sight{}
		}
		s = &sight{seen: make(chan struct{})}
		l.on[subject] = s
	}
	return s
}

// Run looks out until the context ends.
func (l *Lookout) Run(ctx context.Context) error {
	all := Following{Stream: l.Stream, Filters: []string{l.Filter}, Last: true}
	return l.Conn.Follow(ctx, all, func(_ context.Context, raw Raw) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if s := l.of(raw.stands); !s.there {
			s.there = true
			close(s.seen)
		}
		return nil
	})
}

// SentBack is closed as soon as people have sent something back to a consumer. The
// first who asks begins to look, until the connection is closed.
func (c *Conn) SentBack(to topology.Consumer) <-chan struct{} {
	c.looking.Do(func() {
		c.back = &Lookout{Conn: c, Stream: topology.DeadLetter, Filter: topology.AllSentBack}
		go func() { _ = c.back.Run(c.open) }()
	})
	return c.back.On(to.Retry().Filter)
}

// prepareRetry makes what brings back to a consumer what people have sent back, when
// they first have; false where the context ended before.
func (c *Conn) prepareRetry(ctx context.Context, of topology.Consumer) bool {
	select {
	case <-ctx.Done():
		return false
	case <-c.SentBack(of):
	}
	for {
		err := of.ApplyRetry(ctx, c.js)
		if err == nil {
			return true
		}
		c.log.Warn("what was sent back waits", "consumer", of.Name, "error", err)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(time.Second):
		}
	}
}
