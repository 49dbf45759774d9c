package timers

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/sqlite"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// process is review's timers as one process has them, on a ledger that others share.
func process(t *testing.T, file string) (Timers, *ledger.Ledger) {
	t.Helper()
	book, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return Timers{Ledger: book, Changed: func() {}, Log: slog.New(slog.DiscardHandler)}, book
}

// asked is a case that somebody asked for, and of which something is missing.
func asked(t *testing.T, book *ledger.Ledger) string { return askedOf(t, book, "acme") }

func askedOf(t *testing.T, book *ledger.Ledger, tenant string) string {
	t.Helper()
	ticket := decide.Ticket{
		Tenant: tenant, ID: "T-1", Revision: 1, Asks: "note-1", Status: "OPEN", Recommendation: decide.NeedInfo,
		Reasons: []policy.ReasonID{policy.SSOUnavailable},
	}
	changes, _, err := book.Hear(t.Context(), ledger.Cause{Consumer: "test", EventID: tenant, At: nine}, ledger.Fact{Ticket: &ticket}, policy.Default())
	if err != nil {
		t.Fatal(err)
	}
	return changes[0].Case.ID
}

// said are what the timers said of a case.
func said(t *testing.T, book *ledger.Ledger, id string) (names []decide.Name) {
	t.Helper()
	rows, err := book.Audit(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		names = append(names, r.Event.Name)
	}
	return names
}

func TestEachDeadlineFiresOnceHoweverManyProcessesLook(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger.db")
	one, book := process(t, file)
	two, _ := process(t, file)
	id := asked(t, book)
	later := nine.Add(decide.ExpireAfter + decide.CloseAfter + time.Minute)
	for range 6 {
		var both sync.WaitGroup
		for _, p := range []Timers{one, two, one, two} {
			both.Go(func() {
				if err := p.wake(context.WithoutCancel(t.Context()), later); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
	}
	want := []decide.Name{decide.DecisionOverdue, decide.DecisionPassedOn, decide.InfoReminder, decide.WasExpired}
	if got := said(t, book, id); !slices.Equal(got, want) {
		t.Errorf("said %v, want %v", got, want)
	}
}

func TestARestartAndAClockThatIsSetBackRepeatNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger.db")
	first, book := process(t, file)
	id := asked(t, book)
	c, err := book.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	due := c.DecisionDueAt
	if err := first.wake(t.Context(), due.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	again, _ := process(t, file)
	for _, at := range []time.Time{due.Add(2 * time.Second), due.Add(-time.Hour), due, due.Add(time.Second)} {
		if err := again.wake(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	if got := said(t, book, id); !slices.Equal(got, []decide.Name{decide.DecisionOverdue}) {
		t.Errorf("said %v, want once that the decision is overdue", got)
	}
}

// stuck is a ledger that can not change one case.
type stuck struct {
	*ledger.Ledger
	id string
}

func (s stuck) Waking(ctx context.Context, at time.Time, limit int) ([]string, error) {
	ids, err := s.Ledger.Waking(ctx, at, limit)
	return append([]string{s.id}, ids...), err
}

func TestACaseThatCanNotBeWokenHindersNoOther(t *testing.T) {
	timers, book := process(t, filepath.Join(t.TempDir(), "ledger.db"))
	id := asked(t, book)
	timers.Ledger = stuck{book, "c-none"}
	if err := timers.wake(t.Context(), nine.Add(100*time.Hour)); err == nil {
		t.Error("nobody hears that a case could not be woken")
	}
	if got := said(t, book, id); len(got) != 1 {
		t.Errorf("said %v of the other case, want one thing", got)
	}
}

func TestAnOutagesManyCasesAreWokenAtOneLook(t *testing.T) {
	timers, book := process(t, filepath.Join(t.TempDir(), "ledger.db"))
	const cases = atOnce + 20
	var last string
	for i := range cases {
		last = askedOf(t, book, fmt.Sprint("tenant-", i))
	}
	c, err := book.Case(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	woken := 0
	timers.Changed = func() { woken++ }
	if err := timers.wake(t.Context(), c.DecisionDueAt); err != nil {
		t.Fatal(err)
	}
	if woken != cases {
		t.Errorf("%d of %d cases were woken", woken, cases)
	}
}
