package ledgertest

import (
	"errors"
	"fmt"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// arrange has lena arrange what is named, under an id.
func (d *desk) arrange(id string, a ledger.Arrangement, do func(*decide.Desk, decide.Command) ([]decide.Change, error)) ([]decide.Case, error) {
	cause := d.cause(id)
	a.Policy = d.policy
	return d.Arrange(d.Context(), cause, a, func(on *decide.Desk) ([]decide.Change, error) {
		return do(on, decide.Command{ID: cause.EventID, By: lena, At: cause.At, Note: "because"})
	})
}

// split parts a ticket of acme from a case.
func (d *desk) split(id, caseID, ticket string) ([]decide.Case, error) {
	made := decide.Made(decide.Command{ID: id})
	return d.arrange(id, ledger.Arrangement{Cases: []string{caseID}, Gives: []string{caseID, made}}, func(on *decide.Desk, cmd decide.Command) ([]decide.Change, error) {
		return on.Split(cmd, caseID, decide.Part{Tickets: []decide.TicketID{{Tenant: "acme", Ticket: ticket}}})
	})
}

func splitAndMerged(d *desk) {
	d.hear("e0", condition("outage", "acme", decide.Raised, nine))
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	d.hear("e2", ticket("acme", "T-2", 1))
	for range 2 { // the second time it was applied before
		parted := must(d.split("split-1", id, "T-2"))(d)
		left, n := parted[0], parted[1]
		if len(left.Tickets) != 1 || len(n.Tickets) != 1 || n.SplitFrom != id || len(d.opened()) != 2 {
			d.Fatalf("left are %d tickets, parted %d from %q; %d cases", len(left.Tickets), len(n.Tickets), n.SplitFrom, len(d.opened()))
		}
		d.whole(&left)
		d.whole(&n)
	}
	n := decide.Made(decide.Command{ID: "split-1"})
	changes := d.hear("e3", ticket("acme", "T-2", 2, func(t *decide.Ticket) { t.Asks = "note-2" }))
	if len(changes) != 1 || changes[0].Case.ID != n {
		d.Fatalf("the ticket's next revision changed %d cases: %+v", len(changes), changes)
	}
	rows := must(d.Audit(d.Context(), n))(d)
	if rows[0].Event.Name != decide.SplitOff || rows[0].Event.Subject != id || !rows[0].Event.Person {
		d.Errorf("the audit begins with %+v", rows[0].Event)
	}
	rows[0].Event.Subject = "another"
	if err := ledger.Verify(rows); !errors.Is(err, ledger.ErrTampered) {
		d.Errorf("another subject: %v, want ErrTampered", err)
	}
	merged := must(d.arrange("merge-1", ledger.Arrangement{Cases: []string{n, id}, Gives: []string{id, n}}, func(on *decide.Desk, cmd decide.Command) ([]decide.Change, error) {
		return on.Merge(cmd, n, id)
	}))(d)
	if len(merged[0].Tickets) != 2 || merged[1].State != decide.Merged || merged[1].MergedInto != id {
		d.Errorf("%d tickets; the other is %s into %q", len(merged[0].Tickets), merged[1].State, merged[1].MergedInto)
	}
	d.whole(&merged[0])
	d.whole(&merged[1])
	if changes := d.hear("e4", ticket("acme", "T-2", 3, func(t *decide.Ticket) { t.Asks = "note-3" })); len(changes) != 1 || changes[0].Case.ID != id {
		d.Errorf("after the merge the ticket belongs to %+v", changes)
	}
}

func openedByHand(d *desk) {
	loose := ticket("acme", "T-1", 1, func(t *decide.Ticket) { t.Asks, t.Recommendation = "", decide.NotARequest })
	if changes := d.hear("e1", loose); len(changes) != 0 {
		d.Fatalf("a ticket on which nobody asks changed %+v", changes)
	}
	open := func(id string) ([]decide.Case, error) {
		t := []decide.TicketID{{Tenant: "acme", Ticket: "T-1"}}
		return d.arrange(id, ledger.Arrangement{Tickets: t, Gives: []string{decide.Made(decide.Command{ID: id})}}, func(on *decide.Desk, cmd decide.Command) ([]decide.Change, error) {
			return on.Open(cmd, decide.Opening{Tenant: "acme", Reason: policy.SSOUnavailable, Tickets: t})
		})
	}
	c := must(open("open-1"))(d)[0]
	if c.OpenedBy != "lena" || len(c.Tickets) != 1 || c.Version != 1 {
		d.Errorf("opened by %q with %d tickets at version %d", c.OpenedBy, len(c.Tickets), c.Version)
	}
	d.whole(&c)
	if _, err := open("open-2"); !errors.Is(err, decide.ErrTicket) {
		d.Errorf("another case with the same ticket: %v, want ErrTicket", err)
	}
	if again := must(open("open-1"))(d)[0]; again.Version != 1 || len(d.opened()) != 1 {
		d.Errorf("the same order again: version %d, %d cases", again.Version, len(d.opened()))
	}
}

// arrangeAtOnce has two processes split the same case many times over while
// tickets come: each ticket ends up in one case.
func arrangeAtOnce(d *desk) {
	const tickets = 8
	d.hear("e0", condition("outage", "acme", decide.Raised, nine))
	var id string
	for i := range tickets {
		id = d.hear(fmt.Sprint("e1-", i), ticket("acme", fmt.Sprint("T-", i), 1))[0].Case.ID
	}
	errs := d.atOnce(2*tickets, func(l *ledger.Ledger, i int) error {
		ref := decide.TicketID{Tenant: "acme", Ticket: fmt.Sprint("T-", i/2)}
		cause := ledger.Cause{Consumer: "desk", EventID: fmt.Sprint("split-", i), At: nine.Add(time.Hour)}
		_, err := l.Arrange(d.Context(), cause, ledger.Arrangement{Cases: []string{id}, Policy: d.policy}, func(on *decide.Desk) ([]decide.Change, error) {
			return on.Split(decide.Command{ID: cause.EventID, By: lena, At: cause.At, Note: "because"}, id, decide.Part{Tickets: []decide.TicketID{ref}})
		})
		if errors.Is(err, decide.ErrPart) {
			err = nil // the other was first
		}
		return err
	})
	if err := errors.Join(errs...); err != nil {
		d.Fatal(err)
	}
	in := map[string]int{}
	for _, c := range d.opened() {
		d.whole(&c)
		for _, t := range c.Tickets {
			in[t.ID]++
		}
	}
	if len(in) != tickets || len(d.opened()) != tickets+1 {
		d.Errorf("%d tickets in %d cases, want %d in %d", len(in), len(d.opened()), tickets, tickets+1)
	}
	for t, n := range in {
		if n != 1 {
			d.Errorf("%s is in %d cases", t, n)
		}
	}
}
