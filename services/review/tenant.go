package review

import (
	"context"
	"time"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// exportedAtOnce are the deliveries and labels of one page: half of what one
// answer holds, should each be as long as it may.
const exportedAtOnce = 100

// tenants answers who erases a tenant, or exports what is kept of one.
func tenants(g *run.Group, at run.Place, book *ledger.Ledger, changed func()) {
	erasing := events.Erasing{Holder: book, Eraser: book, Policy: at.Policy, Now: time.Now, Changed: changed}
	g.Go("erasing", bus.Answering(at.Conn, "review", topology.EraseTenantSubject(), func() *reviewv1.TenantEraseAsked { return &reviewv1.TenantEraseAsked{} }, erasing.OnAsked))
	exporting := events.Exporting{Record: book, Lists: map[string]events.List{
		"deliveries": func(ctx context.Context, tenant, after string) (lines []any, next string, err error) {
			page, err := book.AllDeliveries(ctx, ledger.DeliveryQuery{Tenants: []string{tenant}, Limit: exportedAtOnce, Cursor: after})
			for _, d := range page.Deliveries {
				lines = append(lines, events.ExportedDelivery(d))
			}
			return lines, page.Next, err
		},
		"labels": func(ctx context.Context, tenant, after string) (lines []any, next string, err error) {
			page, err := book.Labels(ctx, ledger.LabelQuery{All: true, Limit: exportedAtOnce, Cursor: after})
			for _, l := range page.Labels {
				if l.Tenant == tenant {
					lines = append(lines, l)
				}
			}
			return lines, page.Next, err
		},
	}}
	g.Go("exporting", bus.Answering(at.Conn, "review", topology.ExportTenantSubject(), func() *reviewv1.TenantExportAsked { return &reviewv1.TenantExportAsked{} }, exporting.OnAsked))
}
