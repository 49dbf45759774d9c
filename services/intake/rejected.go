package intake

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/door"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// retryWithin is how long trying one again may take.
const retryWithin = 10 * time.Second

// retrier tries deliveries again that were kept.
type retrier struct {
	conn *bus.Conn
	door *door.Door
	log  *slog.Logger
}

// answering answers who asks for another try.
func (t retrier) answering(ctx context.Context) error {
	asked := func() *intakev1.RejectedRetryAsked { return &intakev1.RejectedRetryAsked{} }
	on := func(q *intakev1.RejectedRetryAsked) (proto.Message, error) { return t.onAsked(ctx, q) }
	return bus.Answering(t.conn, "intake", topology.RetryRejectedSubject(), asked, on)(ctx)
}

// onAsked reads a delivery again. What is taken is on disk before it is gone or
// stands anew; a try that breaks off between the two is only tried once more, since
// an event that is there changes nothing.
func (t retrier) onAsked(ctx context.Context, q *intakev1.RejectedRetryAsked) (proto.Message, error) {
	ctx, enough := context.WithTimeout(ctx, retryWithin)
	defer enough()
	d, err := rejected.At(ctx, t.conn, q.GetId())
	if err != nil {
		return nil, err
	}
	ids, reasons, err := t.door.Again(ctx, d)
	if err != nil {
		return nil, err
	}
	t.log.Info("a rejected delivery was tried again", "id", d.ID, "door", d.Door, "by", q.GetBy(), "events", len(ids), "left_out", len(reasons))
	if len(reasons) == 0 {
		return &intakev1.RejectedRetried{Ids: ids}, rejected.Drop(ctx, t.conn, d.ID)
	}
	d.Reasons, d.Accepted, d.Tries, d.TriedAt = reasons, max(d.Accepted, len(ids)), d.Tries+1, time.Now().UTC()
	id, err := rejected.Mend(ctx, t.conn, d)
	if errors.Is(err, bus.ErrConflict) { // somebody tried it at the same time
		return nil, rejected.ErrNone
	}
	return &intakev1.RejectedRetried{Ids: ids, Reasons: reasons, Id: id}, err
}
