package bus

import (
	"context"
	"errors"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/topology"
)

// further is how many messages are handed on together at most.
const further = 500

// Rest is what of a handler's work need not be done before the next messages are
// handed on, but before any of those it was handed is settled.
type Rest func(context.Context) error

// TurnConsumer is BatchConsumer for a consumer that is InOrder and reads its whole
// stream. No message is handed on before all that stand before it on the stream
// were, and were not refused for now, by whichever process: in the same call, or
// in one that has returned. What is left of a call's work goes on meanwhile.
//
// on gives an error, or nil, for each message. Where one fails for now, so has to
// fail whatever must not overtake it.
func TurnConsumer[T any, M interface {
	*T
	proto.Message
}](conn *Conn, c topology.Consumer, on func(context.Context, []Got[M]) ([]error, Rest)) func(context.Context) error {
	return func(ctx context.Context) error {
		t := &turn[T, M]{reader: reader{conn: conn, consumer: c, parkAs: c.Name}, on: on, line: line{known: map[uint64]error{}, news: make(chan struct{})}}
		back := batchReader[T, M]{reader{conn: conn, consumer: c.Retry(), parkAs: c.Name}, func(ctx context.Context, got []Got[M]) []error {
			errs, rest := on(ctx, got)
			return also(errs, rest(ctx))
		}}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		wg.Go(func() { errs[0] = t.loop(ctx, t.read) })
		wg.Go(func() { errs[1] = back.loop(ctx, back.read) })
		wg.Wait()
		return errors.Join(errs...)
	}
}

// turn is one loop over a consumer that hands out one message at a time, to one
// process at a time. Whoever has that one walks on along the stream, and hands on
// what stands there; the turns of those messages come later, and are settled by
// what became of them:
//
//	a turn ─→ known what became of it ──────────────────→ settled
//	     │         └─ and many behind it are done, too ─→ the consumer begins behind them
//	     └──→ the walk begins: it, and those behind it ─→ settled, and theirs are known
//
// So a burst is handled together, and still nobody handles a message before all
// that stand before it have been. What fails for now ends the walk; when its turn
// comes again another begins there.
type turn[T any, M interface {
	*T
	proto.Message
}] struct {
	reader
	on func(context.Context, []Got[M]) ([]error, Rest)

	line line
}

func (t *turn[T, M]) read(ctx context.Context) error {
	it, err := t.open(ctx, ahead)
	if err != nil {
		return err
	}
	defer it.Stop()
	var walks sync.WaitGroup
	defer walks.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, it.Stop)()
	skips := true
	for {
		msg, err := it.Next()
		if err != nil {
			return err
		}
		raw, err := rawOf(msg)
		if err == nil {
			stop := t.sayAtWork(msg)
			err = t.fate(ctx, raw, func() { walks.Go(func() { t.walk(extract(ctx, msg.Headers()), raw) }) })
			stop()
		}
		if err == nil && skips {
			if last, behind := t.line.done(raw.Sequence); behind >= few {
				if skips = t.skip(ctx, last); skips {
					continue
				}
			}
		}
		t.settle(ctx, msg, raw, err)
	}
}

// skip moves the consumer on behind a message: it and all before it are settled at
// once. Where the server does not do that, it is false, and the turns come. What a
// process skips that was away for longer than the server waits for it may lie behind
// what another has done since, which is then handed on again.
func (t *turn[T, M]) skip(ctx context.Context, last uint64) bool {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if _, err := t.conn.js.ResetConsumerToSequence(ctx, t.consumer.Stream.Name, t.consumer.Name, last+1); err != nil {
		t.conn.log.Warn("messages are settled one by one", "consumer", t.consumer.Name, "error", err)
		return false
	}
	t.line.passed(last)
	return true
}

// fate is what became of a message whose turn it is. Where that is not known, and
// nobody is about to find out, it begins a walk.
func (t *turn[T, M]) fate(ctx context.Context, raw Raw, walk func()) error {
	for {
		err, known, begin, news := t.line.ask(raw.Sequence)
		if known {
			return err
		}
		if begin {
			walk()
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// walk hands on a message and what stands behind it, until nothing does or one
// fails for now. While the next are handed on, the rest of those before is done.
func (t *turn[T, M]) walk(ctx context.Context, first Raw) {
	var rests sync.WaitGroup
	defer t.line.end()
	defer rests.Wait()
	list := append([]Raw{first}, t.behind(ctx, first, further-1)...)
	for len(list) > 0 {
		these, last := list, list[len(list)-1]
		errs, rest := t.hand(ctx, these)
		t.line.handed(these)
		rests.Go(func() { t.line.found(these, also(errs, rest(ctx))) })
		if slices.ContainsFunc(errs, forNow) || !t.room(ctx, last) {
			return
		}
		list = t.behind(ctx, last, further)
	}
}

// room waits until the turn comes close to the last that was handed on; false where
// the walk is to end.
func (t *turn[T, M]) room(ctx context.Context, last Raw) bool {
	for {
		room, again, news := t.line.room(last.Sequence)
		if room || again {
			return room
		}
		select {
		case <-news:
		case <-ctx.Done():
			return false
		}
	}
}

// behind are up to n messages that stand behind one; none where that is not known.
func (t *turn[T, M]) behind(ctx context.Context, raw Raw, n int) []Raw {
	if raw.Pending == 0 {
		return nil
	}
	list, err := t.conn.behind(ctx, t.consumer.Stream, raw.Sequence+1, n)
	if err != nil && ctx.Err() == nil {
		t.conn.log.Warn("messages are handled one by one", "consumer", t.consumer.Name, "error", err)
	}
	return list
}

// hand hands messages on. The rest is that of all calls that it takes.
func (t *turn[T, M]) hand(ctx context.Context, list []Raw) ([]error, Rest) {
	var rests []Rest
	r := batchReader[T, M]{t.reader, func(ctx context.Context, got []Got[M]) []error {
		errs, rest := t.on(ctx, got)
		rests = append(rests, rest)
		return errs
	}}
	return r.all(ctx, list), func(ctx context.Context) error {
		var errs []error
		for _, rest := range rests {
			alone := reader{conn: t.conn, consumer: t.consumer, on: func(ctx context.Context, _ Raw) error { return rest(ctx) }}
			errs = append(errs, alone.call(ctx, list[0]))
		}
		return errors.Join(errs...)
	}
}

// also gives each that has no error the error of the rest.
func also(errs []error, rest error) []error {
	for i := range errs {
		if errs[i] == nil {
			errs[i] = rest
		}
	}
	return errs
}
