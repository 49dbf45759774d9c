package tenants

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Work erases, counts and exports.
type Work struct {
	Conn *bus.Conn
	// Now is the clock.
	Now func() time.Time
	// Progress, if not nil, hears how many messages and rows are done.
	Progress func(n int)

	n int
}

func (w *Work) step(n int) {
	if w.n += n; w.Progress != nil {
		w.Progress(w.n)
	}
}

// answerWithin is how long review may take to do a part.
const answerWithin = 90 * time.Second

// asked asks review for a step, part by part.
func (w *Work) asked(ctx context.Context, r erasure.Record, step string, on func(*reviewv1.TenantEraseAnswered)) error {
	q := &reviewv1.TenantEraseAsked{Tenant: r.Tenant, By: r.By, At: timestamppb.New(r.At), Step: step}
	for {
		part, enough := context.WithTimeout(ctx, answerWithin)
		answer := &reviewv1.TenantEraseAnswered{}
		err := w.Conn.Ask(part, topology.EraseTenantSubject(), q, answer)
		enough()
		if errors.Is(err, bus.ErrNobody) {
			return errors.New("review does not run, and the ledger is its own; start it and try again: what is done stays done")
		}
		if err != nil {
			return fmt.Errorf("have review erase %s: %w; try again", r.Tenant, err)
		}
		on(answer)
		w.step(len(answer.GetCases()) + 1)
		if q.After = answer.GetNext(); q.After == "" {
			return nil
		}
	}
}

func (w *Whose) share(cases []*reviewv1.TenantCase) {
	for _, c := range cases {
		if c.GetShared() && !slices.Contains(w.Shared, c.GetId()) {
			w.Shared = append(w.Shared, c.GetId())
		}
	}
}

func add(to map[string]uint64, rows []*reviewv1.TableRows) {
	for _, row := range rows {
		to["ledger/"+row.GetTable()] += row.GetRows()
	}
}

// Erase erases a tenant, or goes on where that was broken off. By is who orders it.
func (w *Work) Erase(ctx context.Context, tenant, by string) (Report, error) {
	book, err := erasure.Open(ctx, w.Conn.JS())
	if err != nil {
		return Report{}, err
	}
	defer book.Close()
	latest, err := w.latest(ctx, tenant)
	if err != nil {
		return Report{}, err
	}
	now := w.Now().UTC().Truncate(time.Microsecond)
	record, err := book.Begin(ctx, erasure.Record{Tenant: tenant, By: by, At: now, Until: later(now, latest), Removed: map[string]uint64{}})
	if err != nil {
		return Report{}, err
	}
	if record.Removed == nil {
		record.Removed = map[string]uint64{}
	}
	run := &erasing{Work: w, book: book, record: record, whose: whoseOf(record)}
	for _, step := range []func(context.Context) error{run.look, run.key, run.ledger, run.extend, run.streams, run.ledger, run.scrub, run.done} {
		if err := step(ctx); err != nil {
			return Report{}, err
		}
	}
	r := run.record
	report := Report{Tenant: tenant, By: r.By, At: r.At, Until: r.Until, Erased: true, Lines: run.whose.lines(r.Removed)}
	for i := range report.Lines {
		if report.Lines[i].Where == topology.Signals.Name {
			report.Lines[i].Left = run.left
		}
	}
	return report, nil
}

// whoseOf is what a record means.
func whoseOf(r erasure.Record) *Whose {
	return &Whose{Tenant: r.Tenant, Until: r.Until, Revision: r.Revision(), Shared: r.Cases}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// latest is the highest event time of the tenant's tickets: a helpdesk's clock may
// be ahead of ours.
func (w *Work) latest(ctx context.Context, tenant string) (latest time.Time, err error) {
	p := place{stream: topology.Tickets, filters: []string{topology.TicketsOf(tenant)}}
	err = walk(ctx, w.Conn, p, func(raw bus.Raw) error {
		c, ok := decoded(raw, &intakev1.TicketChanged{})
		if at := c.GetTicket().GetHead().GetLastEventAt(); ok && at != nil {
			latest = later(latest, at.AsTime())
		}
		return nil
	})
	return latest, err
}

// An erasing is one order under way.
type erasing struct {
	*Work
	book   *erasure.Book
	record erasure.Record
	whose  *Whose
	// left are the messages of SIGNALS that monitoring may still have to read again.
	left uint64
}

// look keeps which of the platform's cases concern the tenant: once they are erased
// nobody can tell.
func (e *erasing) look(ctx context.Context) error {
	err := e.asked(ctx, e.record, "count", func(a *reviewv1.TenantEraseAnswered) { e.whose.share(a.GetCases()) })
	if err != nil {
		return err
	}
	e.record.Cases = e.whose.Shared
	return e.book.Save(ctx, e.record)
}

// key destroys the tenant's key, unless it is of the time after.
func (e *erasing) key(ctx context.Context) error {
	if e.record.Removed["key"] > 0 {
		return nil
	}
	keys, err := tenantkey.Open(ctx, e.Conn.JS())
	if err != nil {
		return err
	}
	defer keys.Close()
	switch err := keys.Destroy(ctx, e.whose.Tenant); {
	case err == nil:
		e.record.Removed["key"] = 1
	case !errors.Is(err, tenantkey.ErrNone):
		return err
	}
	return e.book.Save(ctx, e.record)
}

// ledger has review do its part.
func (e *erasing) ledger(ctx context.Context) error {
	for _, step := range []string{"cases", "rows"} {
		err := e.asked(ctx, e.record, step, func(a *reviewv1.TenantEraseAnswered) {
			add(e.record.Removed, a.GetRows())
			e.whose.share(a.GetCases()) // one may have become the platform's since look
		})
		if err != nil {
			return errors.Join(err, e.book.Save(context.WithoutCancel(ctx), e.record))
		}
	}
	e.record.Cases = e.whose.Shared
	return e.book.Save(ctx, e.record)
}

// extend has the time before end now: people may have decided cases of the tenant
// until the last of them was closed.
func (e *erasing) extend(ctx context.Context) error {
	e.record.Until = later(e.record.Until, e.Now().UTC())
	e.whose.Until = e.record.Until
	return e.book.Save(ctx, e.record)
}

// scrub has review overwrite what was deleted, where its database can.
func (e *erasing) scrub(ctx context.Context) error {
	return e.asked(ctx, e.record, "scrub", func(*reviewv1.TenantEraseAnswered) {})
}

func (e *erasing) done(ctx context.Context) error {
	e.record.DoneAt, e.record.Cases = e.Now().UTC(), nil
	return e.book.Save(ctx, e.record)
}
