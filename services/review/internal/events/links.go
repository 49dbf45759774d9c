package events

import (
	"context"
	"sync"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/onetime"
)

// keyFresh is how long the key of links is taken as it was read.
const keyFresh = 10 * time.Second

// Links knows the key that links in messages are signed with. One that was read
// stays at hand while the bus is away. It is safe for concurrent use.
type Links struct {
	Conn *bus.Conn
	Now  func() time.Time

	mu   sync.Mutex
	key  []byte
	read time.Time
}

// Key is the key as it was at most ten seconds ago, or last before the bus went away.
func (l *Links) Key(ctx context.Context) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.key != nil && l.Now().Sub(l.read) < keyFresh {
		return l.key, nil
	}
	key, err := onetime.Key(ctx, l.Conn.JS())
	switch {
	case err == nil:
		l.key, l.read = key, l.Now()
	case l.key == nil || l.Conn.JS().Conn().IsConnected():
		return nil, err
	}
	return l.key, nil
}
