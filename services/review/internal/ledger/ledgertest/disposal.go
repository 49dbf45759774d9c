package ledgertest

import (
	"slices"
	"time"

	"tocsin/pkg/topology"
	"tocsin/services/review/internal/ledger"
)

// disposal is what lena ordered to be done with a dead letter of acme.
func disposal(letter uint64, act string) ledger.Disposal {
	return ledger.Disposal{
		Letter: letter, ParkedAt: timeKept(nine), Consumer: topology.NotificationToWebhook.Name, Subject: topology.NotificationSubject("leadership", "acme", "c-1"), Said: secret,
		Notification: "n1", Case: "c-1", Tenant: "acme", Act: act, By: "lena", Note: secret, At: timeKept(nine.Add(time.Duration(letter) * time.Minute)),
	}
}

func disposals(d *desk) {
	first, second := disposal(1, "retry"), disposal(2, "drop")
	second.Tenant, second.Case, second.Notification = "", "", "" // of no tenant
	other := second
	other.By, other.Note = "mia", "later"
	for _, one := range []ledger.Disposal{first, second, other, first} {
		if err := d.Dispose(d.Context(), one); err != nil {
			d.Fatal(err)
		}
	}
	again := disposal(1, "retry") // the stream was made anew, and counts from one again
	again.ParkedAt, again.At = again.ParkedAt.Add(time.Hour), again.At.Add(time.Hour)
	if err := d.Dispose(d.Context(), again); err != nil {
		d.Fatal(err)
	}
	for _, tt := range []struct {
		q    ledger.DisposalQuery
		want []ledger.Disposal
	}{
		{ledger.DisposalQuery{}, []ledger.Disposal{again, second, first}},
		{ledger.DisposalQuery{Letter: 1}, []ledger.Disposal{again, first}},
		{ledger.DisposalQuery{Limit: 1}, []ledger.Disposal{again}},
		{ledger.DisposalQuery{Letter: 9}, nil},
	} {
		if got := must(d.Disposals(d.Context(), tt.q))(d); !slices.Equal(got, tt.want) {
			d.Errorf("%+v: %+v, want %+v", tt.q, got, tt.want)
		}
	}
	for _, statement := range []string{
		"UPDATE disposals SET done_by = 'mallory'", "DELETE FROM disposals",
		"INSERT INTO disposals SELECT 'x', letter, parked_at, consumer, subject, reason, notification_id, case_id, tenant, act, '', note, done_at FROM disposals WHERE letter = 2",
	} {
		if _, err := d.DB.ExecContext(d.Context(), statement); err == nil {
			d.Errorf("%s was carried out", statement)
		}
	}
}
