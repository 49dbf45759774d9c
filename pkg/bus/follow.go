package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// Following says what Follow reads.
type Following struct {
	Stream  topology.Stream
	Filters []string
	// After is the sequence to read on from; messages up to it are left out.
	After uint64
	// Last starts with the last message of each subject instead.
	Last bool
	// Since starts with the first message stored at or after this time, if After is 0.
	Since time.Time
	// New starts with what comes from now on.
	New bool
}

// Follow reads a stream in order, without acknowledgements, and hands each
// message to on, until the context ends (then it returns nil) or on returns an
// error, which it returns. Whoever follows keeps its own position; what goes
// wrong on the way to the server is tried again from the last message read.
func (c *Conn) Follow(ctx context.Context, f Following, on func(context.Context, Raw) error) error {
	for {
		err := c.follow(ctx, &f, on)
		var stop *handlerError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &stop):
			return stop.error
		}
		c.log.Warn("following stopped; starting again", "stream", f.Stream.Name, "after", f.After, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// inAdvance is how many messages are fetched before they are needed. A message of
// signals is up to 512 KiB, and all of these may be in memory at once.
const inAdvance = 256

// handlerError is an error of the one who follows, not of the way to the server.
type handlerError struct{ error }

// follow reads until something goes wrong; f then says where to go on.
func (c *Conn) follow(ctx context.Context, f *Following, on func(context.Context, Raw) error) error {
	cons, err := c.js.OrderedConsumer(ctx, f.Stream.Name, f.config())
	if err != nil {
		return fmt.Errorf("follow stream %s: %w", f.Stream.Name, err)
	}
	it, err := cons.Messages(jetstream.PullMaxMessages(inAdvance), jetstream.PullExpiry(5*time.Second),
		jetstream.PullHeartbeat(2*time.Second), jetstream.WithMessagesErrOnMissingHeartbeat(false))
	if err != nil {
		return fmt.Errorf("follow stream %s: %w", f.Stream.Name, err)
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	for {
		// Stop does not end what the client begins anew at the same moment; the context does.
		msg, err := it.Next(jetstream.NextContext(ctx))
		if errors.Is(err, jetstream.ErrNoHeartbeat) {
			continue
		}
		if err != nil {
			return fmt.Errorf("follow stream %s: %w", f.Stream.Name, err)
		}
		raw, err := rawOf(msg)
		if err != nil {
			return err
		}
		if err := on(ctx, raw); err != nil {
			return &handlerError{err}
		}
		f.After, f.Last, f.New, f.Since = raw.Sequence, false, false, time.Time{}
	}
}

// config is where the server is asked to begin.
func (f *Following) config() jetstream.OrderedConsumerConfig {
	cfg := jetstream.OrderedConsumerConfig{FilterSubjects: f.Filters, DeliverPolicy: jetstream.DeliverAllPolicy}
	switch {
	case f.New:
		cfg.DeliverPolicy = jetstream.DeliverNewPolicy
	case f.Last:
		cfg.DeliverPolicy = jetstream.DeliverLastPerSubjectPolicy
	case f.After > 0:
		cfg.DeliverPolicy, cfg.OptStartSeq = jetstream.DeliverByStartSequencePolicy, f.After+1
	case !f.Since.IsZero():
		cfg.DeliverPolicy, cfg.OptStartTime = jetstream.DeliverByStartTimePolicy, &f.Since
	}
	return cfg
}

// Latest hands the last message of each subject that matches to on, and returns
// when it has seen all that there were. One that is replaced meanwhile may come twice.
func (c *Conn) Latest(ctx context.Context, s topology.Stream, filter string, on func(Raw) error) error {
	subjects, err := c.Subjects(ctx, s, filter)
	if err != nil || len(subjects) == 0 {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	err = c.Follow(reading, Following{Stream: s, Filters: []string{filter}, Last: true}, func(_ context.Context, raw Raw) error {
		if raw.Pending == 0 {
			stop()
		}
		return on(raw)
	})
	return errors.Join(err, ctx.Err())
}

// Last reads the last message of a subject; its sequence is 0 if there is none.
func (c *Conn) Last(ctx context.Context, s topology.Stream, subject string) (Raw, error) {
	stream, err := c.stream(ctx, s.Name)
	if err != nil {
		return Raw{}, err
	}
	m, err := stream.GetLastMsgForSubject(ctx, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return Raw{}, nil
	}
	if err != nil {
		return Raw{}, fmt.Errorf("read the last message of %s: %w", subject, err)
	}
	return stored(m), nil
}

// stored is a message as the stream holds it.
func stored(m *jetstream.RawStreamMsg) Raw {
	return Raw{
		Meta: Meta{ID: header(m.Header, "ce-id"), Subject: m.Subject, Sequence: m.Sequence, StoredAt: m.Time, Attempt: 1},
		Data: m.Data, ContentType: ProtobufType, header: m.Header,
	}
}

// Newest is the sequence of the last message of a subject, 0 if there is none. It
// asks until the bus answers or the context ends.
func (c *Conn) Newest(ctx context.Context, s topology.Stream, subject string) (uint64, error) {
	for {
		raw, err := c.Last(ctx, s, subject)
		if err == nil {
			return raw.Sequence, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// At reads the message of a stream that has this sequence; its sequence is 0 if
// there is none.
func (c *Conn) At(ctx context.Context, s topology.Stream, seq uint64) (Raw, error) {
	stream, err := c.stream(ctx, s.Name)
	if err != nil {
		return Raw{}, err
	}
	m, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return Raw{}, nil
	}
	if err != nil {
		return Raw{}, fmt.Errorf("read message %d of stream %s: %w", seq, s.Name, err)
	}
	return stored(m), nil
}

// Created is when a stream was created: another one of the same name has another
// time. With it comes the sequence of its newest message, 0 if it is empty.
func (c *Conn) Created(ctx context.Context, s topology.Stream) (time.Time, uint64, error) {
	stream, err := c.stream(ctx, s.Name)
	if err != nil {
		return time.Time{}, 0, err
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return time.Time{}, 0, fmt.Errorf("ask for the state of stream %s: %w", s.Name, err)
	}
	return info.Created, info.State.LastSeq, nil
}

// LastSequence is the sequence of the newest message of a stream, 0 if it is empty.
func (c *Conn) LastSequence(ctx context.Context, s topology.Stream) (uint64, error) {
	_, last, err := c.Created(ctx, s)
	return last, err
}

// Subjects lists the subjects of a stream that hold a message and match the
// filter, in no order.
func (c *Conn) Subjects(ctx context.Context, s topology.Stream, filter string) ([]string, error) {
	stream, err := c.stream(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(filter))
	if err != nil {
		return nil, fmt.Errorf("ask for the subjects of stream %s: %w", s.Name, err)
	}
	return slices.Collect(maps.Keys(info.State.Subjects)), nil
}

// Purge deletes the messages of a stream whose subjects match the filter.
func (c *Conn) Purge(ctx context.Context, s topology.Stream, filter string) error {
	stream, err := c.stream(ctx, s.Name)
	if err != nil {
		return err
	}
	if err := stream.Purge(ctx, jetstream.WithPurgeSubject(filter)); err != nil {
		return fmt.Errorf("delete %s from stream %s: %w", filter, s.Name, err)
	}
	return nil
}

// Delete deletes one message of a stream; one that is not there is no error.
func (c *Conn) Delete(ctx context.Context, s topology.Stream, seq uint64) error {
	stream, err := c.stream(ctx, s.Name)
	if err != nil {
		return err
	}
	if err = stream.DeleteMsg(ctx, seq); err == nil {
		return nil
	}
	if left, readErr := c.At(ctx, s, seq); readErr == nil && left.Sequence == 0 {
		return nil
	}
	return fmt.Errorf("delete message %d of stream %s: %w", seq, s.Name, err)
}
