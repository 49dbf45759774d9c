package ledgertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// burst is a morning of facts that follow from one another.
func burst() []ledger.Heard {
	facts := []ledger.Fact{
		ticket("acme", "T-1", 1, func(t *decide.Ticket) { t.Asks, t.Recommendation = "", decide.NotARequest }),
		condition("c1", "acme", decide.Raised, nine), // takes in T-1
		ticket("acme", "T-1", 2),
		ticket("acme", "T-1", 1), // heard before
		ticket("globex", "T-2", 1),
		condition("c2", decide.Platform, decide.Raised, nine.Add(time.Minute)), // merges all
		condition("c3", "initech", decide.Cleared, nine),                       // an end without a beginning
		condition("c3", "initech", decide.Raised, nine),
		condition("c1", "acme", decide.Cleared, nine.Add(time.Minute)),
		ticket("globex", "T-3", 1, func(t *decide.Ticket) { t.Reasons = []policy.ReasonID{policy.UploadsFailing24h} }),
		ticket("globex", "T-2", 2, withdrawn),
	}
	var all []ledger.Heard
	for i, f := range facts {
		all = append(all, ledger.Heard{Cause: ledger.Cause{Consumer: "test", EventID: fmt.Sprint("b", i), At: nine.Add(time.Duration(i) * time.Second)}, Fact: f})
	}
	return append(all, all[4]) // the same message again
}

// burstAsOne has one ledger hear facts together and another one by one.
func burstAsOne(d *desk) {
	other := d.another()
	for i, out := range d.HearAll(d.Context(), burst(), d.policy) {
		f := burst()[i]
		changes, applied, err := other.Hear(d.Context(), f.Cause, f.Fact, d.policy)
		if out.Err != nil || err != nil || out.Applied != applied || len(out.Changes) != len(changes) {
			d.Errorf("fact %d: %d changes, applied %v (%v); by itself %d, %v (%v)", i, len(out.Changes), out.Applied, out.Err, len(changes), applied, err)
		}
	}
	if got, want := d.standing(), other.standing(); got != want {
		d.Errorf("together:\n%s\none by one:\n%s", got, want)
	}
}

// standing is what the tables say, without what differs by when it was written.
func (d *desk) standing() string {
	d.Helper()
	var text strings.Builder
	for _, of := range []string{"cases", "tickets", "tickets WHERE case_id IS NULL", "conditions", "audit", "outbox", "case_terms", "inbox", "requests"} {
		fmt.Fprintln(&text, of, d.count(of))
	}
	for _, c := range must(d.Cases(d.Context(), ledger.Query{Order: ledger.ByTime}))(d).Cases {
		d.whole(&c)
		body, err := json.Marshal(c)
		if err != nil {
			d.Fatal(err)
		}
		rows := must(d.Audit(d.Context(), c.ID))(d)
		fmt.Fprintf(&text, "%s\n%s\n", body, rows[len(rows)-1].Hash)
	}
	return text.String()
}

// badFact has one fact of several that the tables do not take.
func badFact(d *desk) {
	if _, err := d.DB.ExecContext(d.Context(), "CREATE UNIQUE INDEX only_one_of_these ON tickets (revision) WHERE revision > 99"); err != nil {
		d.Fatal(err)
	}
	d.hear("first", ticket("acme", "T-0", 100))
	facts := []ledger.Heard{
		{Cause: d.cause("f1"), Fact: ticket("acme", "T-1", 1)},
		{Cause: d.cause("f2"), Fact: ticket("acme", "T-2", 100)},
		{Cause: d.cause("f3"), Fact: ticket("globex", "T-3", 1)},
	}
	out := d.HearAll(d.Context(), facts, d.policy)
	if out[0].Err != nil || out[1].Err == nil || out[2].Err != nil || len(out[0].Changes) != 1 || len(out[2].Changes) != 1 {
		d.Errorf("heard %+v", out)
	}
	if n := d.count("inbox WHERE event_id = 'f2'"); n != 0 || len(d.opened()) != 3 {
		d.Errorf("the bad one is noted as applied %d times, %d cases are open", n, len(d.opened()))
	}
	for _, c := range d.opened() {
		d.whole(&c)
	}
}
