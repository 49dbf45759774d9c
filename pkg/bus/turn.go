package bus

import (
	"context"
	"maps"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
)

// further is how many messages are read behind the one whose turn it is.
const further = 255

// turn is one loop over a consumer that hands out one message at a time, to one
// process at a time. Whoever has that one reads what stands behind it on the
// stream as well, and hands all of it on together; the turns of those come later,
// and are settled by what became of them:
//
//	a turn ─→ known what became of it ───────────────→ settled
//	     └──→ handed on, with those behind it ─→ settled, and theirs are known
//
// So a burst is handled together, and still nobody handles a message before all
// that stand before it on the stream have been, whoever did that. What fails and
// may be tried again is not known: it is handed on once more in its own turn.
type turn[T any, M interface {
	*T
	proto.Message
}] struct {
	batchReader[T, M]
	known map[uint64]error
}

func (r turn[T, M]) read(ctx context.Context) error {
	it, err := r.open(ctx, ahead)
	if err != nil {
		return err
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	for {
		msg, err := it.Next()
		if err != nil {
			return err
		}
		r.take(ctx, msg)
	}
}

// take settles a message whose turn it is.
func (r turn[T, M]) take(ctx context.Context, msg jetstream.Msg) {
	raw, err := rawOf(msg)
	if err != nil {
		r.settle(ctx, msg, raw, err)
		return
	}
	maps.DeleteFunc(r.known, func(sequence uint64, _ error) bool { return sequence < raw.Sequence })
	if err, known := r.known[raw.Sequence]; known {
		r.settle(ctx, msg, raw, err)
		return
	}
	raws := []Raw{raw}
	if raw.Pending > 0 {
		behind, err := r.conn.behind(ctx, r.consumer.Stream, raw.Sequence+1, further)
		if err != nil {
			r.conn.log.Warn("messages are handled one by one", "consumer", r.consumer.Name, "error", err)
		}
		raws = append(raws, behind...)
	}
	stop := r.sayAtWork(msg)
	errs := r.all(extract(ctx, msg.Headers()), raws)
	stop()
	for i, err := range errs {
		if i > 0 && (err == nil || IsPermanent(err)) {
			r.known[raws[i].Sequence] = err
		}
	}
	r.settle(ctx, msg, raw, errs[0])
}
