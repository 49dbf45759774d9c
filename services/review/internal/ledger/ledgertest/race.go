package ledgertest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// atOnce runs fn for 0 to n-1 all at once, each with one of two processes' ledgers.
func (d *desk) atOnce(n int, fn func(l *ledger.Ledger, i int) error) []error {
	two := []*ledger.Ledger{d.Ledger, d.Open()}
	errs := make([]error, n)
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = fn(two[i%2], i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

func decideAtOnce(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	errs := d.atOnce(12, func(l *ledger.Ledger, i int) error {
		do := approve
		if i%3 == 0 {
			do = deny
		}
		_, err := command(d.Context(), l, id, ledger.Cause{Consumer: "api", EventID: fmt.Sprint(i), At: nine}, do)
		return err
	})
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, decide.ErrDecided):
			d.Errorf("who lost got %v, want ErrDecided", err)
		}
	}
	c := must(d.Case(d.Context(), id))(d)
	if won != 1 || c.Version != 2 {
		d.Errorf("%d decided, the case is at version %d; want 1 and 2", won, c.Version)
	}
	d.whole(&c)
}

func sameMessageTwice(d *desk) {
	heard := make([]bool, 16)
	errs := d.atOnce(len(heard), func(l *ledger.Ledger, i int) (err error) {
		_, heard[i], err = l.Hear(d.Context(), ledger.Cause{Consumer: "test", EventID: "e1", At: nine}, ticket("acme", "T-1", 1), d.policy)
		return err
	})
	if err := errors.Join(errs...); err != nil {
		d.Error(err)
	}
	applied := 0
	for _, h := range heard {
		if h {
			applied++
		}
	}
	open := d.opened()
	if applied != 1 || len(open) != 1 || open[0].Version != 1 {
		d.Errorf("applied %d times, %d cases", applied, len(open))
	}
	d.whole(&open[0])
}

// outageAtOnce has tickets of several tenants, each revision as a message of
// its own, race with conditions of the tenants and of the platform.
func outageAtOnce(d *desk) {
	const tenants, each = 6, 4
	errs := d.atOnce(tenants*each+tenants+1, func(l *ledger.Ledger, i int) error {
		fact := condition("platform", decide.Platform, decide.Raised, nine)
		switch {
		case i < tenants*each:
			fact = ticket(fmt.Sprintf("tenant-%d", i%tenants), fmt.Sprintf("T-%d", i/tenants), 1)
		case i < tenants*each+tenants:
			tenant := fmt.Sprintf("tenant-%d", i-tenants*each)
			fact = condition("of "+tenant, tenant, decide.Raised, nine)
		}
		cause := ledger.Cause{Consumer: "test", EventID: fmt.Sprint(i), At: nine.Add(time.Duration(i) * time.Second)}
		_, _, err := l.Hear(d.Context(), cause, fact, d.policy)
		return err
	})
	if err := errors.Join(errs...); err != nil {
		d.Fatal(err)
	}
	open := d.opened()
	if len(open) != 1 || open[0].Tenant != decide.Platform {
		d.Fatalf("the outage is %d cases", len(open))
	}
	if c := open[0]; len(c.Tickets) != tenants*each || len(c.Conditions) != tenants+1 || c.Impact.Tenants != tenants {
		d.Errorf("it has %d tickets and %d conditions of %d tenants", len(c.Tickets), len(c.Conditions), c.Impact.Tenants)
	}
	if n := len(must(d.LiveConditions(d.Context(), ""))(d)); n != tenants+1 {
		d.Errorf("%d conditions hold, want %d", n, tenants+1)
	}
	for _, c := range must(d.Cases(d.Context(), ledger.Query{Limit: 500}))(d).Cases {
		d.whole(&c)
	}
}
