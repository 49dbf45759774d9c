package ledgertest

import (
	"fmt"
	"slices"
	"time"

	"tocsin/services/review/internal/ledger"
)

func listOfDeliveries(d *desk) {
	for i := range 5 {
		one := ledger.Delivery{
			ID: fmt.Sprint("d", i), Case: "c-1", Tenant: []string{"acme", "globex"}[i%2], Audience: "requester", Recipient: fmt.Sprint("u", i),
			Channel: "email", Outcome: "sent", Attempt: 1, At: nine.Add(time.Duration(i/2) * time.Minute),
			Notification: fmt.Sprint("n", i/2), Destination: []string{"ops: mail.example", "mail.example", "ops: other.example", "chief"}[i%4],
		}
		if err := d.RecordDeliveries(d.Context(), one, one); err != nil { // as if it were recorded again
			d.Fatal(err)
		}
	}
	for _, tt := range []struct {
		q    ledger.DeliveryQuery
		want []string
	}{
		{ledger.DeliveryQuery{}, []string{"d4", "d3", "d2", "d1", "d0"}},
		{ledger.DeliveryQuery{Tenants: []string{"globex"}, Outcome: "sent"}, []string{"d3", "d1"}},
		{ledger.DeliveryQuery{Recipient: "u2", Audience: "requester", Channel: "email", Case: "c-1"}, []string{"d2"}},
		{ledger.DeliveryQuery{Outcome: "failed"}, nil},
		{ledger.DeliveryQuery{Audiences: []string{"csm", "agent"}}, nil},
		{ledger.DeliveryQuery{Audiences: []string{"csm", "requester"}, Audience: "csm"}, nil},
		{ledger.DeliveryQuery{Notification: "n1"}, []string{"d3", "d2"}},
		{ledger.DeliveryQuery{Destination: "ops"}, []string{"d4", "d2", "d0"}},
		{ledger.DeliveryQuery{Destination: "ops: mail.example"}, []string{"d4", "d0"}},
		{ledger.DeliveryQuery{Destination: "mail.example"}, []string{"d1"}},
		{ledger.DeliveryQuery{Since: nine.Add(time.Minute), Until: nine.Add(2 * time.Minute)}, []string{"d3", "d2"}},
	} {
		var got []string
		for tt.q.Limit = 2; ; {
			page := must(d.AllDeliveries(d.Context(), tt.q))(d)
			for _, one := range page.Deliveries {
				got = append(got, one.ID)
			}
			if tt.q.Cursor = page.Next; tt.q.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, tt.want) {
			d.Errorf("%+v: %v, want %v", tt.q, got, tt.want)
		}
	}
	unsent(d)
	daysOfDeliveries(d)
}

// unsent finds what was not sent by its outcome.
func unsent(d *desk) {
	for _, outcome := range []string{"parked", "grouped", "something new"} {
		one := ledger.Delivery{ID: outcome, Case: "c-2", Tenant: "acme", Outcome: outcome, At: nine.Add(-48 * time.Hour)}
		if err := d.RecordDeliveries(d.Context(), one); err != nil {
			d.Fatal(err)
		}
		page := must(d.AllDeliveries(d.Context(), ledger.DeliveryQuery{Outcome: outcome}))(d)
		if len(page.Deliveries) != 1 || page.Deliveries[0].ID != outcome {
			d.Errorf("%s: %v", outcome, page.Deliveries)
		}
	}
}

// daysOfDeliveries counts the attempts of the morning, and one of the next day.
func daysOfDeliveries(d *desk) {
	if err := d.RecordDeliveries(d.Context(), ledger.Delivery{ID: "d9", Case: "c-1", Tenant: "acme", Outcome: "parked", Attempt: 5, At: nine.Add(24 * time.Hour)}); err != nil {
		d.Fatal(err)
	}
	day := nine.Truncate(24 * time.Hour)
	first, next := ledger.DeliveryDay{Day: day, Outcome: "sent", Attempts: 5}, ledger.DeliveryDay{Day: day.Add(24 * time.Hour), Outcome: "parked", Attempts: 1}
	for _, tt := range []struct {
		tenants []string
		from    time.Time
		want    []ledger.DeliveryDay
	}{
		{nil, day, []ledger.DeliveryDay{first, next}},
		{nil, day.Add(24 * time.Hour), []ledger.DeliveryDay{next}},
		{[]string{"globex"}, day, []ledger.DeliveryDay{{Day: day, Outcome: "sent", Attempts: 2}}},
	} {
		got := must(d.DeliveryDays(d.Context(), ledger.DeliveryQuery{Tenants: tt.tenants}, tt.from))(d)
		if !slices.Equal(got, tt.want) {
			d.Errorf("since %s of %v: %v, want %v", tt.from, tt.tenants, got, tt.want)
		}
	}
}
