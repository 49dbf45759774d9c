package events

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// answering is how long the ledger may take when somebody asks whether it is there.
const answering = 1500 * time.Millisecond

// Alive answers whether review is, down to its ledger: it writes there and reads
// what is still to be published.
type Alive struct {
	Outbox Outbox
	Now    func() time.Time

	// stuck is the oldest change that was unpublished at the last question, and
	// since when it is known to be.
	stuck int64
	since time.Time
}

// OnAsked answers one question at a time. Its error says that the ledger does not answer.
func (a *Alive) OnAsked(*reviewv1.PulseAsked) (proto.Message, error) {
	ctx, cancel := context.WithTimeout(context.Background(), answering)
	defer cancel()
	now := a.Now()
	if _, err := a.Outbox.Lease(ctx, "pulse", "pulse", now, now); err != nil {
		return nil, fmt.Errorf("write to the ledger: %w", err)
	}
	waiting, err := a.Outbox.Pending(ctx, 1)
	if err != nil {
		return nil, err
	}
	switch {
	case len(waiting) == 0:
		a.stuck, a.since = 0, time.Time{}
	case waiting[0].Seq != a.stuck:
		a.stuck, a.since = waiting[0].Seq, now
	}
	return &reviewv1.PulseAnswered{UnsentSince: bus.Stamp(a.since)}, nil
}
