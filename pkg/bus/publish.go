package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// ErrConflict says that the subject's last message is not the expected one.
// It is not yet proof that somebody else wrote: our own write may have landed
// and its answer been lost. Read again, then decide.
var ErrConflict = errors.New("another message is the subject's last")

// IsRefused says that the server answered, and stored nothing: what is asked of it
// anew, or otherwise, may be stored.
func IsRefused(err error) bool {
	var api *jetstream.APIError
	return errors.Is(err, ErrConflict) || errors.As(err, &api)
}

// answerWithin is how long the server may take to answer a message of a batch.
const answerWithin = 5 * time.Second

// maxBatch is how many messages a server takes in one atomic batch.
const maxBatch = 1000

// ErrRepeated says that the server remembers an event's id: that it has stored it, on
// this subject or another.
var ErrRepeated = errors.New("an event of this id was published lately")

// Publish stores e and returns its sequence once the stream has it on disk.
// A repeated id within the server's window is stored once and is no error.
func (c *Conn) Publish(ctx context.Context, e Event) (uint64, error) {
	ack, err := c.publish(ctx, e)
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// PublishNew is Publish for an event that can not be there: a repeated id is ErrRepeated,
// as it is in a batch.
func (c *Conn) PublishNew(ctx context.Context, e Event) (uint64, error) {
	ack, err := c.publish(ctx, e)
	switch {
	case err != nil:
		return 0, err
	case ack.Duplicate:
		return 0, fmt.Errorf("publish to %s: %w: %s", e.Subject, ErrRepeated, e.ID)
	}
	return ack.Sequence, nil
}

// publish stores e, and returns what the server says of it.
func (c *Conn) publish(ctx context.Context, e Event) (*jetstream.PubAck, error) {
	m, err := c.message(e)
	if err != nil {
		return nil, err
	}
	ctx, span := startPublish(ctx, e)
	defer span.End()
	inject(ctx, m.Header)
	ack, err := c.js.PublishMsg(ctx, m)
	if err != nil {
		return nil, finish(span, publishError(e.Subject, err))
	}
	return ack, nil
}

// PublishAll publishes events at once, without waiting for one before the next,
// and returns what Publish would of each: an error, or nil. Where one fails, those
// after it may be stored all the same; whoever needs an order among some of them
// has to wait for each.
func (c *Conn) PublishAll(ctx context.Context, events []Event) []error {
	errs := make([]error, len(events))
	acks := make([]jetstream.PubAckFuture, len(events))
	for i, e := range events {
		m, err := c.message(e)
		if err != nil {
			errs[i] = err
			continue
		}
		ctx, span := startPublish(ctx, e)
		inject(ctx, m.Header)
		if acks[i], err = c.js.PublishMsgAsync(m); err != nil {
			errs[i] = finish(span, publishError(e.Subject, err))
		}
		span.End()
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	for i, ack := range acks {
		if errs[i] != nil {
			continue
		}
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			errs[i] = publishError(events[i].Subject, err)
		case <-ctx.Done():
			errs[i] = publishError(events[i].Subject, ctx.Err())
		}
	}
	return errs
}

// PublishBatch stores all events or none, in order, in one stream that allows
// it, and returns the sequence of the last. A conflict on any refuses all.
func (c *Conn) PublishBatch(ctx context.Context, events []Event) (uint64, error) {
	switch {
	case len(events) == 0:
		return 0, nil
	case len(events) == 1:
		return c.Publish(ctx, events[0])
	case len(events) > maxBatch:
		return 0, Permanent(fmt.Errorf("publish a batch of %d events: at most %d fit", len(events), maxBatch))
	}
	ctx, span := startPublish(ctx, events[0])
	defer span.End()
	payloads := make([][]byte, len(events))
	for i, e := range events {
		var err error
		if payloads[i], err = encode(e); err != nil {
			return 0, finish(span, err)
		}
	}
	m := &nats.Msg{Header: make(nats.Header, headers)} // one for all: each is written before the next is made
	seq, err := c.commit(ctx, len(events), func(i int) *nats.Msg {
		m.Subject, m.Data = events[i].Subject, payloads[i]
		clear(m.Header)
		c.head(m.Header, events[i])
		inject(ctx, m.Header)
		return m
	})
	return seq, finish(span, err)
}

// commit stores n messages as one batch.
func (c *Conn) commit(ctx context.Context, n int, message func(i int) *nats.Msg) (uint64, error) {
	id := []string{nuid.Next()}
	for i := range n {
		m := message(i)
		m.Header["Nats-Batch-Id"] = id
		m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(i + 1)}
		last := i == n-1
		if last {
			m.Header.Set("Nats-Batch-Commit", "1")
		}
		if i > 0 && !last {
			if err := c.nc.PublishMsg(m); err != nil {
				return 0, publishError(m.Subject, err)
			}
			continue
		}
		seq, err := c.request(ctx, m)
		if err != nil {
			return 0, publishError(m.Subject, err)
		}
		if last {
			return seq, nil
		}
	}
	return 0, nil
}

// request sends one message of a batch that the server answers: the first with
// nothing, the last with the acknowledgement.
func (c *Conn) request(ctx context.Context, m *nats.Msg) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	r, err := c.nc.RequestMsgWithContext(ctx, m)
	if err != nil {
		return 0, err
	}
	if len(r.Data) == 0 {
		return 0, nil
	}
	var ack struct {
		Seq   uint64              `json:"seq"`
		Error *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(r.Data, &ack); err != nil {
		return 0, fmt.Errorf("read the server's answer %q: %w", r.Data, err)
	}
	if ack.Error != nil {
		return 0, ack.Error
	}
	return ack.Seq, nil
}

// Codes that the server gives a message whose expectation does not hold; on a
// cluster the second comes for writes that are still in flight.
const (
	codeWrongLastSequence = 10071
	codeInFlight          = 10164
)

func publishError(subject string, err error) error {
	var api *jetstream.APIError
	if errors.As(err, &api) && (api.ErrorCode == codeWrongLastSequence || api.ErrorCode == codeInFlight) {
		return fmt.Errorf("publish to %s: %w", subject, ErrConflict)
	}
	if errors.Is(err, nats.ErrMaxPayload) {
		return Permanent(fmt.Errorf("publish to %s: %w", subject, err))
	}
	return fmt.Errorf("publish to %s: %w", subject, err)
}
