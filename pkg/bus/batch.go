package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/topology"
)

// Got is one message of several, decoded.
type Got[M proto.Message] struct {
	Meta
	Payload M
}

// atMost is how many messages a handler of several gets at once.
const atMost = 128

// BatchConsumer is Consumer for a handler that takes several messages together:
// those that wait when it is free, in the order of the stream, so that a burst
// costs one commit and a single message waits for nothing. on gives an error, or
// nil, for each of them; each is settled by its own.
func BatchConsumer[T any, M interface {
	*T
	proto.Message
}](conn *Conn, c topology.Consumer, on func(context.Context, []Got[M]) []error) func(context.Context) error {
	return func(ctx context.Context) error {
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, from := range []topology.Consumer{c, c.Retry()} {
			r := batchReader[T, M]{reader{conn: conn, consumer: from, parkAs: c.Name}, on}
			wg.Go(func() { errs[i] = r.loop(ctx, r.read) })
		}
		wg.Wait()
		return errors.Join(errs...)
	}
}

// batchReader is one loop over one durable consumer that hands on several at once.
type batchReader[T any, M interface {
	*T
	proto.Message
}] struct {
	reader
	on func(context.Context, []Got[M]) []error
}

func (r batchReader[T, M]) read(ctx context.Context) error {
	it, err := r.open(ctx, atMost)
	if err != nil {
		return err
	}
	defer it.Stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, it.Stop)
	defer stop()
	came := make(chan jetstream.Msg, atMost)
	go func() {
		for {
			msg, err := it.Next()
			if err != nil {
				cancel(err)
				return
			}
			select {
			case came <- msg:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case msg := <-came:
			r.handle(ctx, waiting(msg, came))
		}
	}
}

// waiting is a message, and those that came behind it.
func waiting(first jetstream.Msg, came <-chan jetstream.Msg) []jetstream.Msg {
	all := []jetstream.Msg{first}
	for len(all) < atMost {
		select {
		case msg := <-came:
			all = append(all, msg)
		default:
			return all
		}
	}
	return all
}

// handle hands the messages on, and settles each.
func (r batchReader[T, M]) handle(ctx context.Context, msgs []jetstream.Msg) {
	defer r.sayAtWork(msgs...)()
	var raws []Raw
	var read []jetstream.Msg // those of raws
	for _, msg := range msgs {
		raw, err := rawOf(msg)
		if err != nil {
			r.settle(ctx, msg, raw, err)
			continue
		}
		raws, read = append(raws, raw), append(read, msg)
	}
	errs := r.all(extract(ctx, msgs[0].Headers()), raws)
	for i, msg := range read {
		r.settle(ctx, msg, raws[i], errs[i])
	}
}

// all hands on those that can be read, and gives an error, or nil, for each.
func (r batchReader[T, M]) all(ctx context.Context, raws []Raw) []error {
	errs := make([]error, len(raws))
	var got []Got[M]
	var at []int // where each of got stands among raws
	for i, raw := range raws {
		payload := M(new(T))
		if errs[i] = Decode(raw, payload); errs[i] == nil {
			got, at = append(got, Got[M]{raw.Meta, payload}), append(at, i)
		}
	}
	for i, err := range r.hand(ctx, got) {
		errs[at[i]] = err
	}
	return errs
}

// hand calls the handler. Where it panics over several, it gets each by itself.
func (r batchReader[T, M]) hand(ctx context.Context, got []Got[M]) (errs []error) {
	if len(got) == 0 {
		return nil
	}
	ctx, span := startProcess(ctx, r.consumer.Name)
	defer span.End()
	alone := reader{conn: r.conn, consumer: r.consumer, on: func(ctx context.Context, _ Raw) error {
		errs = r.on(ctx, got)
		if len(errs) != len(got) {
			return fmt.Errorf("the handler of %s answered %d of %d messages", r.consumer.Name, len(errs), len(got))
		}
		return nil
	}}
	err := finish(span, alone.call(ctx, Raw{Meta: got[0].Meta}))
	switch {
	case err == nil:
		return errs
	case len(got) == 1:
		return []error{err}
	}
	errs = make([]error, len(got))
	for i := range got {
		errs[i] = r.hand(ctx, got[i:i+1])[0]
	}
	return errs
}
