package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/topology"
)

// Meta is what the bus knows of a message besides its payload.
type Meta struct {
	// ID is the event's id; it is the same however often the message comes.
	ID      string
	Subject string
	// Sequence is the message's place in its stream.
	Sequence uint64
	// StoredAt is the stream's own time stamp.
	StoredAt time.Time
	// Attempt counts deliveries, from 1.
	Attempt uint64
	// Uncounted says that there may have been deliveries before the first: the message
	// is older than the connection, and a server that crashes forgets what it handed
	// out in its last moments. Handlers of single messages are told.
	Uncounted bool
	// Pending is how many messages were still to come when the server gave this one.
	Pending uint64
	// Returned says that it was parked, and people sent it back.
	Returned bool
}

// Raw is a message as it came, for handlers that read more than one form.
type Raw struct {
	Meta
	// ContentType is ProtobufType or JSONType.
	ContentType string
	Data        []byte

	header nats.Header
	// stands is the subject on which it was read, wherever it came from.
	stands string
}

// Header is a header of the message, whatever its case; empty where there is none.
func (r Raw) Header(name string) string { return header(r.header, name) }

// Headers are all headers of the message as they were sent, percent-encoded. Who
// gets them does not change them.
func (r Raw) Headers() map[string][]string { return r.header }

// Consumer returns a task that reads c and hands each payload to on, until its
// context ends. Dead letters that people send back come to on as well.
func Consumer[T any, M interface {
	*T
	proto.Message
}](conn *Conn, c topology.Consumer, on func(context.Context, Meta, M) error) func(context.Context) error {
	return RawConsumer(conn, c, func(ctx context.Context, raw Raw) error {
		m := M(new(T))
		if err := Decode(raw, m); err != nil {
			return err
		}
		return on(ctx, raw.Meta, m)
	})
}

// Decode reads raw's payload into m. Its error is permanent.
func Decode(raw Raw, m proto.Message) error {
	var err error
	if raw.ContentType == JSONType {
		err = protojson.Unmarshal(raw.Data, m)
	} else {
		err = proto.Unmarshal(raw.Data, m)
	}
	if err != nil {
		return Permanent(fmt.Errorf("decode %s: %w", Type(m), err))
	}
	return nil
}

// RawConsumer is Consumer for handlers that decode by themselves.
func RawConsumer(conn *Conn, c topology.Consumer, on func(context.Context, Raw) error) func(context.Context) error {
	return LinedConsumer(conn, c, nil, on)
}

// LinedConsumer is RawConsumer for a consumer that is Wide and whose subjects say too
// little: messages of one line are handed on one after another, others beside each
// other, and so are those of no line (empty). line is quick, and does not panic.
func LinedConsumer(conn *Conn, c topology.Consumer, line func(Raw) string, on func(context.Context, Raw) error) func(context.Context) error {
	return func(ctx context.Context) error {
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, from := range []topology.Consumer{c, c.Retry()} {
			r := reader{conn: conn, consumer: from, parkAs: c.Name, on: on, line: line}
			wg.Go(func() {
				if c.Seldom && i > 0 && !conn.prepareRetry(ctx, c) {
					return
				}
				errs[i] = r.run(ctx)
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	}
}

// reader is one loop over one durable consumer.
type reader struct {
	conn     *Conn
	consumer topology.Consumer
	parkAs   string
	on       func(context.Context, Raw) error
	line     func(Raw) string // nil: its subject
}

func (r reader) run(ctx context.Context) error {
	if r.consumer.Wide > 0 {
		return r.runWide(ctx)
	}
	return r.loop(ctx, r.read)
}

// loop reads again whenever reading stops, until the context ends.
func (r reader) loop(ctx context.Context, read func(context.Context) error) error {
	for {
		err := read(ctx)
		if ctx.Err() != nil {
			return nil
		}
		r.conn.log.Warn("reading stopped; starting again", "consumer", r.consumer.Name, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

const (
	// ahead is how many messages are fetched before they are needed: few enough
	// to be handled before the server takes them for lost.
	ahead = 64
	// atWork is how often the server is told that a handler is still at work.
	atWork = 2 * time.Second
)

// open begins to fetch messages, so many ahead of when they are needed.
func (r reader) open(ctx context.Context, ahead int) (jetstream.MessagesContext, error) {
	cons, err := r.conn.js.Consumer(ctx, r.consumer.Stream.Name, r.consumer.Name)
	if err != nil {
		return nil, fmt.Errorf("look up consumer %s: %w", r.consumer.Name, err)
	}
	// Short expiry and heartbeat: a leader's death is noticed within seconds.
	it, err := cons.Messages(jetstream.PullMaxMessages(ahead), jetstream.PullExpiry(5*time.Second),
		jetstream.PullHeartbeat(2*time.Second), jetstream.WithMessagesErrOnMissingHeartbeat(false))
	if err != nil {
		return nil, fmt.Errorf("read consumer %s: %w", r.consumer.Name, err)
	}
	return it, nil
}

func (r reader) read(ctx context.Context) error {
	batch := ahead // of a consumer in order the server hands out the next only when this one is settled
	if r.consumer.Slow {
		batch = 1
	}
	it, err := r.open(ctx, batch)
	if err != nil {
		return err
	}
	defer it.Stop()
	stop := context.AfterFunc(ctx, it.Stop)
	defer stop()
	for {
		msg, err := it.Next()
		if err != nil {
			return err
		}
		r.handle(ctx, msg)
	}
}

// handle runs the handler on one message and settles it.
func (r reader) handle(ctx context.Context, msg jetstream.Msg) {
	raw, err := rawOf(msg)
	raw.Uncounted = raw.Attempt == 1 && raw.StoredAt.UnixNano() < r.conn.since.Load()
	if err == nil {
		ctx, span := startProcess(extract(ctx, msg.Headers()), r.consumer.Name)
		stop := r.sayAtWork(msg)
		err = finish(span, r.call(ctx, raw))
		stop()
		span.End()
	}
	r.settle(ctx, msg, raw, err)
}

// sayAtWork keeps the server from handing the messages out again while a handler
// takes its time, until stop is called.
func (r reader) sayAtWork(msgs ...jetstream.Msg) (stop func()) {
	var t *time.Timer
	var mu sync.Mutex
	done := false
	say := func() {
		mu.Lock()
		defer mu.Unlock()
		for _, msg := range msgs {
			if done || msg.InProgress() != nil {
				return
			}
		}
		t.Reset(atWork)
	}
	mu.Lock()
	defer mu.Unlock()
	t = time.AfterFunc(atWork, say)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		done = true
		t.Stop()
	}
}

func (r reader) call(ctx context.Context, raw Raw) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.conn.log.Error("handler panicked", "consumer", r.consumer.Name, "id", raw.ID, "panic", p, "stack", string(debug.Stack()))
			err = Permanent(fmt.Errorf("handler panicked: %v", p))
		}
	}()
	return r.on(ctx, raw)
}

func rawOf(msg jetstream.Msg) (Raw, error) {
	md, err := msg.Metadata()
	if err != nil {
		return Raw{}, Permanent(fmt.Errorf("read metadata: %w", err))
	}
	h := msg.Headers()
	raw := Raw{
		Meta: Meta{ID: header(h, "ce-id"), Subject: msg.Subject(), Sequence: md.Sequence.Stream, StoredAt: md.Timestamp, Attempt: md.NumDelivered, Pending: md.NumPending},
		Data: msg.Data(), ContentType: contentType(h), header: h, stands: msg.Subject(),
	}
	if origin := header(h, parkedSubject); origin != "" {
		raw.Subject, raw.Returned = origin, true
	}
	if raw.ID == "" {
		raw.ID = header(h, nats.MsgIdHdr)
	}
	if raw.ID == "" {
		raw.ID = ID(md.Stream, fmt.Sprint(md.Sequence.Stream))
	}
	return raw, nil
}

// contentType is JSONType where the headers say so, else ProtobufType.
func contentType(h nats.Header) string {
	if said := h["ce-datacontenttype"]; len(said) > 0 && said[0] == ProtobufType && h["Content-Type"] == nil {
		return ProtobufType // as package bus writes it: nothing to take apart
	}
	for _, name := range []string{"ce-datacontenttype", "Content-Type"} {
		if mediaType(header(h, name)) == JSONType {
			return JSONType
		}
	}
	return ProtobufType
}
