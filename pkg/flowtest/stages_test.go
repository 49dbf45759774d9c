package flowtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// A stage is a stream on the way to the webhook. What it holds of a tenant says
// when the service that writes it was done.
type stage struct {
	stream  topology.Stream
	subject func(tenant string) string
}

var stages = []stage{
	{topology.Conditions, func(tenant string) string {
		return topology.ConditionSubject(tenant, "auth_failures_over_100", "")
	}},
	{topology.Cases, func(tenant string) string { return ofTenant(topology.CaseSubject(tenant, "")) }},
	{topology.Notifications, func(tenant string) string {
		return ofTenant(topology.NotificationSubject("leadership", tenant, ""))
	}},
}

// ofTenant makes a subject without a case one of every case.
func ofTenant(subject string) string { return strings.TrimSuffix(subject, topology.Token("")) + "*" }

// stored is when a stage first held something of a tenant.
func (f *field) stored(ctx context.Context, s stage, tenant string) (time.Time, error) {
	stream, err := f.p.Conn.JS().Stream(ctx, s.stream.Name)
	if err != nil {
		return time.Time{}, err
	}
	m, err := stream.GetMsg(ctx, 1, jetstream.WithGetMsgSubject(s.subject(tenant)))
	if err != nil {
		return time.Time{}, fmt.Errorf("find %s in %s: %w", s.subject(tenant), s.stream.Name, err)
	}
	return m.Time, nil
}

// report prints what the laps took, stage by stage, beside budget and floor.
func (f *field) report(b *testing.B, laps []lap, r race) error {
	took := make([][]time.Duration, len(stages)+1)
	var all, condition, floor []time.Duration
	for _, l := range laps {
		last := l.sent
		for i, s := range stages {
			at, err := f.stored(b.Context(), s, l.tenant)
			if err != nil {
				return err
			}
			took[i], last = append(took[i], at.Sub(last)), at
		}
		took[len(stages)] = append(took[len(stages)], l.came.Sub(last))
		condition = took[0]
		all, floor = append(all, l.came.Sub(l.sent)), append(floor, l.floor)
	}
	b.ReportMetric(0, "ns/op")
	for _, m := range []struct {
		name     string
		took     []time.Duration
		p50, p99 float64
	}{{"", all, r.p50, r.p99}, {"condition-", condition, 2, 10}} {
		b.ReportMetric(ms(percentile(m.took, 50)), m.name+"p50-ms")
		b.ReportMetric(ms(percentile(m.took, 99)), m.name+"p99-ms")
		b.ReportMetric(m.p50, m.name+"budget-p50-ms")
		b.ReportMetric(m.p99, m.name+"budget-p99-ms")
	}
	b.ReportMetric(ms(percentile(floor, 50)), "floor-p50-ms")
	b.ReportMetric(ms(percentile(floor, 99)), "floor-p99-ms")
	b.ReportMetric(float64(percentile(all, 50))/float64(percentile(floor, 50)), "p50/floor")
	var text strings.Builder
	for i, name := range []string{"sent → condition", "→ case", "→ notification", "→ webhook"} {
		fmt.Fprintf(&text, "\n%-17s p50 %5.1f ms  p99 %5.1f ms", name, ms(percentile(took[i], 50)), ms(percentile(took[i], 99)))
	}
	b.Log(text.String())
	return nil
}
