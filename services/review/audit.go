package review

import (
	"context"
	"errors"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/postgres"
	"tocsin/services/review/internal/ledger/sqlite"

	"tocsin/pkg/bus"
	"tocsin/pkg/tenantkey"
)

// What the audit is made of, and what may be wrong with it, for who checks it.
type (
	// AuditLine is a row of the audit: ids only, with what its hash was made of.
	AuditLine = ledger.AuditLine
	// AuditRange says which rows are wanted.
	AuditRange = ledger.AuditRange
	// AuditCheck reads rows, by case and version, and says what is wrong with them.
	AuditCheck = ledger.Check
	// AuditFinding names what is wrong, and where.
	AuditFinding = ledger.Finding
	// AuditHeads is one set of heads as it was published.
	AuditHeads = ledger.HeadSet
)

// An Audit is the audit of one ledger, read and never changed.
type Audit struct{ book *ledger.Ledger }

// OpenAudit opens the ledger that the URL names, postgres://… or the path of a
// SQLite file, as it is. Close gives it back.
func OpenAudit(ctx context.Context, url string) (*Audit, error) {
	book, err := look(ctx, url)
	if err != nil {
		return nil, err
	}
	return &Audit{book}, nil
}

// look opens a ledger that is there, and changes nothing of its schema.
func look(ctx context.Context, url string) (*ledger.Ledger, error) {
	if inPostgres(url) {
		return postgres.Look(ctx, url)
	}
	return sqlite.Look(url)
}

// Close gives back the connections.
func (a *Audit) Close() error { return a.book.Close() }

// Each hands the rows to fn, by case and version, and keeps none. Its error ends it.
func (a *Audit) Each(ctx context.Context, q AuditRange, fn func(AuditLine) error) error {
	return a.book.EachAuditLine(ctx, q, fn)
}

// Without are cases that have no audit at all, which never is so.
func (a *Audit) Without(ctx context.Context) ([]string, error) { return a.book.UnauditedCases(ctx) }

// Heads are the sets of heads that the ledger itself keeps, oldest first.
func (a *Audit) Heads(ctx context.Context) ([]AuditHeads, error) {
	const atOnce = 100
	var all []AuditHeads
	for {
		after := uint64(0)
		if len(all) > 0 {
			after = all[len(all)-1].Seq
		}
		sets, err := a.book.HeadSets(ctx, after, atOnce)
		if err != nil {
			return nil, err
		}
		if all = append(all, sets...); len(sets) < atOnce {
			return all, nil
		}
	}
}

// PublishedHeads are all sets of heads that review ever published, oldest first.
func PublishedHeads(ctx context.Context, conn *bus.Conn) ([]AuditHeads, error) {
	return events.PublishedHeads(ctx, conn)
}

// EraseTenant destroys a tenant's key, so that nobody reads any more what its
// people wrote, and deletes the ids of its people by which cases are found. What
// was begun and broke off can be done again.
func EraseTenant(ctx context.Context, url string, keys *tenantkey.Ring, tenant string) error {
	book, err := look(ctx, url)
	if err != nil {
		return err
	}
	defer book.Close()
	err = keys.Destroy(ctx, tenant)
	if err != nil && !errors.Is(err, tenantkey.ErrNone) {
		return err
	}
	n, gone := book.EraseTenant(ctx, tenant)
	if gone == nil && err != nil && n == 0 {
		return err // there was nothing to erase at all
	}
	return gone
}
