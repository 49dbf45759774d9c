package events

import (
	"context"
	"sync"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Glance says that a case changed, or that a second reader said something.
type Glance struct {
	// Advice says that it was a second reader, of which ticket; then the rest is empty.
	Advice         bool
	Tenant, Ticket string
	// Seq grows with each change; it lets a viewer see that it missed some.
	Seq     uint64
	Case    string
	Version uint64
}

// Live tells viewers of every case change as it is published, by whichever process.
type Live struct {
	Conn *bus.Conn

	mu      sync.Mutex
	viewers map[chan Glance]struct{}
}

// waiting is how many changes may wait for a slow viewer before it is let go.
const waiting = 256

// Run follows the case changes until the context ends.
func (l *Live) Run(ctx context.Context) error {
	return l.Conn.Follow(ctx, bus.Following{Stream: topology.Cases, New: true}, func(_ context.Context, raw bus.Raw) error {
		var ev reviewv1.CaseChanged
		if bus.Decode(raw, &ev) != nil {
			return nil // it says nothing of any case, and the next one may
		}
		l.tell(Glance{Seq: raw.Sequence, Case: ev.GetCase().GetId(), Version: ev.GetCase().GetVersion()})
		return nil
	})
}

// Advice follows what second readers say until the context ends.
func (l *Live) Advice(ctx context.Context) error {
	return l.Conn.Follow(ctx, bus.Following{Stream: topology.SecondReads, New: true}, func(_ context.Context, raw bus.Raw) error {
		var read classificationv1.SecondRead
		if err := bus.Decode(raw, &read); err != nil {
			l.tell(Glance{Advice: true}) // of any ticket
			return nil
		}
		l.tell(Glance{Advice: true, Tenant: read.GetTenant(), Ticket: read.GetTicket()})
		return nil
	})
}

// Changes gives every change from now on until the context ends. The channel is
// closed early for a viewer that does not keep up; it should look at the list anew.
func (l *Live) Changes(ctx context.Context) <-chan Glance {
	ch := make(chan Glance, waiting)
	l.mu.Lock()
	if l.viewers == nil {
		l.viewers = map[chan Glance]struct{}{}
	}
	l.viewers[ch] = struct{}{}
	l.mu.Unlock()
	context.AfterFunc(ctx, func() { l.leave(ch) })
	return ch
}

func (l *Live) leave(ch chan Glance) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.viewers[ch]; ok {
		delete(l.viewers, ch)
		close(ch)
	}
}

func (l *Live) tell(g Glance) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ch := range l.viewers {
		select {
		case ch <- g:
		default:
			delete(l.viewers, ch)
			close(ch)
		}
	}
}
