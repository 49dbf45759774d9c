package ledgertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

func factOpensCase(d *desk) {
	changes := d.hear("e1", condition("c1", "acme", decide.Raised, nine))
	if len(changes) != 1 {
		d.Fatalf("%d changes, want 1", len(changes))
	}
	c := must(d.Case(d.Context(), changes[0].Case.ID))(d)
	if !sameCase(d, &c, changes[0].Case) {
		d.Errorf("kept %+v, want %+v", c, *changes[0].Case)
	}
	d.whole(&c)
	out := must(d.Pending(d.Context(), 10))(d)
	if len(out) != 1 || out[0].Event.Name != decide.Opened || !sameCase(d, &out[0].Case, &c) {
		d.Errorf("to be published: %+v", out)
	}
	live := must(d.LiveConditions(d.Context(), ""))(d)
	if len(live) != 1 || live[0].ID != "c1" || !live[0].At.Equal(nine) {
		d.Errorf("conditions that hold: %+v", live)
	}
	d.hear("e2", condition("c1", "acme", decide.Cleared, nine))
	if live := must(d.LiveConditions(d.Context(), "acme"))(d); len(live) != 0 {
		d.Errorf("after its end these hold: %+v", live)
	}
	if c := must(d.Case(d.Context(), c.ID))(d); c.State != decide.Resolved {
		d.Errorf("after its end the case is %s, want resolved", c.State)
	}
}

func conditionsLeadToCases(d *desk) {
	first := d.hear("e1", condition("c1", "acme", decide.Raised, nine))[0].Case.ID
	second := d.hear("e2", condition("c2", "globex", decide.Raised, nine))[0].Case.ID
	d.hear("e3", condition("c1", "acme", decide.Cleared, nine))
	d.hear("e4", condition("c3", "initech", decide.Cleared, nine)) // it never had a case
	ids := []string{"c1", "c2", "c3", "c4"}
	for i := range 1000 { // more than a statement takes at once
		ids = append(ids, fmt.Sprint("none-", i))
	}
	got := must(d.CasesOf(d.Context(), ids...))(d)
	if len(got) != 2 || got["c1"] != first || got["c2"] != second {
		d.Errorf("the conditions belong to %v, want c1 to %s and c2 to %s", got, first, second)
	}
	if got := must(d.CasesOf(d.Context()))(d); len(got) != 0 {
		d.Errorf("no condition belongs to %v", got)
	}
}

func causeIsAppliedOnce(d *desk) {
	first := d.hear("e1", ticket("acme", "T-1", 1))
	cause := ledger.Cause{Consumer: "test", EventID: "e1", At: nine}
	changes, applied, err := d.Hear(d.Context(), cause, ticket("acme", "T-1", 2, withdrawn), d.policy)
	if err != nil || applied || len(changes) != 0 {
		d.Errorf("the same cause again: %v, applied %v, error %v", changes, applied, err)
	}
	c := must(d.Case(d.Context(), first[0].Case.ID))(d)
	if c.Version != 1 || c.State != decide.PendingReview {
		d.Errorf("it made the case %s at version %d", c.State, c.Version)
	}
	cause.Consumer = "another"
	if _, applied, err = d.Hear(d.Context(), cause, ticket("acme", "T-1", 2, withdrawn), d.policy); err != nil || !applied {
		d.Errorf("the id at another consumer: applied %v, error %v", applied, err)
	}
	approved := ledger.Cause{Consumer: "api", EventID: "key-1", At: nine, Said: "yes"}
	id := d.hear("e3", ticket("acme", "T-2", 1))[0].Case.ID
	for range 2 {
		c, err := command(d.Context(), d.Ledger, id, approved, approve)
		if err != nil || c.State != decide.Approved || c.Version != 2 {
			d.Errorf("the same command: %s at version %d, error %v", c.State, c.Version, err)
		}
	}
	approved.Said = "no"
	if _, err := command(d.Context(), d.Ledger, id, approved, approve); !errors.Is(err, ledger.ErrReused) {
		d.Errorf("its id with something else said: %v", err)
	}
	if n := d.count("inbox WHERE said IN ('yes', 'no')"); n != 0 {
		d.Errorf("what was said can be read in %d rows", n)
	}
}

func keptForOthers(d *desk) {
	c := d.hear("e1", ticket("acme", "T-1", 1))[0].Case
	other := d.Open()
	got := must(other.Case(d.Context(), c.ID))(d)
	if !sameCase(d, &got, c) {
		d.Errorf("read %+v, want %+v", got, *c)
	}
	if got := must(other.Update(d.Context(), c.ID, d.cause("key"), func(c *decide.Case) (decide.Event, error) {
		return c.Approve(decide.Command{By: lena, At: nine}, time.Time{})
	}))(d); got.State != decide.Approved {
		d.Errorf("it is %s, want approved", got.State)
	}
}

func looseTicketWaits(d *desk) {
	nobody := func(t *decide.Ticket) { t.Asks, t.Recommendation = "", decide.NotARequest }
	if changes := d.hear("e1", ticket("acme", "T-1", 1, nobody)); len(changes) != 0 {
		d.Fatalf("a ticket on which nobody asks made %+v", changes)
	}
	d.hear("e2", ticket("other", "T-1", 1, nobody, func(t *decide.Ticket) { t.Reasons = nil }))
	d.hear("e3", ticket("acme", "T-2", 1, nobody, func(t *decide.Ticket) { t.Status = decide.StatusClosed }))
	c := d.hear("e4", condition("c1", "acme", decide.Raised, nine))[0].Case
	if len(c.Tickets) != 1 || c.Tickets[0].Tenant != "acme" || c.Tickets[0].ID != "T-1" {
		d.Errorf("linked %+v, want T-1 of acme", c.Tickets)
	}
	if changes := d.hear("e5", ticket("acme", "T-1", 1)); len(changes) != 0 {
		d.Errorf("a revision that was heard made %+v", changes)
	}
	if c := d.hear("e6", ticket("acme", "T-1", 2))[0].Case; c.State != decide.PendingReview || len(c.Tickets) != 1 {
		d.Errorf("then somebody asks: the case is %s with %d tickets", c.State, len(c.Tickets))
	}
	silent := condition("c2", "other", decide.Raised, nine)
	silent.Condition.Reason, silent.Condition.Subject = policy.StaleTicket1w, "T-1"
	if c := d.hear("e7", silent)[0].Case; len(c.Tickets) != 1 || c.Tickets[0].Tenant != "other" {
		d.Errorf("the silent ticket's condition is linked with %+v", c.Tickets)
	}
	if n := d.count("tickets WHERE body <> ''"); n != 0 {
		d.Errorf("the words of %d tickets are kept twice", n)
	}
}

func closedStaysClosed(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	must(d.do(id, deny))(d)
	must(d.do(id, func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Close(cmd) }))(d)
	if changes := d.hear("e2", ticket("acme", "T-1", 2, func(t *decide.Ticket) { t.Agent = "ann" })); len(changes) != 0 {
		d.Errorf("the old request made %+v", changes)
	}
	changes := d.hear("e3", ticket("acme", "T-1", 3, func(t *decide.Ticket) { t.Asks = "note-2" }))
	if len(changes) != 1 || changes[0].Case.ID == id || changes[0].Event.Name != decide.Opened {
		d.Fatalf("a new request made %+v", changes)
	}
	if changes := d.hear("e4", ticket("acme", "T-1", 4, withdrawn)); len(changes) != 1 || changes[0].Case.State != decide.Withdrawn {
		d.Errorf("taking it back made %+v", changes)
	}
}

func endCameFirst(d *desk) {
	d.hear("e1", condition("c1", "acme", decide.Cleared, nine))
	if changes := d.hear("e2", condition("c1", "acme", decide.Raised, nine)); len(changes) != 0 || d.count("cases") != 0 {
		d.Errorf("its beginning made %+v", changes)
	}
	if live := must(d.LiveConditions(d.Context(), ""))(d); len(live) != 0 {
		d.Errorf("these hold: %+v", live)
	}
}

func mergedHandOver(d *desk) {
	first := d.hear("e1", ticket("acme", "T-1", 1))[0].Case
	second := d.hear("e2", ticket("other", "T-1", 1))[0].Case
	changes := d.hear("e3", condition("c1", decide.Platform, decide.Raised, nine))
	host := changes[0].Case
	if len(changes) != 2 || host.ID != first.ID || host.Tenant != decide.Platform || len(host.Tickets) != 2 || len(changes[0].Event.Absorbed) != 1 {
		d.Fatalf("%d changes, %d tickets, absorbed %v", len(changes), len(host.Tickets), changes[0].Event.Absorbed)
	}
	if c := must(d.Case(d.Context(), second.ID))(d); c.State != decide.Merged || c.MergedInto != host.ID {
		d.Errorf("the second is %s into %q", c.State, c.MergedInto)
	}
	again := d.hear("e4", ticket("other", "T-1", 2, func(t *decide.Ticket) { t.Asks = "note-2" }))
	if len(again) != 1 || again[0].Case.ID != host.ID || again[0].Event.Name != decide.WasAskedAgain {
		d.Errorf("its ticket's next request made %+v", again)
	}
	for _, change := range changes {
		c := must(d.Case(d.Context(), change.Case.ID))(d)
		d.whole(&c)
	}
}

func refusedSavesNothing(d *desk) {
	c := d.hear("e1", ticket("acme", "T-1", 1))[0].Case
	refused := errors.New("refused")
	cause := d.cause("key-1")
	_, err := d.Update(d.Context(), c.ID, cause, func(c *decide.Case) (decide.Event, error) {
		if _, err := c.Approve(decide.Command{By: lena, At: nine}, time.Time{}); err != nil {
			return decide.Event{}, err
		}
		return decide.Event{}, refused
	})
	if !errors.Is(err, refused) {
		d.Errorf("got %v, want what fn said", err)
	}
	if got := must(d.Case(d.Context(), c.ID))(d); !sameCase(d, &got, c) {
		d.Errorf("it changed the case to %+v", got)
	}
	if _, err := command(d.Context(), d.Ledger, c.ID, cause, approve); err != nil {
		d.Errorf("the same cause afterwards: %v", err)
	}
}

func crashSavesNothing(d *desk) {
	for _, table := range []string{"outbox", "audit", "conditions"} {
		if _, err := d.DB.ExecContext(d.Context(), "ALTER TABLE "+table+" RENAME TO away"); err != nil {
			d.Fatal(err)
		}
		_, _, err := d.Hear(d.Context(), ledger.Cause{Consumer: "test", EventID: "e1", At: nine}, condition("c1", "acme", decide.Raised, nine), d.policy)
		if err == nil {
			d.Errorf("without %s it was heard", table)
		}
		if _, err := d.DB.ExecContext(d.Context(), "ALTER TABLE away RENAME TO "+table); err != nil {
			d.Fatal(err)
		}
		for _, row := range []string{"cases", "conditions", "inbox", "audit", "outbox"} {
			if n := d.count(row); n != 0 {
				d.Errorf("without %s, %d rows of %s were saved", table, n, row)
			}
		}
	}
	ctx, cancel := context.WithCancel(d.Context())
	c := d.hear("e1", condition("c1", "acme", decide.Raised, nine))[0].Case
	_, err := d.Update(ctx, c.ID, d.cause("key"), func(c *decide.Case) (decide.Event, error) {
		cancel()
		return c.Approve(decide.Command{By: lena, At: nine}, time.Time{})
	})
	if got := must(d.Case(d.Context(), c.ID))(d); err == nil || !sameCase(d, &got, c) {
		d.Errorf("a caller that is gone changed it to %+v (%v)", got, err)
	}
}

func notFound(d *desk) {
	if _, err := d.Case(d.Context(), "c-none"); !errors.Is(err, ledger.ErrNotFound) {
		d.Errorf("read: %v, want ErrNotFound", err)
	}
	if _, err := d.do("c-none", approve); !errors.Is(err, ledger.ErrNotFound) {
		d.Errorf("changed: %v, want ErrNotFound", err)
	}
	if rows := must(d.Audit(d.Context(), "c-none"))(d); len(rows) != 0 {
		d.Errorf("audit: %+v", rows)
	}
}

func secondDecision(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	first := must(d.do(id, approve))(d)
	if _, err := d.do(id, deny); !errors.Is(err, decide.ErrDecided) {
		d.Errorf("got %v, want ErrDecided", err)
	}
	got := must(d.Case(d.Context(), id))(d)
	if !sameCase(d, &got, &first) {
		d.Errorf("it made %+v of the case", got)
	}
	d.whole(&got)
}

func withdrawn(t *decide.Ticket) { t.Withdrawn = true }

// sameCase compares two cases by the form in which they are kept.
func sameCase(d *desk, a, b *decide.Case) bool {
	d.Helper()
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	if err := errors.Join(err, err2); err != nil {
		d.Fatal(err)
	}
	return bytes.Equal(x, y)
}
