package events

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Holder says what the ledger holds of a tenant.
type Holder interface {
	// TenantCases are cases that concern a tenant, by their ids, after one.
	TenantCases(ctx context.Context, tenant, after string, limit int) ([]ledger.TenantCase, error)
	// TenantRows counts its rows beside its cases, by table.
	TenantRows(ctx context.Context, tenant string) (map[string]int64, error)
}

// An Eraser takes it out.
type Eraser interface {
	// EraseCase takes it out of one case, once for an order.
	EraseCase(ctx context.Context, id string, o decide.Erasure, p *policy.Policy) (bool, error)
	// EraseRows deletes the rows beside the cases, and counts them by table.
	EraseRows(ctx context.Context, tenant string) (map[string]int64, error)
	// Scrub overwrites what was deleted, where it can.
	Scrub(ctx context.Context) error
}

// Erasing answers who erases a tenant.
type Erasing struct {
	Holder Holder
	Eraser Eraser
	Policy *policy.Policy
	Now    func() time.Time
	// Changed, if not nil, is told when there is something to publish.
	Changed func()
}

const (
	// casesAtOnce are those of one answer.
	casesAtOnce = 20
	// eraseWithin is how long one answer may take.
	eraseWithin = time.Minute
)

// OnAsked carries out one step, or a part of it. What was broken off can be asked
// for again.
func (e Erasing) OnAsked(q *reviewv1.TenantEraseAsked) (proto.Message, error) {
	ctx, enough := context.WithTimeout(context.Background(), eraseWithin)
	defer enough()
	if q.GetTenant() == "" || q.GetBy() == "" || q.GetAt() == nil {
		return nil, fmt.Errorf("erase a tenant: its id, who orders it and when have to be said")
	}
	switch q.GetStep() {
	case "count":
		return e.cases(ctx, q, nil)
	case "cases":
		order := decide.Erasure{
			ID:     bus.ID("erasure", q.GetTenant(), q.GetBy(), q.GetAt().AsTime().UTC().Format(time.RFC3339Nano)),
			Tenant: q.GetTenant(), By: q.GetBy(), At: e.Now(),
		}
		return e.cases(ctx, q, &order)
	case "rows":
		removed, err := e.Eraser.EraseRows(ctx, q.GetTenant())
		return &reviewv1.TenantEraseAnswered{Rows: rowsOf(removed)}, err
	case "scrub":
		return &reviewv1.TenantEraseAnswered{}, e.Eraser.Scrub(ctx)
	}
	return nil, fmt.Errorf("erase a tenant: there is no step %q", q.GetStep())
}

// cases lists a part of the tenant's cases, and carries out the order on them if
// there is one; with the first part of a count come the other rows.
func (e Erasing) cases(ctx context.Context, q *reviewv1.TenantEraseAsked, order *decide.Erasure) (*reviewv1.TenantEraseAnswered, error) {
	some, err := e.Holder.TenantCases(ctx, q.GetTenant(), q.GetAfter(), casesAtOnce)
	if err != nil {
		return nil, err
	}
	out, changed := &reviewv1.TenantEraseAnswered{}, int64(0)
	for _, c := range some {
		out.Cases = append(out.Cases, &reviewv1.TenantCase{Id: c.ID, Shared: c.Shared})
		if order == nil {
			continue
		}
		did, err := e.Eraser.EraseCase(ctx, c.ID, *order, e.Policy)
		if err != nil {
			return nil, err
		}
		if did {
			changed++
		}
	}
	if len(some) == casesAtOnce {
		out.Next = some[len(some)-1].ID
	}
	switch {
	case changed > 0:
		out.Rows = rowsOf(map[string]int64{"cases": changed})
		if e.Changed != nil {
			e.Changed()
		}
	case order == nil && q.GetAfter() == "":
		there, err := e.Holder.TenantRows(ctx, q.GetTenant())
		if err != nil {
			return nil, err
		}
		out.Rows = rowsOf(there)
	}
	return out, nil
}

func rowsOf(counts map[string]int64) (rows []*reviewv1.TableRows) {
	for _, table := range slices.Sorted(maps.Keys(counts)) {
		rows = append(rows, &reviewv1.TableRows{Table: table, Rows: uint64(counts[table])}) //nolint:gosec // a count
	}
	return rows
}

// A Record has what was kept of a tenant.
type Record interface {
	TenantCases(ctx context.Context, tenant, after string, limit int) ([]ledger.TenantCase, error)
	// Case is one case as it now is, and Audit its transitions.
	Case(ctx context.Context, id string) (decide.Case, error)
	Audit(ctx context.Context, id string) ([]ledger.AuditRow, error)
}

// Exporting answers who exports what is kept of a tenant.
type Exporting struct {
	Record Record
	// Lists are the other kinds, a page each; a line is what encoding/json makes of one.
	Lists map[string]List
}

// A List is one page of what is kept of a tenant.
type List func(ctx context.Context, tenant, after string) (lines []any, next string, err error)

// ExportedDelivery is a delivery as it is exported.
func ExportedDelivery(d ledger.Delivery) any {
	return struct {
		ID           string    `json:"id"`
		Notification string    `json:"notification"`
		Case         string    `json:"case"`
		Audience     string    `json:"audience"`
		Recipient    string    `json:"recipient,omitempty"`
		Channel      string    `json:"channel"`
		Destination  string    `json:"destination"`
		Kind         string    `json:"kind"`
		Outcome      string    `json:"outcome"`
		Attempt      uint32    `json:"attempt"`
		At           time.Time `json:"at"`
		Answer       string    `json:"answer,omitempty"`
	}{d.ID, d.Notification, d.Case, d.Audience, d.Recipient, d.Channel, d.Destination, d.Kind, d.Outcome, d.Attempt, d.At, d.Answer}
}

// An exportedCase is a case as its tenant may see it, and what happened to it.
type exportedCase struct {
	decide.Case
	Audit []exportedStep `json:"audit"`
}

type exportedStep struct {
	ledger.AuditLine
	Note string `json:"note,omitempty"`
}

// OnAsked gives one page. Of a case that others share it gives what is the tenant's.
func (e Exporting) OnAsked(q *reviewv1.TenantExportAsked) (proto.Message, error) {
	ctx, enough := context.WithTimeout(context.Background(), eraseWithin)
	defer enough()
	list := e.Lists[q.GetKind()]
	if q.GetKind() == "cases" {
		list = e.cases
	}
	if list == nil {
		return nil, fmt.Errorf("export a tenant: there is no kind %q", q.GetKind())
	}
	lines, next, err := list(ctx, q.GetTenant(), q.GetAfter())
	if err != nil {
		return nil, err
	}
	out := &reviewv1.TenantExportAnswered{Next: next}
	for _, line := range lines {
		data, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		out.Lines = append(out.Lines, string(data))
	}
	return out, nil
}

func (e Exporting) cases(ctx context.Context, tenant, after string) (lines []any, next string, err error) {
	some, err := e.Record.TenantCases(ctx, tenant, after, 1) // a case with its audit is up to half of what one answer holds
	if err != nil || len(some) == 0 {
		return nil, "", err
	}
	c, err := e.Record.Case(ctx, some[0].ID)
	if err != nil {
		return nil, "", err
	}
	seen, _ := c.SeenBy(decide.Person{ID: tenant, Role: decide.CSM, Tenants: []string{tenant}})
	out := exportedCase{Case: seen}
	rows, err := e.Record.Audit(ctx, some[0].ID)
	if err != nil {
		return nil, "", err
	}
	for _, row := range rows {
		if row.Event.Tenant != "" && row.Event.Tenant != tenant {
			continue // it concerns another one's ticket
		}
		step := exportedStep{AuditLine: ledger.LineOf(row)}
		if !some[0].Shared {
			step.Note = row.Event.Note
		}
		out.Audit = append(out.Audit, step)
	}
	return []any{out}, some[0].ID, nil
}
