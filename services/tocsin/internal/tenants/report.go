package tenants

import (
	"context"
	"maps"
	"slices"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Line is what became of one place.
type Line struct {
	// Where is a stream, ledger/<table>, or key.
	Where string `json:"where"`
	// Removed is how many messages or rows; of a count, how many there are. What was
	// removed in the moment in which a run was killed is not among them.
	Removed uint64 `json:"removed"`
	// Left is how many messages of the tenant's are left there; Stays says why.
	Left uint64 `json:"left,omitempty"`
	// Stays says what is left there, why and until when.
	Stays string `json:"stays,omitempty"`
}

// A Report is what became of all places, in flow order.
type Report struct {
	Tenant string    `json:"tenant"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
	// Until is the event time up to which nothing is taken in any more.
	Until time.Time `json:"until,omitzero"`
	// Erased is false of a count.
	Erased bool   `json:"erased"`
	Lines  []Line `json:"places"`
}

// Count says what would be erased, and changes nothing.
func (w *Work) Count(ctx context.Context, tenant string) (Report, error) {
	r := erasure.Record{Tenant: tenant, By: "nobody", At: w.Now(), Until: w.Now().Add(time.Hour)}
	whose, found := whoseOf(r), map[string]uint64{}
	err := w.asked(ctx, r, "count", func(a *reviewv1.TenantEraseAnswered) {
		whose.share(a.GetCases())
		found["ledger/cases"] += uint64(len(a.GetCases()))
		add(found, a.GetRows())
	})
	if err != nil {
		return Report{}, err
	}
	for _, p := range whose.places() {
		err := walk(ctx, w.Conn, p, func(raw bus.Raw) error {
			w.step(1)
			if whose.Theirs(raw) {
				found[p.stream.Name]++
			}
			return nil
		})
		if err != nil {
			return Report{}, err
		}
	}
	keys, err := tenantkey.Open(ctx, w.Conn.JS())
	if err != nil {
		return Report{}, err
	}
	defer keys.Close()
	if _, err := keys.Get(ctx, tenant); err == nil {
		found["key"] = 1
	}
	return Report{Tenant: tenant, Lines: whose.lines(found)}, nil
}

// lines are the places in flow order, then the ledger and the key.
func (w *Whose) lines(counts map[string]uint64) (lines []Line) {
	listed := map[string]bool{}
	put := func(where, stays string) {
		listed[where] = true
		lines = append(lines, Line{Where: where, Removed: counts[where], Stays: stays})
	}
	stays := map[string]string{}
	for _, p := range w.places() {
		stays[p.stream.Name] = p.stays
	}
	maps.Copy(stays, kept)
	for _, s := range topology.Streams() {
		put(s.Name, stays[s.Name])
	}
	put("key", "bytes in the file of its bucket until the server writes that anew; a backup of the keys brings it back: destroy those too")
	put("intake/spool", "what intakes that were cut off from NATS took in meanwhile: each passes over the tenant's and deletes its file as soon as it is back; "+
		"of one that never is, delete the folder (TOCSIN_SPOOL), and everywhere files there that end in .aside or .damaged")
	put("ledger/cases", "ids, numbers, times and who decided, and the audit, which says who erased it; what leadership wrote on cases that other tenants share; always")
	for _, where := range slices.Sorted(maps.Keys(counts)) {
		if !listed[where] {
			put(where, "")
		}
	}
	return lines
}
