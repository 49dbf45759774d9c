package events

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Tickets applies ticket events to the tickets that the stream holds. Events that
// come while others are being stored are stored together; of several sources each has
// its turn.
type Tickets struct {
	Conn *bus.Conn
	// Heard takes note of whose events are on disk.
	Heard *Sources
	// Erased knows which tenants were erased; nil knows of none.
	Erased *erasure.Book

	queue *turns[*told]
	busy  atomic.Bool // somebody stores what waits
	again contradictions
}

// told is an event that waits, and where its producer hears what became of it.
type told struct {
	ev      *ingressv1.TicketEvent
	subject string
	trace   map[string]string // the headers of its producer's trace
	fate    chan<- error
	gone    <-chan struct{} // closed when nobody waits for it any more

	tag uint32 // as receive.TicketEvent has it
	// contradicts says, when its fate is told, that its id was taken with other content.
	contradicts bool
}

// NewTickets returns the tickets that conn's stream holds.
func NewTickets(conn *bus.Conn) *Tickets {
	return &Tickets{Conn: conn, queue: newTurns[*told](), again: newContradictions()}
}

// storedTogether is how many events are stored together.
const storedTogether = 1000

// Apply is Put of one event.
func (t *Tickets) Apply(ctx context.Context, ev *ingressv1.TicketEvent) error {
	return t.Put(ctx, []*ingressv1.TicketEvent{ev})
}

// Put folds each event into its ticket, those of one ticket in their order, and
// publishes the ticket as it then is. An event that the ticket already holds
// changes nothing, nor does one of a time that was erased with its tenant. When it
// returns nil, all others are on disk. After an error some may be; trying again
// with the same events is always safe.
func (t *Tickets) Put(ctx context.Context, evs []*ingressv1.TicketEvent) error {
	if len(evs) == 0 {
		return nil
	}
	return t.begin(ctx, evs[0].GetSource(), &Lot{Tickets: evs, Named: true, Trace: TraceOf(ctx)})()
}

// begin lets a lot's events wait in a lane, behind those that wait there already; wait
// is Put's end.
func (t *Tickets) begin(ctx context.Context, lane string, l *Lot) (wait func() error) {
	evs := l.Tickets
	if len(evs) == 0 {
		return func() error { return nil }
	}
	fates := make(chan error, len(evs))
	list := make([]*told, len(evs))
	for i, ev := range evs {
		subject := topology.TicketSubject(ev.GetTenant(), ev.GetTicket())
		list[i] = &told{ev: ev, subject: subject, trace: l.Trace, fate: fates, gone: ctx.Done(), tag: l.tag(ev)}
	}
	t.queue.put(lane, list...)
	if t.busy.CompareAndSwap(false, true) {
		go t.work(trace.ContextWithSpanContext(context.WithoutCancel(ctx), trace.SpanContext{})) // it works for others too
	}
	return func() error {
		for range evs {
			select {
			case err := <-fates:
				if err != nil {
					return err
				}
			case <-ctx.Done():
				return fmt.Errorf("store %d ticket events: %w", len(evs), ctx.Err())
			}
		}
		l.Contradicted = t.again.of(ctx, list)
		return nil
	}
}

// storeWithin is how long the events that are stored together may take: then their
// producers are told, and the next are not kept waiting.
const storeWithin = 10 * time.Second

// work stores what waits until nothing does.
func (t *Tickets) work(ctx context.Context) {
	for {
		n := 0
		some := t.queue.take(func(*told) bool { n++; return n < storedTogether })
		if len(some) > 0 {
			ctx, cancel := context.WithTimeout(ctx, storeWithin)
			t.store(ctx, ticketsOf(some))
			cancel()
			continue
		}
		t.busy.Store(false)
		if t.queue.waiting() == 0 || !t.busy.CompareAndSwap(false, true) {
			return // nothing came meanwhile, or somebody else sees to it
		}
	}
}

// settle says what became of an event.
func (t *Tickets) settle(e *told, err error) {
	if err == nil {
		t.Heard.Ticket(e.ev)
	} else {
		err = fmt.Errorf("ticket event %s/%s: %w", e.ev.GetSource(), e.ev.GetId(), err)
	}
	e.fate <- err
}

// Changed says that ev was applied, and the ticket as it now is.
func Changed(ticket receive.Ticket, ev *ingressv1.TicketEvent) *intakev1.TicketChanged {
	return &intakev1.TicketChanged{Change: change(ev), Ticket: TicketMessage(ticket)}
}

// change is ev without its texts: the ticket holds them, shortened.
func change(ev *ingressv1.TicketEvent) *ingressv1.TicketEvent {
	small := TicketEvent(ev)
	switch s := small.Said.(type) {
	case receive.Opened:
		s.Body = ""
		small.Said = s
	case receive.Note:
		s.AuthorKind, s.Text = s.By(), ""
		small.Said = s
	case receive.Flagged:
		s.Reason = ""
		small.Said = s
	case receive.EscalationRequested:
		s.Reason, s.Urgency = "", ""
		small.Said = s
	}
	return TicketEventMessage(small)
}
