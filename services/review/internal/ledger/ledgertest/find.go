package ledgertest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// found are the ids of the cases that q finds, sorted.
func (d *desk) found(q ledger.Query) []string {
	d.Helper()
	var ids []string
	for _, c := range must(d.Cases(d.Context(), q))(d).Cases {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

// finds checks which cases q finds.
func (d *desk) finds(q ledger.Query, want ...string) {
	d.Helper()
	slices.Sort(want)
	if got := d.found(q); !slices.Equal(got, want) {
		d.Errorf("%+v finds %v, want %v", q, got, want)
	}
}

func named(subject string) func(*decide.Ticket) {
	return func(t *decide.Ticket) {
		t.Subject, t.Requester, t.CSM, t.Agent = subject, "u-"+t.ID, "csm-"+t.Tenant, "Ann"
	}
}

func filtersOfMeaning(d *desk) {
	one := d.hear("e1", ticket("acme", "T-1", 1))[0].Case
	two := d.hear("e2", ticket("globex", "T-2", 1, func(t *decide.Ticket) {
		t.Reasons, t.Recommendation = []policy.ReasonID{policy.UploadsFailing24h}, decide.NeedInfo
	}))[0].Case
	done := d.hear("e3", ticket("globex", "T-3", 1))[0].Case
	must(d.do(done.ID, deny))(d)
	d.finds(ledger.Query{Reason: policy.UploadsFailing24h}, two.ID)
	d.finds(ledger.Query{Recommendation: two.Recommendation}, two.ID)
	d.finds(ledger.Query{Priority: one.Impact.Priority, Tenant: "acme"}, one.ID)
	d.finds(ledger.Query{Priority: "nothing"})
	d.finds(ledger.Query{Overdue: one.DecisionDueAt.Add(time.Microsecond)}, one.ID)
	d.finds(ledger.Query{Overdue: one.DecisionDueAt.Add(1000 * time.Hour)}, one.ID, two.ID)
	d.finds(ledger.Query{OpenedFrom: two.OpenedAt, OpenedUntil: done.OpenedAt}, two.ID)
	d.finds(ledger.Query{ClaimedBy: "lena"})
	must(d.do(one.ID, func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Claim(cmd) }))(d)
	d.finds(ledger.Query{ClaimedBy: "lena"}, one.ID)
	d.finds(ledger.Query{Tenants: []string{"acme", "initech"}}, one.ID)
	d.finds(ledger.Query{Tenants: []string{"acme", "globex"}, Tenant: "globex"}, two.ID, done.ID)
	d.finds(ledger.Query{Tenants: []string{"acme"}, Tenant: "globex"})
}

func orderOfDue(d *desk) {
	var want []string
	for i := range 5 {
		want = append(want, d.hear(fmt.Sprint(i), ticket("acme", fmt.Sprint("T-", i), 1))[0].Case.ID)
	}
	must(d.do(want[1], deny))(d) // nothing is due
	want = []string{want[0], want[2], want[3], want[4], want[1]}
	var got []string
	for q := (ledger.Query{Order: ledger.ByDue, Limit: 2}); ; {
		page := must(d.Cases(d.Context(), q))(d)
		for _, c := range page.Cases {
			got = append(got, c.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		d.Errorf("in the order of what is due: %v, want %v", got, want)
	}
}

func search(d *desk) {
	one := d.hear("e1", ticket("acme", "HELP-17", 1, named("Anmeldung über SSO geht nicht")))[0].Case
	two := d.hear("e2", ticket("globex", "HELP-18", 1, named("Login is down, 100% of users")))[0].Case
	for text, want := range map[string][]string{
		"help-1":          {one.ID, two.ID}, // an id, by its beginning, however it is written
		"HELP-17":         {one.ID},
		"elp-17":          nil,
		"glob":            {two.ID},
		"u-help-18":       {two.ID},
		"csm-acme":        {one.ID},
		"ann":             {one.ID, two.ID},
		one.ID[:8]:        {one.ID},
		"ÜBER":            {one.ID}, // a whole word of a subject
		"übe":             nil,
		"sso anmeldung":   {one.ID}, // each word
		"sso login":       nil,
		"login globex":    {two.ID},
		"down,":           {two.ID},
		"login-is-down":   {two.ID},
		"login-is-up":     nil,
		"100%":            {two.ID},
		"'; DROP TABLE x": nil,
		"  ":              {one.ID, two.ID},
	} {
		d.finds(ledger.Query{Text: text}, want...)
	}
	d.finds(ledger.Query{Text: "help", States: []decide.State{decide.Denied}})
	if n := d.count("case_terms WHERE term LIKE '%login%' OR term LIKE '%anmeldung%'"); n != 0 {
		d.Errorf("%d words can be read in the tables", n)
	}
	d.hear("e3", ticket("acme", "HELP-17", 2, named("Upload geht nicht"), func(t *decide.Ticket) { t.Agent = "Bob" }))
	d.finds(ledger.Query{Text: "anmeldung"})
	d.finds(ledger.Query{Text: "upload"}, one.ID)
	d.finds(ledger.Query{Text: "ann"}, two.ID)
	other := d.Open()
	if page := must(other.Cases(d.Context(), ledger.Query{Text: "upload"}))(d); len(page.Cases) != 1 {
		d.Errorf("another process finds %d cases by a word, want 1", len(page.Cases))
	}
	d.finds(ledger.Query{Text: strings.Repeat("x", 100_000)})
}

// searchBehindWalls has two tenants share a case of the platform.
func searchBehindWalls(d *desk) {
	one := d.hear("e1", ticket("acme", "A-1", 1, named("merger with globex")))[0].Case
	two := d.hear("e2", ticket("globex", "G-1", 1, named("login is down")))[0].Case
	host := d.hear("e3", condition("c1", decide.Platform, decide.Raised, nine))[0].Case
	gone := one.ID
	if gone == host.ID {
		gone = two.ID
	}
	for _, tenant := range []string{"acme", "globex"} {
		if got := d.found(ledger.Query{Tenant: tenant}); !slices.Contains(got, host.ID) {
			d.Errorf("%s finds %v, want the shared case too", tenant, got)
		}
	}
	globex := []string{"globex"}
	d.finds(ledger.Query{Text: "merger", Tenants: globex})
	d.finds(ledger.Query{Text: "A-1", Tenants: globex})
	d.finds(ledger.Query{Text: "acme", Tenants: globex})
	d.finds(ledger.Query{Text: "G-1", Tenants: globex}, host.ID)
	d.finds(ledger.Query{Text: "login", Tenants: globex, States: []decide.State{host.State}}, host.ID)
	d.finds(ledger.Query{Text: host.ID, Tenants: globex}, host.ID)
	d.finds(ledger.Query{Text: "merger login"}, host.ID)
	d.finds(ledger.Query{Text: gone}, gone)
}

// subjectsOfMany has more tickets than a case keeps in detail.
func subjectsOfMany(d *desk) {
	host := d.hear("e0", condition("c1", "acme", decide.Raised, nine))[0].Case
	last := fmt.Sprint("T-", decide.InDetail+2)
	for i := range decide.InDetail + 3 {
		d.hear(fmt.Sprint("t", i), ticket("acme", fmt.Sprint("T-", i), 1, named(fmt.Sprint("unicorn", i))))
	}
	d.finds(ledger.Query{Text: last}, host.ID)
	d.finds(ledger.Query{Text: fmt.Sprint("unicorn", decide.InDetail+2)}, host.ID)
	d.hear("more", ticket("acme", "T-0", 2, named("pony")))
	d.finds(ledger.Query{Text: fmt.Sprint("unicorn", decide.InDetail+1)}, host.ID)
}

// olderProgram has a program write that knows nothing of what cases are found by.
func olderProgram(d *desk) {
	c := d.hear("e1", ticket("acme", "T-1", 1, named("login is down")))[0].Case
	for _, statement := range []string{
		"DELETE FROM case_terms", "UPDATE cases SET indexed_version = 0, due_at = 0, priority = '', recommendation = ''",
	} {
		if _, err := d.DB.ExecContext(d.Context(), statement); err != nil {
			d.Fatal(err)
		}
	}
	d.finds(ledger.Query{Text: "login"})
	d.Open()
	d.finds(ledger.Query{Text: "login", Tenant: "acme", Priority: c.Impact.Priority, Recommendation: c.Recommendation}, c.ID)
}

func listsOfAll(d *desk) {
	nobody := func(t *decide.Ticket) { t.Asks, t.Recommendation = "", decide.NotARequest }
	d.hear("e1", ticket("acme", "T-1", 1))
	id := d.hear("e2", ticket("globex", "T-2", 1))[0].Case.ID
	d.hear("e3", ticket("globex", "T-3", 4, nobody))
	must(d.do(id, deny))(d)
	for _, tt := range []struct {
		q    ledger.TicketQuery
		want []string
	}{
		{ledger.TicketQuery{}, []string{"T-3", "T-2", "T-1"}},
		{ledger.TicketQuery{Tenants: []string{"globex"}}, []string{"T-3", "T-2"}},
		{ledger.TicketQuery{Linked: new(true)}, []string{"T-2", "T-1"}},
		{ledger.TicketQuery{Linked: new(false)}, []string{"T-3"}},
		{ledger.TicketQuery{Text: "T-1"}, []string{"T-1"}},
	} {
		var got []string
		for tt.q.Limit = 1; ; {
			page := must(d.Tickets(d.Context(), tt.q))(d)
			for _, one := range page.Tickets {
				got = append(got, one.ID)
			}
			if tt.q.Cursor = page.Next; tt.q.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, tt.want) {
			d.Errorf("%+v: tickets %v, want %v", tt.q, got, tt.want)
		}
	}
	last := must(d.Tickets(d.Context(), ledger.TicketQuery{Limit: 1}))(d).Tickets[0]
	if last.Tenant != "globex" || last.Revision != 4 || !last.Claims || last.Case != "" || last.HeardAt.IsZero() {
		d.Errorf("known of it: %+v", last)
	}
	for _, tt := range []struct {
		q    ledger.AuditQuery
		want int
	}{
		{ledger.AuditQuery{}, 3},
		{ledger.AuditQuery{Actor: "lena"}, 1},
		{ledger.AuditQuery{Name: decide.Opened}, 2},
		{ledger.AuditQuery{Case: id}, 2},
		{ledger.AuditQuery{Tenants: []string{"acme"}}, 1},
		{ledger.AuditQuery{Until: nine}, 0},
		{ledger.AuditQuery{From: nine}, 3},
	} {
		n, before := 0, time.Time{}
		for tt.q.Limit = 2; ; {
			page := must(d.AllAudit(d.Context(), tt.q))(d)
			for _, row := range page.Rows {
				if n++; !before.IsZero() && row.Event.At.After(before) {
					d.Errorf("%+v: not the latest first", tt.q)
				}
				before = row.Event.At
			}
			if tt.q.Cursor = page.Next; tt.q.Cursor == "" {
				break
			}
		}
		if n != tt.want {
			d.Errorf("%+v: %d rows, want %d", tt.q, n, tt.want)
		}
	}
	if _, err := d.AllAudit(d.Context(), ledger.AuditQuery{Cursor: "nonsense"}); !errors.Is(err, ledger.ErrCursor) {
		d.Errorf("a cursor of nobody's: %v", err)
	}
}
