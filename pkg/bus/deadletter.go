package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/topology"
)

// DeadLetter is a parked message.
type DeadLetter struct {
	// ID is its sequence in DEADLETTER.
	ID       uint64
	Consumer string
	Reason   string
	// Subject, Stream and Sequence say where it came from.
	Subject, Stream, Sequence string
	ParkedAt                  time.Time
	Headers                   nats.Header
	Data                      []byte
}

// ErrNoDeadLetter says that there is no parked message with this id.
var ErrNoDeadLetter = errors.New("no such dead letter; `tocsin deadletter list` shows the ids")

// ErrUnheard says that what is sent back would reach nobody: the consumer is gone,
// as that of a destination which the file of routes no longer has.
var ErrUnheard = errors.New("its reader is gone, so that it would reach nobody; bring the reader back (a destination by the file of routes), or drop it")

// Letters asks for parked messages, oldest first. What is empty asks for all.
type Letters struct {
	Consumer string
	// After is the id of the last one of the page before.
	After uint64
	// Limit is at most so many; 0 is all.
	Limit int
}

// DeadLetters lists what is parked, oldest first.
func (c *Conn) DeadLetters(ctx context.Context) ([]DeadLetter, error) {
	return c.DeadLettersOf(ctx, Letters{})
}

// DeadLettersOf lists what is parked and asked for, oldest first.
func (c *Conn) DeadLettersOf(ctx context.Context, ask Letters) ([]DeadLetter, error) {
	s, err := c.stream(ctx, topology.DeadLetter.Name)
	if err != nil {
		return nil, err
	}
	subject := topology.AllDeadLetters
	if ask.Consumer != "" {
		subject = topology.DeadLetterSubject(ask.Consumer)
	}
	var list []DeadLetter
	for next := ask.After + 1; ask.Limit == 0 || len(list) < ask.Limit; {
		m, err := after(ctx, s, next, subject)
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		list = append(list, deadLetterOf(m))
		next = m.Sequence + 1
	}
	return list, nil
}

// after is the first message on a subject from a sequence on; nil where there is none.
func after(ctx context.Context, s jetstream.Stream, from uint64, subject string) (*jetstream.RawStreamMsg, error) {
	m, err := s.GetMsg(ctx, from, jetstream.WithGetMsgSubject(subject))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read dead letters: %w", err)
	case m.Sequence < from: // or it would never end
		return nil, fmt.Errorf("read dead letters: asked for number %d, the server answered with %d", from, m.Sequence)
	}
	return m, nil
}

// DeadLetter reads one parked message.
func (c *Conn) DeadLetter(ctx context.Context, id uint64) (DeadLetter, error) {
	s, err := c.stream(ctx, topology.DeadLetter.Name)
	if err != nil {
		return DeadLetter{}, err
	}
	m, err := s.GetMsg(ctx, id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return DeadLetter{}, fmt.Errorf("%d: %w", id, ErrNoDeadLetter)
	}
	if err != nil {
		return DeadLetter{}, fmt.Errorf("read dead letter %d: %w", id, err)
	}
	if strings.Count(m.Subject, ".") != strings.Count(topology.AllDeadLetters, ".") { // one that was sent back
		return DeadLetter{}, fmt.Errorf("%d: %w", id, ErrNoDeadLetter)
	}
	return deadLetterOf(m), nil
}

// nobody are the answers to who asks for a reader that is not there, or can not be.
var nobody = []error{jetstream.ErrConsumerNotFound, jetstream.ErrStreamNotFound, jetstream.ErrInvalidStreamName, jetstream.ErrStreamNameRequired, jetstream.ErrInvalidConsumerName}

// CanRetry says whether somebody reads what would be sent back; ErrUnheard if not.
func (c *Conn) CanRetry(ctx context.Context, d DeadLetter) error {
	_, err := c.js.Consumer(ctx, d.Stream, d.Consumer)
	if slices.ContainsFunc(nobody, func(target error) bool { return errors.Is(err, target) }) {
		return fmt.Errorf("dead letter %d of %s: %w", d.ID, d.Consumer, ErrUnheard)
	}
	if err != nil {
		return fmt.Errorf("look up who reads dead letter %d: %w", d.ID, err)
	}
	return nil
}

// Retry brings a parked message back to the consumer that parked it, and unparks
// it. However often it is tried, and wherever one try ended, the message goes back
// once: what was sent back stays on the stream, and is looked for first.
func (c *Conn) Retry(ctx context.Context, id uint64) error {
	d, err := c.DeadLetter(ctx, id)
	if err != nil {
		return err
	}
	if err := c.CanRetry(ctx, d); err != nil {
		return err
	}
	m := &nats.Msg{Subject: topology.DeadLetterRetrySubject(d.Consumer), Header: saying(d.Headers), Data: d.Data}
	m.Header.Set(nats.MsgIdHdr, ID("retry", d.Consumer, fmt.Sprint(d.ID)))
	sent, err := c.sentBack(ctx, d, m)
	if err != nil {
		return err
	}
	if !sent {
		if _, err := c.js.PublishMsg(ctx, m); err != nil {
			return fmt.Errorf("send dead letter %d back: %w", id, err)
		}
	}
	return c.Drop(ctx, id)
}

// sentBack says whether an earlier try sent the letter back, and ended before it
// was unparked.
func (c *Conn) sentBack(ctx context.Context, d DeadLetter, as *nats.Msg) (bool, error) {
	s, err := c.stream(ctx, topology.DeadLetter.Name)
	if err != nil {
		return false, err
	}
	for next := d.ID + 1; ; {
		m, err := after(ctx, s, next, as.Subject)
		if err != nil || m == nil {
			return false, err
		}
		if m.Header.Get(nats.MsgIdHdr) == as.Header.Get(nats.MsgIdHdr) {
			return true, nil
		}
		next = m.Sequence + 1
	}
}

// Drop deletes a parked message for good.
func (c *Conn) Drop(ctx context.Context, id uint64) error {
	if _, err := c.DeadLetter(ctx, id); err != nil {
		return err
	}
	s, err := c.stream(ctx, topology.DeadLetter.Name)
	if err != nil {
		return err
	}
	if err := s.DeleteMsg(ctx, id); err != nil {
		return fmt.Errorf("drop dead letter %d: %w", id, err)
	}
	return nil
}

// Decode reads the message into m. One whose end was cut off does not fit.
func (d *DeadLetter) Decode(m proto.Message) error {
	raw := Raw{ContentType: ProtobufType, Data: d.Data}
	if mediaType(header(d.Headers, "ce-datacontenttype")) == JSONType || mediaType(header(d.Headers, "Content-Type")) == JSONType {
		raw.ContentType = JSONType
	}
	return Decode(raw, m)
}

// ParkedFrom is the subject that a message of DEADLETTER came from; empty of any other.
func (r Raw) ParkedFrom() string { return r.Header(parkedSubject) }

// ParkedReason is what is wrong with a message of DEADLETTER; empty of any other.
func (r Raw) ParkedReason() string { return r.Header(parkedReason) }

func deadLetterOf(m *jetstream.RawStreamMsg) DeadLetter {
	return DeadLetter{
		ID: m.Sequence, Consumer: m.Subject[strings.LastIndexByte(m.Subject, '.')+1:], ParkedAt: m.Time,
		Reason: header(m.Header, parkedReason), Subject: header(m.Header, parkedSubject),
		Stream: header(m.Header, parkedStream), Sequence: header(m.Header, parkedSeq),
		Headers: m.Header, Data: m.Data,
	}
}
