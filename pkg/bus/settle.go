package bus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"mime"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// permanent marks an error that no retry mends.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent says of err that trying again does not help: the message becomes a dead letter.
func Permanent(err error) error { return permanent{err} }

// later marks an error that a retry may mend, but not before a time has passed.
type later struct {
	error
	after time.Duration
}

func (l later) Unwrap() error { return l.error }

// Later says of err that trying again may help, but not before after has
// passed: the message comes again no sooner.
func Later(err error, after time.Duration) error { return later{err, after} }

// IsPermanent says whether trying again is of no help.
func IsPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}

// Headers of a parked message; the others are as they came.
const (
	parkedReason  = "Tocsin-Reason"
	parkedSubject = "Tocsin-Subject"
	parkedStream  = "Tocsin-Stream"
	parkedSeq     = "Tocsin-Sequence"
	parkedCut     = "Tocsin-Truncated" // the message's end did not fit beside the reason
)

const (
	maxReason  = 4 << 10  // bytes of a reason before its escaping
	maxHeaders = 32 << 10 // room for the headers of a parked message
)

// settle is the only place where a message's fate is acted on.
func (r reader) settle(ctx context.Context, msg jetstream.Msg, raw Raw, err error) {
	switch {
	case err == nil:
		r.warn(msg.Ack(), "acknowledge", raw)
	case IsPermanent(err):
		if perr := r.park(ctx, msg, err); perr != nil {
			r.warn(perr, "park", raw)
			r.warn(msg.NakWithDelay(delay(raw.Attempt)), "put back", raw)
			return
		}
		r.conn.log.Warn("parked as dead letter", "consumer", r.parkAs, "id", raw.ID, "subject", raw.Subject, "reason", err)
		r.warn(msg.TermWithReason("dead letter"), "end", raw)
	default:
		if ctx.Err() == nil {
			r.conn.log.Warn("will try again", "consumer", r.parkAs, "id", raw.ID, "attempt", raw.Attempt, "error", err)
		}
		wait := delay(raw.Attempt)
		var l later
		if errors.As(err, &l) {
			wait = max(wait, l.after)
		}
		r.warn(msg.NakWithDelay(wait), "put back", raw)
	}
}

func (r reader) warn(err error, what string, raw Raw) {
	if err != nil {
		r.conn.log.Warn("settle: "+what, "consumer", r.parkAs, "id", raw.ID, "error", err)
	}
}

// park stores msg in DEADLETTER with the reason. Parking twice stores once
// within the server's window; a repeat after that is visible by its origin.
func (r reader) park(ctx context.Context, msg jetstream.Msg, cause error) error {
	m := nats.NewMsg(topology.DeadLetterSubject(r.parkAs))
	m.Data = msg.Data()
	m.Header = saying(msg.Headers())
	md, err := msg.Metadata()
	if err != nil {
		return err
	}
	m.Header.Set(nats.MsgIdHdr, ID("park", r.parkAs, md.Stream, fmt.Sprint(md.Sequence.Stream)))
	m.Header.Set(parkedReason, escape(short(cause.Error(), maxReason)))
	if room := int(r.conn.nc.MaxPayload()) - maxHeaders; len(m.Data) > room {
		// It fits the server's limit, but not with what we say of it.
		m.Data = m.Data[:room]
		m.Header.Set(parkedCut, "true")
	}
	if header(m.Header, parkedSubject) == "" {
		m.Header.Set(parkedSubject, escape(msg.Subject()))
		m.Header.Set(parkedStream, md.Stream)
		m.Header.Set(parkedSeq, fmt.Sprint(md.Sequence.Stream))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, err = r.conn.js.PublishMsg(ctx, m)
	return err
}

// saying are the headers that say something of the message. Those of NATS are
// orders to the server about the message that bore them, or the server's answer
// where it was read; on a copy they would be obeyed, and believed, once more.
func saying(h nats.Header) nats.Header {
	kept := nats.Header{}
	for name, values := range h {
		if !strings.HasPrefix(name, "Nats-") {
			kept[name] = values
		}
	}
	return kept
}

// short is s cut to at most n bytes.
func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}

// delay grows from 100 ms to a minute, with jitter so that retries spread.
func delay(attempt uint64) time.Duration {
	d := 100 * time.Millisecond << min(attempt, 10)
	d = min(d, time.Minute)
	return d/2 + rand.N(d/2+1)
}

func mediaType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return t
}
