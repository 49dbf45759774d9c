package events

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/once"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// OtherContent is what is logged of Lot.Contradicted.
const OtherContent = "ticket events came under ids that were accepted before with other content; the first stand, and nothing of these is stored"

// contradictions counts what came under a known id with other content. Its zero value
// counts nothing.
type contradictions struct{ n metric.Int64Counter }

func newContradictions() contradictions {
	n, _ := otel.Meter("tocsin/services/intake").Int64Counter("tocsin_intake_contradictions",
		metric.WithDescription("what came under a known id with other content, and was not stored"))
	return contradictions{n}
}

// of are the ids of the events that contradict; it counts them.
func (c contradictions) of(ctx context.Context, list []*told) (ids []string) {
	for _, e := range list {
		if e.contradicts {
			ids = append(ids, e.ev.GetId())
		}
	}
	if len(ids) > 0 {
		c.add(ctx, "ticket_event", len(ids))
	}
	return ids
}

// delivery counts a vendor's delivery.
func (c contradictions) delivery(ctx context.Context) { c.add(ctx, "delivery", 1) }

func (c contradictions) add(ctx context.Context, what string, n int) {
	if c.n != nil {
		c.n.Add(ctx, int64(n), metric.WithAttributes(attribute.String("what", what)))
	}
}

// tag stands for what an event says; 0 where its id is not the producer's.
func (l *Lot) tag(ev *ingressv1.TicketEvent) uint32 {
	if !l.Named {
		return 0
	}
	said, err := proto.MarshalOptions{Deterministic: true}.Marshal(ev)
	if err != nil {
		return 0
	}
	return once.TagOf(said)
}
