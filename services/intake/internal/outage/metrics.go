package outage

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// Measure has the meter tell how much lies in the spool, until stop.
func (k *Keeper) Measure() (stop func(), err error) {
	m := otel.Meter("tocsin/services/intake")
	bytes, err := m.Int64ObservableGauge("tocsin_intake_spool", metric.WithUnit("By"), metric.WithDescription("what lies on disk until the bus is back"))
	if err != nil {
		return nil, err
	}
	events, err := m.Int64ObservableGauge("tocsin_intake_spool_events", metric.WithDescription("events that lie on disk until the bus is back"))
	if err != nil {
		return nil, err
	}
	age, err := m.Float64ObservableGauge("tocsin_intake_spool_age", metric.WithUnit("s"), metric.WithDescription("how long the oldest of them has lain there"))
	if err != nil {
		return nil, err
	}
	lost, err := m.Int64ObservableGauge("tocsin_intake_spool_damaged", metric.WithUnit("By"), metric.WithDescription("what of it could not be read any more since the start"))
	if err != nil {
		return nil, err
	}
	r, err := m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		st := k.spool.Standing()
		o.ObserveInt64(bytes, st.Bytes)
		o.ObserveInt64(events, int64(st.Count)) //nolint:gosec // bounded by the bytes
		o.ObserveInt64(lost, st.Damaged)
		if st.Oldest.IsZero() {
			o.ObserveFloat64(age, 0)
		} else {
			o.ObserveFloat64(age, time.Since(st.Oldest).Seconds())
		}
		return nil
	}, bytes, events, age, lost)
	if err != nil {
		return nil, err
	}
	return func() { _ = r.Unregister() }, nil
}
