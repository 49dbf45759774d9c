package ledgertest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/roster"

	"tocsin/pkg/policy"
)

var admin = ledger.Editor{By: "ada", At: nine}

// staff changes the roster, which may not fail here.
func (d *desk) staff(who ledger.Editor, fn func(roster.Book) (roster.Book, error)) roster.Diff {
	d.Helper()
	_, diff, err := d.ChangeRoster(d.Context(), who, fn)
	if err != nil {
		d.Fatal(err)
	}
	return diff
}

func rosterKept(d *desk) {
	set := func(t roster.Technician) func(roster.Book) (roster.Book, error) {
		return func(b roster.Book) (roster.Book, error) { return b.Set(t) }
	}
	mia := roster.Technician{ID: "mia", Name: "Mia", Zone: "Europe/Berlin", Capacity: 2, Skills: []string{"sso_unavailable"}}
	mia.Shifts, _ = roster.ParseShifts("mon-fri 09:00-17:00")
	dry := admin
	dry.Dry = true
	if diff := d.staff(dry, set(mia)); len(diff.Added) != 1 || d.count("technicians") != 0 {
		d.Errorf("a dry run: %+v, and there are %d", diff, d.count("technicians"))
	}
	d.staff(admin, set(mia))
	if diff := d.staff(admin, set(mia)); !diff.None() {
		d.Errorf("the same again: %+v", diff)
	}
	d.staff(admin, func(b roster.Book) (roster.Book, error) {
		return b.Away("mia", roster.Absence{From: nine, Until: nine.Add(time.Hour), Why: "sick"})
	})
	book := must(d.Open().Roster(d.Context()))(d)
	if len(book) != 1 || book[0].Version != 2 || len(book[0].Absences) != 1 || roster.ShiftsText(book[0].Shifts) != "mon-fri 09:00-17:00" {
		d.Errorf("another process reads %+v", book)
	}
	mia.Version = 1
	var stale *roster.StaleError
	if _, _, err := d.ChangeRoster(d.Context(), admin, set(mia)); !errors.As(err, &stale) || stale.Current != 2 {
		d.Errorf("a stale change: %v", err)
	}
	d.staff(admin, func(b roster.Book) (roster.Book, error) { return b.Remove("mia", 2) })
	if n := d.count("technicians"); n != 0 {
		d.Errorf("%d technicians after the last was removed", n)
	}
}

func rosterAtOnce(d *desk) {
	const writers = 8
	books := []*ledger.Ledger{d.Ledger, d.Open()}
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			_, _, err := books[i%2].ChangeRoster(d.Context(), admin, func(b roster.Book) (roster.Book, error) {
				return b.Set(roster.Technician{ID: "mia", Capacity: i, Name: fmt.Sprint("writer ", i), Version: 0, Reported: i + 1})
			})
			if err != nil {
				d.Error(err)
			}
		})
	}
	all.Wait()
	if book := must(d.Roster(d.Context()))(d); len(book) != 1 || book[0].Version != writers {
		d.Errorf("after %d changes: %+v", writers, book)
	}
}

func workIsKnown(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1, func(t *decide.Ticket) { t.Agent = "ito" }))[0].Case.ID
	if work := must(d.Working(d.Context()))(d); len(work) != 0 {
		d.Errorf("nothing runs, and %v works", work)
	}
	must(d.do(id, approve))(d)
	if work := must(d.Working(d.Context()))(d); len(work["ito"]) != 1 || work["ito"][0].Case != id || work["ito"][0].Ticket != "T-1" {
		d.Errorf("work is %+v", work)
	}
}

func reportsCount(d *desk) {
	id := d.hear("e1", condition("c1", "acme", decide.Raised, nine))[0].Case.ID
	d.hear("e2", ticket("acme", "T-1", 1))
	other := d.hear("e3", ticket("globex", "T-2", 1, func(t *decide.Ticket) { t.Recommendation = decide.Ineligible }))[0].Case.ID
	promise := func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
		return c.Approve(cmd, cmd.At.Add(time.Hour))
	}
	move := func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
		return c.SetETA(cmd, cmd.At.Add(2*time.Hour))
	}
	resolve := func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Resolve(cmd) }
	must(d.do(id, promise))(d)
	must(d.do(id, move))(d)
	must(d.do(id, resolve))(d)
	must(d.do(other, func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Acknowledge(cmd) }))(d)
	must(d.do(other, deny))(d)

	f := must(d.Facts(d.Context(), nine, nine.Add(time.Hour)))(d)
	if len(f.Decisions) != 2 {
		d.Fatalf("%d decisions, want 2", len(f.Decisions))
	}
	a, b := f.Decisions[0], f.Decisions[1]
	if a.Verdict != decide.Approve || !a.Asked || len(a.Reasons) != 1 || a.Reasons[0] != policy.SSOUnavailable || a.At.Sub(a.Began) != 3*time.Minute ||
		a.Priority == "" || a.Recommended != decide.Eligible {
		d.Errorf("the approval counts as %+v", a)
	}
	if b.Verdict != decide.Deny || b.Recommended != decide.Ineligible || b.At.Sub(b.Began) != 5*time.Minute {
		d.Errorf("the denial counts as %+v", b)
	}
	if !a.Seen.Equal(a.At) || b.Seen.Sub(b.Began) != 4*time.Minute {
		d.Errorf("the approval was seen at %s, the denial at %s", a.Seen, b.Seen)
	}
	if want := (decide.Accuracy{Given: 2, Kept: 1, Moved: 1}); f.Promises != want {
		d.Errorf("the ETAs count as %+v, want %+v", f.Promises, want)
	}
	if len(f.Fired) != 1 || f.Fired[policy.SSOUnavailable] != 1 {
		d.Errorf("fired %v", f.Fired)
	}
	if len(f.Weeks) != 1 || f.Weeks[0].Conditions != 1 || f.Weeks[0].ByCondition != 1 || f.Weeks[0].ByRequest != 1 ||
		!f.Weeks[0].From.Equal(time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)) {
		d.Errorf("weeks %+v", f.Weeks)
	}
	if f := must(d.Facts(d.Context(), nine.Add(time.Hour), nine.Add(2*time.Hour)))(d); len(f.Decisions)+f.Promises.Given+len(f.Fired)+len(f.Weeks) != 0 {
		d.Errorf("the hour after holds %+v", f)
	}
}
