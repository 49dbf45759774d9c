package shard

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"tocsin/services/monitoring/internal/detect"
)

// A meter measures one shard. What can not be set up is not measured: metrics
// stop nobody.
type meter struct {
	signals metric.Int64Counter
	fates   [7]metric.MeasurementOption
	counted [7]int // what was added already, of the engine's counts

	changes       metric.Int64Counter
	lag           metric.Float64Gauge
	owned         metric.Int64Gauge
	checkpoint    metric.Float64Histogram
	stall         metric.Float64Histogram
	size          metric.Int64Gauge
	saved         metric.Float64Gauge
	skipped       metric.Int64Counter
	blind         metric.Float64Counter
	shard         metric.MeasurementOption
	changesByKind map[detect.ChangeKind]metric.MeasurementOption
}

func newMeter(shard string) *meter {
	m := otel.Meter("tocsin/services/monitoring")
	here := attribute.String("shard", shard)
	out := &meter{shard: metric.WithAttributeSet(attribute.NewSet(here)), changesByKind: map[detect.ChangeKind]metric.MeasurementOption{}}
	for i, fate := range []string{"counted", "duplicate", "conflicting", "late", "ahead", "ignored", "invalid"} {
		out.fates[i] = metric.WithAttributeSet(attribute.NewSet(here, attribute.String("fate", fate)))
	}
	for kind := detect.Raised; kind.String() != "unknown"; kind++ {
		out.changesByKind[kind] = metric.WithAttributeSet(attribute.NewSet(here, attribute.String("change", kind.String())))
	}
	out.signals, _ = m.Int64Counter("tocsin_monitoring_signals", metric.WithDescription("signals read, by what became of them"))
	out.changes, _ = m.Int64Counter("tocsin_monitoring_changes", metric.WithDescription("condition changes published"))
	out.lag, _ = m.Float64Gauge("tocsin_monitoring_lag", metric.WithUnit("s"), metric.WithDescription("how long ago the last message that was read was stored"))
	out.owned, _ = m.Int64Gauge("tocsin_monitoring_owned", metric.WithDescription("1 while this process owns the shard, else 0"))
	out.checkpoint, _ = m.Float64Histogram("tocsin_monitoring_checkpoint_duration", metric.WithUnit("s"), metric.WithDescription("from freezing to the manifest"),
		metric.WithExplicitBucketBoundaries(.01, .05, .1, .5, 1, 2, 5, 10, 30))
	out.stall, _ = m.Float64Histogram("tocsin_monitoring_checkpoint_stall", metric.WithUnit("s"), metric.WithDescription("how long reading waits for a checkpoint"),
		metric.WithExplicitBucketBoundaries(.001, .005, .01, .025, .05, .1, .5, 1))
	out.size, _ = m.Int64Gauge("tocsin_monitoring_checkpoint_size", metric.WithUnit("By"), metric.WithDescription("of the last one"))
	out.saved, _ = m.Float64Gauge("tocsin_monitoring_checkpoint_time", metric.WithUnit("s"), metric.WithDescription("when the last one was written, in seconds since 1970"))
	out.skipped, _ = m.Int64Counter("tocsin_monitoring_undecodable", metric.WithDescription("messages skipped: they can not be decoded"))
	out.blind, _ = m.Float64Counter("tocsin_monitoring_blind", metric.WithUnit("s"), metric.WithDescription("time of which the rules may never hear"))
	return out
}

// owns says whether this process owns the shard.
func (m *meter) owns(ctx context.Context, yes int64) { m.owned.Record(ctx, yes, m.shard) }

// read adds what became of the signals since it was last called.
func (m *meter) read(ctx context.Context, sum detect.Summary, lag time.Duration) {
	now := [7]int{sum.Counted, sum.Duplicates, sum.Conflicting, sum.Late, sum.Ahead, sum.Ignored, sum.Invalid}
	for i, n := range now {
		if n != m.counted[i] {
			m.signals.Add(ctx, int64(n-m.counted[i]), m.fates[i])
		}
	}
	m.counted = now
	m.lag.Record(ctx, lag.Seconds(), m.shard)
}

// said counts what was published.
func (m *meter) said(ctx context.Context, list []found) {
	for _, f := range list {
		m.changes.Add(ctx, 1, m.changesByKind[f.change.Change])
	}
}

// kept measures a checkpoint that was written.
func (m *meter) kept(ctx context.Context, f *frozen, size int) {
	now := time.Now()
	m.checkpoint.Record(ctx, now.Sub(f.at).Seconds(), m.shard)
	m.stall.Record(ctx, f.stall.Seconds(), m.shard)
	m.size.Record(ctx, int64(size), m.shard)
	m.saved.Record(ctx, float64(now.UnixNano())/1e9, m.shard)
}
