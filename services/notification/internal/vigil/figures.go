package vigil

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"tocsin/services/notification/internal/pulse"
	"tocsin/services/notification/internal/route"
)

// figures are what Prometheus reads. Labels are the names that stand in the file
// of routes: that is configuration, and few. Sources that nobody named have none.
type figures struct {
	sources, destinations metric.Float64Gauge
	waiting, wrong        metric.Int64Gauge
}

func (f *figures) record(s pulse.State, file *route.File) {
	if f.sources == nil {
		m := otel.Meter("tocsin/notification")
		f.sources, _ = m.Float64Gauge("tocsin_notification_source_silence", metric.WithUnit("s"), metric.WithDescription("for how long a source that the file of routes names was not heard"))
		f.destinations, _ = m.Float64Gauge("tocsin_notification_destination_silence", metric.WithUnit("s"), metric.WithDescription("for how long a destination took nothing of what waits for it"))
		f.waiting, _ = m.Int64Gauge("tocsin_notification_destination_waiting", metric.WithDescription("messages that wait for a destination"))
		f.wrong, _ = m.Int64Gauge("tocsin_notification_way_wrong", metric.WithDescription("how many parts of the way do not show that they work"))
	}
	ctx := context.Background()
	for _, v := range s.Sources {
		if h := file.Heartbeats; h != nil && h.Sources[v.Name] > 0 {
			f.sources.Record(ctx, v.Quiet.Seconds(), metric.WithAttributes(attribute.String("source", v.Name)))
		}
	}
	for _, v := range s.Destinations {
		of := metric.WithAttributes(attribute.String("destination", v.Name))
		f.destinations.Record(ctx, v.Quiet.Seconds(), of)
		f.waiting.Record(ctx, int64(v.Waiting), of) //nolint:gosec // a count
	}
	f.wrong.Record(ctx, int64(len(s.Troubles)))
}
