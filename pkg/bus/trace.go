package bus

import (
	"context"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

const scope = "tocsin/pkg/bus"

// carrier lets trace context travel in message headers.
type carrier nats.Header

func (c carrier) Get(key string) string { return header(nats.Header(c), key) }
func (c carrier) Set(key, value string) { c[key] = []string{value} }
func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	return keys
}

var traceContext = propagation.TraceContext{}

// inject names the trace of ctx in the headers, if they name none: one that is sent
// together with others stays in its own.
func inject(ctx context.Context, h nats.Header) {
	if len(h["traceparent"]) == 0 {
		traceContext.Inject(ctx, carrier(h))
	}
}

func extract(ctx context.Context, h nats.Header) context.Context {
	return traceContext.Extract(ctx, carrier(h))
}

func startPublish(ctx context.Context, e Event) (context.Context, trace.Span) {
	return otel.Tracer(scope).Start(ctx, "publish "+Type(e.Payload), trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(attribute.String("messaging.system", "nats"), attribute.String("messaging.operation.name", "publish")))
}

func startProcess(ctx context.Context, consumer string) (context.Context, trace.Span) {
	return otel.Tracer(scope).Start(ctx, "process "+consumer, trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("messaging.system", "nats"), attribute.String("messaging.operation.name", "process"),
			attribute.String("messaging.consumer.group.name", consumer)))
}

// finish records err, if any, on the span and hands it on.
func finish(span trace.Span, err error) error {
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}
