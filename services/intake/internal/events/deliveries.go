package events

import (
	"context"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/intake/internal/once"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// mostNames is how many names of deliveries are known at most: 32 MiB of them.
const mostNames = 1 << 20

// Deliveries know which signed deliveries of vendors were taken, here and by other
// intakes, before this start too.
type Deliveries struct {
	conn *bus.Conn
	out  bus.Gatherer

	mu    sync.Mutex
	known *once.Set
	again contradictions
	after uint64    // up to where RECEIPTS was read
	since time.Time // from when on it was
}

// OpenDeliveries is NewDeliveries and Open.
func OpenDeliveries(ctx context.Context, conn *bus.Conn) (*Deliveries, error) {
	d := NewDeliveries(conn)
	return d, d.Open(ctx)
}

// NewDeliveries returns who knows nothing but what it is told.
func NewDeliveries(conn *bus.Conn) *Deliveries {
	return &Deliveries{conn: conn, out: bus.Gatherer{Conn: conn}, known: once.New(topology.DeliveredKept, mostNames), again: newContradictions()}
}

// Open reads what stands in RECEIPTS; Run reads on.
func (d *Deliveries) Open(ctx context.Context) error {
	d.since = time.Now().Add(-topology.DeliveredKept)
	return d.conn.Past(ctx, bus.Following{Stream: topology.Delivered, Since: d.since}, d.onTaken)
}

// Run takes note of what other intakes take until the context ends.
func (d *Deliveries) Run(ctx context.Context) error {
	return d.conn.Follow(ctx, bus.Following{Stream: topology.Delivered, After: d.after, Since: d.since}, d.onTaken)
}

func (d *Deliveries) onTaken(_ context.Context, raw bus.Raw) error {
	var m intakev1.DeliveryTaken
	if bus.Decode(raw, &m) == nil { // another version's, perhaps
		d.add(&m, raw.StoredAt)
	}
	d.after = raw.Sequence
	return nil
}

// A Delivery is what a vendor's delivery at a door is known by.
type Delivery struct {
	Door string
	// ID is the vendor's own; empty if it has none.
	ID string
	// Stamp is the time that was signed with the body; empty if none was.
	Stamp string
	Body  []byte
	// Alike says that the same bytes may be sent again to say something new, so that
	// without an id or a stamp nothing tells a delivery from its repeat.
	Alike bool
	// Counted says that attempts at the delivery differ in their bodies.
	Counted bool
}

// said is a tag of what the delivery says.
func (v Delivery) said() uint32 {
	if v.Counted {
		return once.TagOf(nil)
	}
	return once.TagOf(v.Body)
}

// names are what the delivery is known by: its id, if it has one; the time that was
// signed, with the body; and where it has neither, the body.
func (v Delivery) names() (id, signed *once.Key) {
	if v.ID != "" {
		k := once.KeyOf(v.Door, "id", v.ID)
		id = &k
	}
	if v.Stamp != "" || v.ID == "" && !v.Alike {
		k := once.KeyOf(v.Door, "body", v.Stamp, string(v.Body))
		signed = &k
	}
	return id, signed
}

// Known says whether the delivery was taken before, or another one of the same id.
func (d *Deliveries) Known(ctx context.Context, v Delivery) (taken, other bool) {
	if d == nil {
		return false, false
	}
	id, signed := v.names()
	d.mu.Lock()
	defer d.mu.Unlock()
	if id != nil {
		if said := d.known.Tag(*id); said != 0 {
			if other = said != v.said(); other {
				d.again.delivery(ctx)
			}
			return !other, other
		}
	}
	return signed != nil && d.known.Tag(*signed) != 0, false
}

// A Receipt says that a delivery was taken. Its zero value says nothing.
type Receipt struct {
	door string
	said *intakev1.DeliveryTaken
}

// IsZero says that it says nothing.
func (r Receipt) IsZero() bool { return r.said == nil }

// Receipt says that the delivery was taken; nothing where nothing tells it from others.
func (v Delivery) Receipt(received time.Time) Receipt {
	m := &intakev1.DeliveryTaken{Said: v.said(), ReceivedAt: timestamppb.New(received)}
	id, signed := v.names()
	for _, k := range []*once.Key{id, signed} {
		if k != nil {
			m.Names = append(m.Names, k[:])
		}
	}
	if len(m.Names) == 0 {
		return Receipt{}
	}
	return Receipt{v.Door, m}
}

// Put makes a delivery known, here and to others. It returns when that is on disk.
func (d *Deliveries) Put(ctx context.Context, r Receipt) error {
	if d == nil || r.IsZero() {
		return nil
	}
	received := r.said.GetReceivedAt().AsTime()
	err := d.out.Put(ctx, bus.Event{
		Subject: topology.DeliveredSubject(r.door), Time: received, Payload: r.said,
		ID: bus.ID("delivered", r.door, string(r.said.Names[0]), received.UTC().Format(time.RFC3339Nano)),
	})
	if err == nil {
		d.Note(r)
	}
	return err
}

// Note makes a delivery known here, as long as this process lives.
func (d *Deliveries) Note(r Receipt) {
	if d != nil && !r.IsZero() {
		d.add(r.said, time.Now())
	}
}

func (d *Deliveries) add(m *intakev1.DeliveryTaken, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range m.Names {
		if len(name) == len(once.Key{}) {
			d.known.Add(once.Key(name), m.Said, at)
		}
	}
}
