// Package rejected keeps what doors did not take, and gives it back.
//
//	delivered ─ left out, for a reason that a file may mend ─→ kept ─ Retry ─┬─→ gone
//	                                                             └───────────┴─→ kept anew, with what is wrong still
//
// Intake keeps it and tries it again; people list, look and order. It lies in the
// stream REJECTED, one of each body at a door: who delivers the same again and again
// fills nothing.
//
// It promises:
//   - What came first stays as it came, with the time at which it came, until it was
//     tried again.
//   - Two who keep or mend the same do it once: who writes expects what was read.
//   - A body is as it was sent, to the byte. Large ones are packed; one that is too
//     large even so is refused with ErrLarge.
//
// It is personal: what stands in it is what people wrote, before anybody knew whose it
// is. The stream's age bounds it; Tenants names whose it is, where that is known.
package rejected

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	// packed is from how many bytes on a body is packed, largest how many it may then have.
	packed  = 16 << 10
	largest = 384 << 10
	// unpacked bounds what is read back.
	unpacked = 8 << 20
	// mostReasons and longestReason bound what is said of one.
	mostReasons   = 50
	longestReason = 500
)

// ErrLarge says that a body is too large to be kept.
var ErrLarge = errors.New("too large to be kept")

// ErrNone says that there is nothing kept under an id.
var ErrNone = errors.New("nothing is kept under this number; `tocsin rejected list` shows them")

// A Delivery is what a door did not take, or not whole.
type Delivery struct {
	// ID is its number; it has none until it is kept.
	ID uint64
	// Door is an account of the doors' file, or tickets or signals; Vendor is whose
	// words it is in, Source whose its events are.
	Door, Vendor, Source string
	ReceivedAt           time.Time
	// Reasons name what was left out; Accepted is how many events were taken.
	Reasons  []string
	Accepted int
	// Tenants are those of its events, as far as any is known.
	Tenants []string
	// Headers are those that a door may read.
	Headers map[string]string
	Body    []byte
	// Tries is how often it was tried again, TriedAt when last.
	Tries   int
	TriedAt time.Time
}

// Concerns says that a delivery is a tenant's: by the events that were made of it, or
// where there is none, because its body names the tenant.
func (d Delivery) Concerns(tenant string) bool {
	return slices.Contains(d.Tenants, tenant) || len(d.Tenants) == 0 && bytes.Contains(d.Body, []byte(tenant))
}

// Keep keeps a delivery; where the same body is kept of the door, that one stays.
func Keep(ctx context.Context, conn *bus.Conn, d Delivery) error {
	_, err := put(ctx, conn, d, 0)
	if errors.Is(err, bus.ErrConflict) {
		return nil
	}
	return err
}

// Mend keeps a delivery that was read anew in the place of what it was read from, and
// returns its number from now on.
func Mend(ctx context.Context, conn *bus.Conn, d Delivery) (uint64, error) {
	return put(ctx, conn, d, d.ID)
}

func put(ctx context.Context, conn *bus.Conn, d Delivery, last uint64) (uint64, error) {
	m, err := Message(d)
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256(d.Body)
	hash := hex.EncodeToString(sum[:16])
	return conn.Publish(ctx, bus.Event{
		Subject: topology.RejectedSubject(d.Door, hash), Time: d.ReceivedAt, Payload: m, ExpectLast: &last,
		ID: bus.ID("rejected", d.Door, hash, d.ReceivedAt.String(), fmt.Sprint(d.Tries), d.TriedAt.String()),
	})
}

// Message is a delivery in the words of the bus; Of is the way back.
func Message(d Delivery) (*intakev1.Rejected, error) {
	m := &intakev1.Rejected{
		Door: d.Door, Vendor: d.Vendor, Source: d.Source, ReceivedAt: timestamppb.New(d.ReceivedAt), Accepted: count(d.Accepted),
		Tenants: d.Tenants, Headers: map[string]string{}, Body: d.Body, Tries: count(d.Tries),
	}
	if !d.TriedAt.IsZero() {
		m.TriedAt = timestamppb.New(d.TriedAt)
	}
	for name, value := range d.Headers { // the wire takes no other text
		m.Headers[valid(name)] = valid(value)
	}
	for i, reason := range d.Reasons {
		if i == mostReasons {
			m.Reasons = append(m.Reasons, fmt.Sprintf("and %d more", len(d.Reasons)-mostReasons))
			break
		}
		if len(reason) > longestReason {
			reason = reason[:longestReason] + "…"
		}
		m.Reasons = append(m.Reasons, valid(reason))
	}
	if len(m.Body) > packed {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, _ = w.Write(m.Body) // a buffer takes all
		if err := w.Close(); err != nil {
			return nil, fmt.Errorf("pack what is kept: %w", err)
		}
		m.Body, m.Encoding = out.Bytes(), "gzip"
	}
	if len(m.Body) > largest {
		return nil, bus.Permanent(fmt.Errorf("%d bytes: %w", len(d.Body), ErrLarge))
	}
	return m, nil
}

func valid(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

func count(n int) uint32 { return uint32(max(0, min(n, 1<<30))) } //nolint:gosec // bounded

// At is the delivery that is kept under a number; ErrNone where there is none.
func At(ctx context.Context, conn *bus.Conn, id uint64) (Delivery, error) {
	raw, err := conn.At(ctx, topology.Rejected, id)
	switch {
	case err != nil:
		return Delivery{}, err
	case raw.Sequence == 0:
		return Delivery{}, fmt.Errorf("%d: %w", id, ErrNone)
	}
	return Read(raw)
}

// Drop deletes a delivery for good; one that is gone is gone.
func Drop(ctx context.Context, conn *bus.Conn, id uint64) error {
	return conn.Delete(ctx, topology.Rejected, id)
}

// Read is the delivery that a message of the stream says.
func Read(raw bus.Raw) (Delivery, error) {
	m := &intakev1.Rejected{}
	if err := bus.Decode(raw, m); err != nil {
		return Delivery{}, fmt.Errorf("read rejected delivery %d: %w", raw.Sequence, err)
	}
	d, err := Of(m)
	if err != nil {
		return Delivery{}, fmt.Errorf("read rejected delivery %d: %w", raw.Sequence, err)
	}
	d.ID = raw.Sequence
	return d, nil
}

// Of is the delivery that Message gave.
func Of(m *intakev1.Rejected) (Delivery, error) {
	d := Delivery{
		Door: m.GetDoor(), Vendor: m.GetVendor(), Source: m.GetSource(), ReceivedAt: m.GetReceivedAt().AsTime(),
		Reasons: m.GetReasons(), Accepted: int(m.GetAccepted()), Tenants: m.GetTenants(), Headers: m.GetHeaders(), Body: m.GetBody(), Tries: int(m.GetTries()),
	}
	if m.GetTriedAt() != nil {
		d.TriedAt = m.GetTriedAt().AsTime()
	}
	if m.GetEncoding() == "gzip" {
		r, err := gzip.NewReader(bytes.NewReader(m.GetBody()))
		if err == nil {
			d.Body, err = io.ReadAll(io.LimitReader(r, unpacked))
		}
		if err != nil {
			return Delivery{}, fmt.Errorf("unpack a rejected delivery: %w", err)
		}
	}
	return d, nil
}
