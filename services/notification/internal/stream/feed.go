package stream

import (
	"context"
	"sort"
	"sync"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// kept is how many of the newest notifications a feed holds at least, once there
// are as many; at most twice as many.
const kept = 512

// A hub gives the readers of one process one feed: there is one while there is a
// reader. The zero value with a connection is ready.
type hub struct {
	conn *bus.Conn

	mu      sync.Mutex
	readers int
	feed    *feed
	stop    context.CancelFunc
}

// join gives the feed, and what to call when the reader leaves.
func (h *hub) join(ctx context.Context) (*feed, func(), error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.readers == 0 {
		last, err := h.conn.LastSequence(ctx, topology.Notifications)
		if err != nil {
			return nil, nil, err
		}
		h.feed = &feed{from: last, to: last, news: make(chan struct{})}
		var running context.Context
		running, h.stop = context.WithCancel(context.WithoutCancel(ctx))
		go func() {
			f := bus.Following{Stream: topology.Notifications, After: last}
			_ = h.conn.Follow(running, f, h.feed.add)
		}()
	}
	h.readers++
	return h.feed, h.leave, nil
}

func (h *hub) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.readers--; h.readers == 0 {
		h.stop()
		h.feed = nil
	}
}

// A feed follows NOTIFICATIONS for all readers of a process and holds the newest,
// so that each is read from the bus, decoded and written as JSON once, however
// many read it.
type feed struct {
	mu sync.Mutex
	// list is all that stands on the stream behind from, up to to.
	list     []*told
	from, to uint64
	// news is closed when more has come.
	news chan struct{}
}

func (f *feed) add(_ context.Context, raw bus.Raw) error {
	one := newTold(raw)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, one)
	f.to = raw.Sequence
	if over := len(f.list) - kept; over >= kept {
		f.from = f.list[over-1].position
		f.list = append([]*told(nil), f.list[over:]...)
	}
	close(f.news)
	f.news = make(chan struct{})
	return nil
}

// behind is what stands behind a position, how far that reaches, and what is
// closed when there is more. Not ok is a position further back than the feed holds.
func (f *feed) behind(position uint64) (list []*told, to uint64, news <-chan struct{}, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if position < f.from {
		return nil, f.to, nil, false
	}
	i := sort.Search(len(f.list), func(i int) bool { return f.list[i].position > position })
	return f.list[i:len(f.list):len(f.list)], f.to, f.news, true
}
