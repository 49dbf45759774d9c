package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

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

// DeadLetters lists what is parked, oldest first.
func (c *Conn) DeadLetters(ctx context.Context) ([]DeadLetter, error) {
	s, err := c.stream(ctx, topology.DeadLetter.Name)
	if err != nil {
		return nil, err
	}
	var list []DeadLetter
	for next := uint64(1); ; {
		m, err := s.GetMsg(ctx, next, jetstream.WithGetMsgSubject(topology.AllDeadLetters))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read dead letters: %w", err)
		}
		if m.Sequence < next { // or it would never end
			return nil, fmt.Errorf("read dead letters: asked for number %d, the server answered with %d", next, m.Sequence)
		}
		list = append(list, deadLetterOf(m))
		next = m.Sequence + 1
	}
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
	return deadLetterOf(m), nil
}

// Retry brings a parked message back to the consumer that parked it, and unparks it.
func (c *Conn) Retry(ctx context.Context, id uint64) error {
	d, err := c.DeadLetter(ctx, id)
	if err != nil {
		return err
	}
	m := &nats.Msg{Subject: topology.DeadLetterRetrySubject(d.Consumer), Header: saying(d.Headers), Data: d.Data}
	m.Header.Set(nats.MsgIdHdr, ID("retry", d.Consumer, fmt.Sprint(d.ID)))
	if _, err := c.js.PublishMsg(ctx, m); err != nil {
		return fmt.Errorf("send dead letter %d back: %w", id, err)
	}
	return c.Drop(ctx, id)
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

func deadLetterOf(m *jetstream.RawStreamMsg) DeadLetter {
	return DeadLetter{
		ID: m.Sequence, Consumer: m.Subject[strings.LastIndexByte(m.Subject, '.')+1:], ParkedAt: m.Time,
		Reason: header(m.Header, parkedReason), Subject: header(m.Header, parkedSubject),
		Stream: header(m.Header, parkedStream), Sequence: header(m.Header, parkedSeq),
		Headers: m.Header, Data: m.Data,
	}
}
