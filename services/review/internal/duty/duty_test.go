package duty_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/sqlite"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/who"
)

var nine = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) // a Monday

// working is a ledger in which ada works for two tenants.
type working struct{ *ledger.Ledger }

func (working) Working(context.Context) (map[string][]roster.Work, error) {
	return map[string][]roster.Work{"ada": {{Case: "c-1", Tenant: "acme"}, {Case: "c-2", Tenant: "globex", Ticket: "G-1"}}}, nil
}

func staffed(t *testing.T) duty.Desk {
	t.Helper()
	book, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	d := duty.Desk{Ledger: working{book}}
	lena := who.As(t.Context(), decide.Person{ID: "lena", Role: decide.Leadership})
	if _, _, err := d.Change(lena, duty.Edit{At: nine}, hire); err != nil {
		t.Fatal(err)
	}
	return d
}

func hire(b roster.Book) (roster.Book, error) {
	shifts, err := roster.ParseShifts("mon-sun 00:00-24:00")
	if err != nil {
		return nil, err
	}
	return b.Set(roster.Technician{
		ID: "ada", Zone: "UTC", Shifts: shifts, Capacity: 9, Absences: []roster.Absence{{From: nine, Until: nine.Add(time.Hour), Why: "at the doctor's"}},
	})
}

func TestWhoIsOnDutyIsNobodysOutside(t *testing.T) {
	d := staffed(t)
	for _, p := range []decide.Person{{}, {ID: "x"}, {ID: "cem", Role: decide.CSM, Tenants: []string{"acme"}}} {
		ctx := who.As(t.Context(), p)
		if _, err := d.Book(ctx); !errors.Is(err, duty.ErrInside) {
			t.Errorf("%+v read the roster: %v", p, err)
		}
		if _, err := d.OnDuty(ctx, nine, roster.Need{}); !errors.Is(err, duty.ErrInside) {
			t.Errorf("%+v read who is on duty: %v", p, err)
		}
	}
}

func TestWhyAndForWhomIsSaidOnlyToWhoMayKnow(t *testing.T) {
	d := staffed(t)
	for _, c := range []struct {
		by   decide.Person
		says []string
		not  []string
	}{
		{decide.Person{ID: "lena", Role: decide.Leadership}, []string{"doctor", "acme", "globex"}, nil},
		{decide.Person{ID: "lou", Role: decide.Leadership, Tenants: []string{"acme"}}, []string{"doctor", "acme"}, []string{"globex", "G-1", "c-2"}},
		{decide.Person{ID: "ann", Role: decide.Agent}, []string{"acme", "globex"}, []string{"doctor"}},
	} {
		all, err := d.OnDuty(who.As(t.Context(), c.by), nine, roster.Need{})
		if err != nil || len(all) != 1 || all[0].Busy != 2 {
			t.Fatalf("%s reads %+v (%v), want one who has two cases", c.by.ID, all, err)
		}
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range c.says {
			if !strings.Contains(string(text), word) {
				t.Errorf("%s does not read %q in %s", c.by.ID, word, text)
			}
		}
		for _, word := range c.not {
			if strings.Contains(string(text), word) {
				t.Errorf("%s reads %q in %s", c.by.ID, word, text)
			}
		}
	}
}

func TestOnlyLeadershipChangesTheRoster(t *testing.T) {
	d := staffed(t)
	for _, role := range []decide.Role{"", decide.Viewer, decide.CSM, decide.Agent} {
		ctx := who.As(t.Context(), decide.Person{ID: "x", Role: role, Tenants: []string{"acme"}})
		_, _, err := d.Change(ctx, duty.Edit{At: nine}, func(roster.Book) (roster.Book, error) {
			t.Errorf("%q changed the roster", role)
			return nil, nil
		})
		if !errors.Is(err, decide.ErrNotLeader) {
			t.Errorf("%q: %v, want ErrNotLeader", role, err)
		}
	}
}
