package door

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"tocsin/services/intake/internal/limit"
	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"
)

// house are the limits of who is not a source: with the house's own token, or where
// nobody is asked, any name may be anybody's, and counting names says nothing.
var house = limit.Limits{TenantsPerHour: limit.Endless, TicketsPerHour: limit.Endless}

// meterOf counts what somebody sends by our own forms, and what they are called there.
func (d *Door) meterOf(who *source.Source) (*limit.Meter, string) {
	if who == nil {
		return d.Limits.Of("", house), ""
	}
	name := "source/" + who.Name
	return d.Limits.Of(name, who.Limits), name
}

// sizeOf is how large a body of at most so many bytes may be.
func sizeOf(r *http.Request, most int) int {
	if r.ContentLength < 0 || r.ContentLength > int64(most) {
		return most
	}
	return int(r.ContentLength)
}

// bounded reads a body whole while there is room for it. Leave gives the room back.
func (d *Door) bounded(r *http.Request, name string, most int, read func() ([]byte, error)) (data []byte, leave func(), err error) {
	leave, err = d.Room.Enter(name, sizeOf(r, most))
	if err != nil {
		return nil, func() {}, err
	}
	data, err = read()
	return data, leave, err
}

// named takes note of whom events speak of.
func named[M any](m *limit.Meter, evs []M) error {
	if err := m.Events(max(len(evs), 1)); err != nil {
		return err
	}
	for _, ev := range evs {
		if err := nameOf(m, ev); err != nil {
			return err
		}
	}
	return nil
}

func nameOf(m *limit.Meter, ev any) error {
	ticket := ""
	if of, is := ev.(interface{ GetTicket() string }); is {
		ticket = of.GetTicket()
	}
	return m.Names(ev.(interface{ GetTenant() string }).GetTenant(), ticket)
}

// roomy takes a delivery while there is room for its body. Doors that are none share
// one place, so that made-up names take no more.
func (d *Door) roomy(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := "door/"
		if _, is := d.now()[r.PathValue("source")]; is {
			name += r.PathValue("source")
		}
		leave, err := d.Room.Enter(name, sizeOf(r, maxHook))
		if err != nil {
			problemOf(err, d.Log).Write(w)
			return
		}
		defer leave()
		next(w, r)
	}
}

// measured reads a delivery, if its door has not asked for too much.
func (d *Door) measured(name string, hook Hook, delivery webhook.Delivery) (reading, error) {
	meter := d.Limits.Of("door/"+name, limit.Limits{})
	if err := meter.Bytes(len(delivery.Body)); err != nil {
		return reading{}, err
	}
	if err := limit.Shape(delivery.Body); err != nil && looksJSON(delivery.Body) {
		return reading{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	got, err := d.read(hook, delivery)
	if err == nil {
		err = errors.Join(named(meter, got.tickets), named(meter, got.signals))
	}
	return got, err
}

// looksJSON says whether a body begins as JSON does; there are forms and XML too.
func looksJSON(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) > 0 && (data[0] == '{' || data[0] == '[')
}

const (
	// patience is how long a sender may leave us waiting in all, beside a second for
	// each slowest bytes that it has sent.
	patience = 30 * time.Second
	slowest  = 1 << 10
	// mostPacked is how many bytes one packed byte may become, beside a first MiB.
	mostPacked = 200
)

// A paced body is read as long as its sender is not too slow. Time in which nobody
// reads, because what came before is being stored, is not the sender's.
type paced struct {
	io.ReadCloser
	control *http.ResponseController
	waited  time.Duration
	got     int
}

func (p *paced) Read(b []byte) (int, error) {
	begun := time.Now()
	_ = p.control.SetReadDeadline(begun.Add(patience + time.Duration(p.got)*time.Second/slowest - p.waited))
	n, err := p.ReadCloser.Read(b)
	p.got, p.waited = p.got+n, p.waited+time.Since(begun)
	if err != nil {
		_ = p.control.SetReadDeadline(time.Time{}) // the next request has its own
	}
	return n, err
}

// received is the request with a body that is unpacked, and cut where its sender is
// too slow.
func received(w http.ResponseWriter, r *http.Request) error {
	r.Body = &paced{ReadCloser: r.Body, control: http.NewResponseController(w)}
	switch packing := r.Header.Get("Content-Encoding"); packing {
	case "", "identity":
		return nil
	case "gzip":
		in := &counted{ReadCloser: r.Body}
		unzip, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("%w: not gzip: %w", errUnreadable, err)
		}
		r.Body, r.ContentLength = &unpacking{in: in, from: unzip}, -1
		return nil
	default:
		return fmt.Errorf("Content-Encoding %.40q %w", packing, errPacking)
	}
}

type counted struct {
	io.ReadCloser
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.n += int64(n)
	return n, err
}

// unpacking reads what is packed, until it becomes more than anybody packs.
type unpacking struct {
	in   *counted
	from *gzip.Reader
	n    int64
}

func (u *unpacking) Read(b []byte) (int, error) {
	n, err := u.from.Read(b)
	if u.n += int64(n); u.n > 1<<20+mostPacked*u.in.n {
		return 0, fmt.Errorf("it unpacks to more than %d times its size", mostPacked)
	}
	return n, err
}

func (u *unpacking) Close() error { return u.in.Close() }

// metered is a body of a long stream, read as fast as its source may send.
type metered struct {
	io.ReadCloser
	ctx   context.Context //nolint:containedctx // a reader has no other way to hear of it
	meter *limit.Meter
}

func (m *metered) Read(b []byte) (int, error) {
	n, err := m.ReadCloser.Read(b)
	if n > 0 && err == nil {
		err = m.meter.Wait(m.ctx, 0, n)
	}
	return n, err
}
