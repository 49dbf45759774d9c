package ledgertest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

func auditOnlyAdded(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	for _, statement := range []string{
		"UPDATE audit SET actor = 'nobody'",
		"DELETE FROM audit",
		`INSERT INTO audit SELECT * FROM audit`,
	} {
		if _, err := d.DB.ExecContext(d.Context(), statement); err == nil {
			d.Errorf("%s was done", statement)
		}
	}
	rows := must(d.Audit(d.Context(), id))(d)
	if len(rows) != 1 || rows[0].Event.Actor != "classification" || rows[0].Event.Cause != "e1" || rows[0].Event.Ticket != "T-1" {
		d.Errorf("the audit is %+v", rows)
	}
}

func auditChain(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	must(d.do(id, approve))(d)
	must(d.do(id, func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
		return c.SetETA(cmd, cmd.At.Add(time.Hour))
	}))(d)
	rows := must(d.Audit(d.Context(), id))(d)
	if err := ledger.Verify(rows); err != nil || len(rows) != 3 || !rows[1].Event.Person || rows[1].Event.Note != "because" {
		d.Fatalf("%d rows: %+v (%v)", len(rows), rows, err)
	}
	for name, change := range map[string]func([]ledger.AuditRow) []ledger.AuditRow{
		"another actor":    func(r []ledger.AuditRow) []ledger.AuditRow { r[1].Event.Actor = "omar"; return r },
		"another time":     func(r []ledger.AuditRow) []ledger.AuditRow { r[2].Event.At = nine; return r },
		"a row is missing": func(r []ledger.AuditRow) []ledger.AuditRow { return slices.Delete(r, 1, 2) },
		"the first row is": func(r []ledger.AuditRow) []ledger.AuditRow { return r[1:] },
		"the order":        func(r []ledger.AuditRow) []ledger.AuditRow { slices.Reverse(r); return r },
	} {
		if err := ledger.Verify(change(slices.Clone(rows))); !errors.Is(err, ledger.ErrTampered) {
			d.Errorf("%s: %v, want ErrTampered", name, err)
		}
	}
}

func noteErased(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	must(d.do(id, approve))(d)
	if _, err := d.DB.ExecContext(d.Context(), "DELETE FROM notes"); err != nil {
		d.Fatal(err)
	}
	rows := must(d.Audit(d.Context(), id))(d)
	if err := ledger.Verify(rows); err != nil || rows[1].Event.Note != "" {
		d.Errorf("the note is %q (%v)", rows[1].Event.Note, err)
	}
}

func tablesRefuse(d *desk) {
	d.hear("e1", ticket("acme", "T-1", 1))
	for _, statement := range []string{
		"UPDATE cases SET state = 'approved'",
		"UPDATE cases SET state = 'denied'",
		"UPDATE cases SET state = 'escalated'",
		"UPDATE cases SET version = 0",
		"INSERT INTO conditions (condition_id, scope, reason, state, changed_at, body) VALUES ('c', 'acme', 'r', 'raised', 1, '')",
	} {
		if _, err := d.DB.ExecContext(d.Context(), statement); err == nil {
			d.Errorf("%s was done", statement)
		}
	}
}

func pages(d *desk) {
	const cases = 23
	for i := range cases {
		people := i % 5 // many have the same impact
		d.hear(fmt.Sprint(i), ticket("acme", fmt.Sprintf("T-%d", i), 1, func(t *decide.Ticket) { t.People = &people }))
	}
	for _, order := range []ledger.Order{ledger.ByImpact, ledger.ByTime} {
		q := ledger.Query{Order: order, Limit: 4}
		var got []decide.Case
		for pages := 1; ; pages++ {
			page := must(d.Cases(d.Context(), q))(d)
			got = append(got, page.Cases...)
			if q.Cursor = page.Next; q.Cursor == "" {
				if pages != 6 {
					d.Errorf("order %d: %d pages, want 6", order, pages)
				}
				break
			}
		}
		seen := map[string]bool{}
		for i, c := range got {
			seen[c.ID] = true
			if i > 0 && order == ledger.ByImpact && got[i-1].Impact.Rank() < c.Impact.Rank() {
				d.Errorf("case %d hits more than the one before it", i)
			}
			if i > 0 && order == ledger.ByTime && got[i-1].OpenedAt.Before(c.OpenedAt) {
				d.Errorf("case %d was opened after the one before it", i)
			}
		}
		if len(got) != cases || len(seen) != cases {
			d.Errorf("order %d: %d rows of %d cases, want %d", order, len(got), len(seen), cases)
		}
	}
	next := must(d.Cases(d.Context(), ledger.Query{Order: ledger.ByTime, Limit: 4}))(d).Next
	for _, q := range []ledger.Query{{Cursor: "nonsense"}, {Order: ledger.ByImpact, Cursor: next}} {
		if _, err := d.Cases(d.Context(), q); !errors.Is(err, ledger.ErrCursor) {
			d.Errorf("cursor %q: %v, want ErrCursor", q.Cursor, err)
		}
	}
}

func filters(d *desk) {
	d.hear("e1", ticket("acme", "T-1", 1))
	d.hear("e2", ticket("other", "T-1", 1))
	denied := d.hear("e3", ticket("acme", "T-2", 1))[0].Case.ID
	must(d.do(denied, deny))(d)
	for _, tt := range []struct {
		q    ledger.Query
		want int
	}{
		{ledger.Query{}, 3},
		{ledger.Query{Tenant: "acme"}, 2},
		{ledger.Query{States: []decide.State{decide.PendingReview}}, 2},
		{ledger.Query{States: []decide.State{decide.PendingReview, decide.Denied}, Tenant: "acme"}, 2},
		{ledger.Query{States: []decide.State{decide.Denied}, Tenant: "other"}, 0},
	} {
		if got := must(d.Cases(d.Context(), tt.q))(d); len(got.Cases) != tt.want || got.Next != "" {
			d.Errorf("%+v: %d cases, next %q; want %d", tt.q, len(got.Cases), got.Next, tt.want)
		}
	}
}

func outboxOrder(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	d.hear("e2", ticket("acme", "T-2", 1))
	must(d.do(id, approve))(d)
	out := must(d.Pending(d.Context(), 10))(d)
	if len(out) != 3 || out[0].Case.State != decide.PendingReview || out[2].Case.State != decide.Approved || out[2].Event.Note != "because" {
		d.Fatalf("to be published: %+v", out)
	}
	if err := d.MarkSent(d.Context(), nine, out[0].Seq, out[1].Seq); err != nil {
		d.Fatal(err)
	}
	if rest := must(d.Pending(d.Context(), 10))(d); len(rest) != 1 || rest[0].Seq != out[2].Seq {
		d.Errorf("left: %+v, want the approval", rest)
	}
	if first := must(d.Pending(d.Context(), 1))(d); len(first) != 1 {
		d.Errorf("%d, want as many as were asked for: 1", len(first))
	}
}

func forget(d *desk) {
	d.hear("e1", ticket("acme", "T-1", 1))
	d.hear("e2", ticket("acme", "T-2", 1))
	sent := must(d.Pending(d.Context(), 1))(d)[0].Seq
	if err := d.MarkSent(d.Context(), nine, sent); err != nil {
		d.Fatal(err)
	}
	if err := d.Forget(d.Context(), nine); err != nil || d.count("outbox") != 2 || d.count("inbox") != 2 {
		d.Errorf("before its time: %d and %d rows left (%v), want 2 and 2", d.count("outbox"), d.count("inbox"), err)
	}
	if err := d.Forget(d.Context(), nine.Add(90*time.Second)); err != nil || d.count("outbox") != 1 || d.count("inbox") != 1 {
		d.Errorf("after it: %d and %d rows left (%v), want 1 and 1", d.count("outbox"), d.count("inbox"), err)
	}
	if n := d.count("audit"); n != 2 {
		d.Errorf("%d audit rows, want 2", n)
	}
}

func lease(d *desk) {
	for _, tt := range []struct {
		holder string
		after  time.Duration
		want   bool
	}{
		{"a", 0, true},
		{"b", time.Second, false},
		{"a", 5 * time.Second, true}, // renewed, until 15 s
		{"b", 12 * time.Second, false},
		{"b", 15 * time.Second, true},
		{"a", 16 * time.Second, false},
	} {
		now := nine.Add(tt.after)
		if got := must(d.Lease(d.Context(), "relay", tt.holder, now, now.Add(10*time.Second)))(d); got != tt.want {
			d.Errorf("%s after %s: %v, want %v", tt.holder, tt.after, got, tt.want)
		}
	}
	if !must(d.Lease(d.Context(), "timers", "b", nine, nine.Add(time.Second)))(d) {
		d.Error("another lease is held too")
	}
}

func waking(d *desk) {
	first := d.hear("e1", ticket("acme", "T-1", 1))[0].Case
	second := d.hear("e2", ticket("acme", "T-2", 1))[0].Case
	due := second.DecisionDueAt.Add(time.Microsecond)
	if ids := must(d.Waking(d.Context(), first.DecisionDueAt.Add(-time.Minute), 10))(d); len(ids) != 0 {
		d.Errorf("before any deadline: %v", ids)
	}
	if ids := must(d.Waking(d.Context(), due, 10))(d); !slices.Equal(ids, []string{first.ID, second.ID}) {
		d.Errorf("after both: %v, want %s and %s", ids, first.ID, second.ID)
	}
	if ids := must(d.Waking(d.Context(), due, 1))(d); len(ids) != 1 {
		d.Errorf("%d, want as many as were asked for: 1", len(ids))
	}
	must(d.Update(d.Context(), first.ID, d.cause("wake"), func(c *decide.Case) (decide.Event, error) {
		return c.Wake(decide.News{At: due, Actor: "review", Cause: "wake"})
	}))(d)
	if ids := must(d.Waking(d.Context(), due, 10))(d); !slices.Equal(ids, []string{second.ID}) {
		d.Errorf("after the first was stated: %v, want %s", ids, second.ID)
	}
}

func deliveries(d *desk) {
	sent := ledger.Delivery{
		ID: "d1", Notification: "n1", Case: "c-1", Tenant: "acme", Audience: "requester", Recipient: "u1", Channel: "email",
		Destination: "mail", Kind: "approved", Outcome: "failed", Attempt: 1, At: timeKept(nine), Duration: 120 * time.Millisecond, Answer: "451",
	}
	again := sent
	again.ID, again.Outcome, again.Attempt, again.At = "d2", "sent", 2, timeKept(nine.Add(time.Minute))
	for _, one := range []ledger.Delivery{again, sent, sent} {
		if err := d.RecordDeliveries(d.Context(), one); err != nil {
			d.Fatal(err)
		}
	}
	got := must(d.Deliveries(d.Context(), "c-1"))(d)
	if !slices.Equal(got, []ledger.Delivery{sent, again}) {
		d.Errorf("recorded %+v", got)
	}
	if none := must(d.Deliveries(d.Context(), "c-2"))(d); len(none) != 0 {
		d.Errorf("of another case: %+v", none)
	}
}

// timeKept is a time to the microsecond, as the tables keep it.
func timeKept(t time.Time) time.Time { return t.Truncate(time.Microsecond) }
