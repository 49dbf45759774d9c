// Package ledgerbench gives benchmarks a PostgreSQL ledger of many cases, each
// with a long past.
//
// It promises cases as the program would have kept them, as far as they are read:
// with audit chains that hold, with what they are found by, one in thirty of them
// open, over a thousand tenants. TOCSIN_BENCH_CASES says how many there are, 1,000
// if it is not set; each has 50 rows of audit. One test binary makes them once, or,
// where TOCSIN_BENCH_URL names a database that stays, the first one in there.
// What is measured is left to the caller, and so is what it is compared with.
package ledgerbench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/postgres"

	"tocsin/pkg/pgtest"
	"tocsin/pkg/policy"
)

const (
	tenants = 1000
	// past is how many transitions each case has had.
	past = 50
	// openOneIn is of how many cases one is open.
	openOneIn = 30
)

// Cases is how many cases there are.
func Cases() int {
	if n, err := strconv.Atoi(os.Getenv("TOCSIN_BENCH_CASES")); err == nil && n > 0 {
		return n
	}
	return 1000
}

// A Site is a database of many cases.
type Site struct {
	*ledger.Ledger
	// URL reaches the database behind the ledger's back.
	URL string
	Now time.Time
}

// Open gives a site of the benchmark's own, a clone of one that is made once; or
// the one that stays, as the benchmarks before left it.
func Open(b testing.TB) Site {
	b.Helper()
	url := os.Getenv("TOCSIN_BENCH_URL")
	if url == "" {
		url = pgtest.Database(b, fmt.Sprint("bench", Cases()), func(url string) error { return fill(context.Background(), url) })
	} else if err := fillOnce(b.Context(), url); err != nil {
		b.Fatal(err)
	}
	book, err := postgres.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := book.Close(); err != nil {
			b.Error(err)
		}
	})
	return Site{book, url, Now}
}

// Now is when the last case was opened.
var Now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// copier writes through one connection.
type copier struct{ *pgx.Conn }

// Copy implements ledger.Copier.
func (c copier) Copy(ctx context.Context, table string, columns []string, rows [][]any) error {
	_, err := c.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
	return err
}

// fillOnce fills a database that has no cases yet.
func fillOnce(ctx context.Context, url string) error {
	book, err := postgres.Open(ctx, url)
	if err != nil {
		return err
	}
	page, err := book.Cases(ctx, ledger.Query{Limit: 1})
	if err = errors.Join(err, book.Close()); err != nil || len(page.Cases) > 0 {
		return err
	}
	return fill(ctx, url)
}

// fill makes the tables and the cases.
func fill(ctx context.Context, url string) (err error) {
	book, err := postgres.Open(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var part []ledger.Past
	for i := range Cases() {
		if part = append(part, pastOf(i)); len(part) < 1000 && i < Cases()-1 {
			continue
		}
		if err := book.Load(ctx, copier{conn}, part); err != nil {
			return err
		}
		part = part[:0]
	}
	_, err = conn.Exec(ctx, "VACUUM (ANALYZE)")
	return err
}

// pastOf is the case number i, and how it came there.
func pastOf(i int) ledger.Past {
	at := Now.Add(-time.Duration(Cases()-i) * 3 * time.Minute)
	c := &decide.Case{ID: decide.IDFrom(fmt.Sprint("bench/", i)), Tenant: Tenant(i), Round: 1, OpenedAt: at, RoundAt: at}
	people := i % 977
	c.Tickets = []decide.Ticket{ticket(i, 0, people, at), ticket(i, 1, people/2, at)}
	c.Conditions = []decide.Condition{{
		ID: fmt.Sprint("bench-", i), Scope: c.Tenant, Reason: c.Tickets[0].Reasons[0], State: decide.Raised, People: uint32(people), Tenants: 1,
		Value: uint32(people), Threshold: 5, At: at, DetectedAt: at, RaisedAt: at, LinkedAt: at, Evidence: []string{"okta/a1", "okta/a2", "okta/a3"},
	}}
	c.Reasons, c.Recommendation = slices.Clone(c.Tickets[0].Reasons), decide.Eligible
	c.Impact = decide.Impact{Measured: &people, Claimed: &people, Tenants: 1, Priority: []policy.Priority{policy.PriorityNormal, policy.PriorityHigh, policy.PriorityCritical}[i%3]}
	c.Policy, c.DecisionDueAt = "sha256:bench", at.Add(4*time.Hour)
	c.State = decide.PendingReview
	if i%openOneIn != 0 {
		c.State, c.EndedAt = decide.Closed, at.Add(time.Hour)
		c.Conditions[0].State = decide.Cleared
		c.Decision = &decide.Decision{Round: 1, Verdict: decide.Approve, By: "lena", At: at.Add(time.Minute), Recommended: decide.Eligible}
	}
	return ledger.Past{Case: c, Events: events(c)}
}

// Tenant is whose case number i is.
func Tenant(i int) string { return fmt.Sprint("tenant-", i%tenants) }

// Ticket is the id of a ticket of case number i.
func Ticket(i, n int) string { return fmt.Sprintf("HELP-%d-%d", i, n) }

var subjects = []string{"Login is down for everybody", "Niemand kommt mehr rein", "Uploads fail since this morning", "Report was not delivered"}

func ticket(i, n, people int, at time.Time) decide.Ticket {
	reasons := []policy.ReasonID{policy.SSOUnavailable, policy.UploadsFailing24h, policy.SiteOutage, policy.CoreFunctionDown}
	quote := decide.Quote{Text: "niemand kommt mehr rein, bitte eskalieren, um 10 Uhr startet unser Programm", Start: 17, End: 92, Weight: 0.91}
	t := decide.Ticket{
		Tenant: Tenant(i), ID: Ticket(i, n), Source: "zendesk", Revision: 3, Subject: fmt.Sprint(subjects[i%len(subjects)], " ", i),
		Language: "de", Requester: fmt.Sprint("u-", i%5000), CSM: fmt.Sprint("csm-", i%50), Agent: fmt.Sprint("agent-", i%200), Status: "OPEN",
		Asks: "note-1", Recommendation: decide.Eligible, Reasons: reasons[i%len(reasons) : i%len(reasons)+1], People: &people,
		OpenedAt: at, LinkedAt: at, Policy: "sha256:bench", UrgencyGiven: true, ReasonGiven: true,
	}
	for _, q := range []string{string(t.Reasons[0]), "request", "urgency"} {
		quote.For = q
		t.Quotes = append(t.Quotes, quote)
	}
	return t
}

// events are transitions that lead to the case, the last as it now is.
func events(c *decide.Case) []decide.Event {
	all := make([]decide.Event, past)
	for i := range all {
		e := decide.Event{
			ID: fmt.Sprint(c.ID, "/", i+1), Case: c.ID, Version: uint64(i + 1), Name: decide.ConditionUpdated, From: decide.PendingReview,
			To: decide.PendingReview, Actor: "monitoring", At: c.OpenedAt.Add(time.Duration(i) * time.Minute), Cause: fmt.Sprint("cause-", c.ID, i),
			Condition: c.Conditions[0].ID,
		}
		switch i {
		case 0:
			e.Name, e.From = decide.Opened, ""
		case past - 2:
			if c.Decision != nil {
				e.Name, e.To, e.Actor, e.Person = decide.WasApproved, decide.Approved, "lena", true
			}
		case past - 1:
			if c.State.Final() {
				e.Name, e.From, e.To = decide.WasClosed, decide.Approved, c.State
			}
		}
		all[i] = e
	}
	c.Version, c.UpdatedAt = past, all[past-1].At
	return all
}
