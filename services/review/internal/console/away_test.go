package console_test

import (
	"context"
	"errors"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
)

var errAway = errors.New("the database is away")

// away is a ledger of which the named reads and writes fail.
type away struct {
	console.Reader
	desk.Ledger
	calls map[string]bool
}

func without(cfg *console.Config, calls ...string) {
	a := away{cfg.Cases, cfg.Desk.Ledger, map[string]bool{}}
	for _, c := range calls {
		a.calls[c] = true
	}
	cfg.Cases, cfg.Desk.Ledger = a, a
}

func (a away) Case(ctx context.Context, id string) (decide.Case, error) {
	if a.calls["Case"] {
		return decide.Case{}, errAway
	}
	return a.Reader.Case(ctx, id)
}

func (a away) Cases(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	if a.calls["Cases"] {
		return ledger.Page{}, errAway
	}
	return a.Reader.Cases(ctx, q)
}

func (a away) CasesOf(ctx context.Context, conditions ...string) (map[string]string, error) {
	if a.calls["CasesOf"] {
		return nil, errAway
	}
	return a.Reader.CasesOf(ctx, conditions...)
}

func (a away) Audit(ctx context.Context, id string) ([]ledger.AuditRow, error) {
	if a.calls["Audit"] {
		return nil, errAway
	}
	return a.Reader.Audit(ctx, id)
}

func (a away) Deliveries(ctx context.Context, id string) ([]ledger.Delivery, error) {
	if a.calls["Deliveries"] {
		return nil, errAway
	}
	return a.Reader.Deliveries(ctx, id)
}

func (a away) Update(ctx context.Context, id string, cause ledger.Cause, fn func(*decide.Case) (decide.Event, error)) (decide.Case, error) {
	if a.calls["Update"] {
		return decide.Case{}, errAway
	}
	return a.Ledger.Update(ctx, id, cause, fn)
}

func (a away) LabelsOf(ctx context.Context, id string) ([]teach.Example, error) {
	if a.calls["LabelsOf"] {
		return nil, errAway
	}
	return a.Reader.LabelsOf(ctx, id)
}

func (a away) Teach(ctx context.Context, id string, fn func(*decide.Case, []teach.Example) (teach.Example, error)) (teach.Example, error) {
	if a.calls["Teach"] {
		return teach.Example{}, errAway
	}
	return a.Ledger.Teach(ctx, id, fn)
}
