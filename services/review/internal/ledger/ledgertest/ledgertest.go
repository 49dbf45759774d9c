// Package ledgertest is what every engine of the ledger has to pass.
//
// It promises that two engines that pass it keep the same cases: it says
// nothing of how, but for what the tables themselves refuse. Each test runs on
// a database of its own, through the ledger as its callers have it. How a
// database is had is left to the engine's own test.
package ledgertest

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// A Site is one empty database.
type Site struct {
	// Open opens it, as one process does, and closes it with the test.
	Open func() *ledger.Ledger
	// DB looks at the tables behind the ledger's back.
	DB *sql.DB
	// Keys are what it seals with.
	Keys *Keys
	// Unlock are the statements by which somebody who owns the database takes away
	// what keeps the audit from being changed.
	Unlock []string
	// Bytes are those of its files; nil where they are not its own.
	Bytes func() []byte
}

// Run runs all tests; each gets a site of its own.
func Run(t *testing.T, site func(t *testing.T) Site) {
	for _, tt := range []struct {
		name string
		test func(*desk)
	}{
		{"a fact opens a case with all its rows", factOpensCase},
		{"conditions lead to their cases", conditionsLeadToCases},
		{"a cause is applied once", causeIsAppliedOnce},
		{"what is kept is read again by another process", keptForOthers},
		{"a ticket without a case waits for its condition", looseTicketWaits},
		{"an end that came first opens no case", endCameFirst},
		{"a closed case stays closed", closedStaysClosed},
		{"merged cases hand over what they hold", mergedHandOver},
		{"a command that is refused saves nothing", refusedSavesNothing},
		{"a crash between two rows saves neither", crashSavesNothing},
		{"a case that is not there is not found", notFound},
		{"a second decision changes nothing", secondDecision},
		{"of two that decide at once one wins", decideAtOnce},
		{"the same message at two processes makes one case", sameMessageTwice},
		{"two processes make one case of an outage", outageAtOnce},
		{"a case is split and merged with all its rows", splitAndMerged},
		{"a case is opened by hand once", openedByHand},
		{"two who split a case at once part each ticket once", arrangeAtOnce},
		{"audit rows are only added", auditOnlyAdded},
		{"the audit chain shows what was changed", auditChain},
		{"a note can be erased and the chain holds", noteErased},
		{"the tables refuse an approval without a person", tablesRefuse},
		{"pages hold each case once", pages},
		{"a list is filtered by state and tenant", filters},
		{"what is heard together is as if heard one by one", burstAsOne},
		{"a fact that can not be heard keeps no other back", badFact},
		{"a list is filtered by what cases are about", filtersOfMeaning},
		{"a list begins with what is due", orderOfDue},
		{"a search finds ids by their beginning and words of subjects", search},
		{"a search tells nothing of other tenants", searchBehindWalls},
		{"an outage is found by each of its tickets", subjectsOfMany},
		{"what an older program wrote is found", olderProgram},
		{"tickets and the audit are listed", listsOfAll},
		{"deliveries are listed", listOfDeliveries},
		{"the outbox keeps the order of a case", outboxOrder},
		{"what was published is forgotten later", forget},
		{"a lease has one holder", lease},
		{"deadlines that passed are found", waking},
		{"a delivery is recorded once", deliveries},
		{"what becomes of dead letters is only added", disposals},
		{"a decision teaches with all its rows", decisionTeaches},
		{"a correction is kept once", correctionOnce},
		{"of a ticket the last correction stands", lastStands},
		{"whatever is done to the audit is found and named", tamperingFound},
		{"a forged chain is found by the heads that were published", forgedFound},
		{"heads are only of what moved, and follow one another", headsFollow},
		{"personal text is sealed", personalIsSealed},
		{"a decision has its note while the bus is away", noteWithoutBus},
		{"a destroyed key erases its tenant's text", keyDestroyed},
		{"of an erased tenant nothing is left, and its cases go on", nothingIsLeft},
		{"a tenant is erased from its cases, and those go on without it", tenantErased},
		{"what was written before sealing is read", plainIsRead},
		{"labels are only added", labelsOnlyAdded},
		{"pages hold each label once", labelPages},
		{"labels follow their ticket into another case", labelsFollow},
		{"the roster is kept, and changed by one at a time", rosterKept},
		{"of those who change the roster at once none is lost", rosterAtOnce},
		{"who works on what is known", workIsKnown},
		{"what reports count is counted", reportsCount},
		{"past decisions are found by their reasons", precedents},
		{"requests are counted by who asks", askings},
		{"a session is all processes', and takes another id once", sessionsShared},
		{"a session ends", sessionsEnd},
		{"a token is kept, used and taken back", tokensKept},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			open := func() *desk {
				s := site(t)
				return &desk{T: t, Site: s, Ledger: s.Open(), policy: standard()}
			}
			d := open()
			d.another = open
			tt.test(d)
		})
	}
}

var standard = sync.OnceValue(policy.Default)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 123_456_789, time.UTC)

var lena = decide.Person{ID: "lena", Role: decide.Leadership}

// A desk tells a ledger facts and gives it commands. Its clock moves on by a
// minute with each.
type desk struct {
	*testing.T
	Site
	*ledger.Ledger
	policy  *policy.Policy
	minutes int
	// another opens another empty database.
	another func() *desk
}

func (d *desk) cause(id string) ledger.Cause {
	d.minutes++
	return ledger.Cause{Consumer: "test", EventID: id, At: nine.Add(time.Duration(d.minutes) * time.Minute)}
}

// hear tells a fact under an id, and gives what it changed.
func (d *desk) hear(id string, fact ledger.Fact) []decide.Change {
	d.Helper()
	changes, _, err := d.Hear(d.Context(), d.cause(id), fact, d.policy)
	if err != nil {
		d.Fatal(err)
	}
	return changes
}

// do gives a command to a case.
func (d *desk) do(id string, do func(*decide.Case, decide.Command) (decide.Event, error)) (decide.Case, error) {
	cause := d.cause(fmt.Sprintf("command-%d", d.minutes))
	return command(d.Context(), d.Ledger, id, cause, do)
}

func command(ctx context.Context, l *ledger.Ledger, id string, cause ledger.Cause, do func(*decide.Case, decide.Command) (decide.Event, error)) (decide.Case, error) {
	return l.Update(ctx, id, cause, func(c *decide.Case) (decide.Event, error) {
		return do(c, decide.Command{ID: cause.EventID, By: lena, At: cause.At, Note: "because"})
	})
}

// must is the value of a call that may not fail here.
func must[T any](t T, err error) func(*desk) T {
	return func(d *desk) T {
		d.Helper()
		if err != nil {
			d.Fatal(err)
		}
		return t
	}
}

func (d *desk) count(table string) (n int) {
	d.Helper()
	if err := d.DB.QueryRowContext(d.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		d.Fatal(err)
	}
	return n
}

// opened is all cases that are not final, newest first.
func (d *desk) opened() (open []decide.Case) {
	d.Helper()
	for _, c := range must(d.Cases(d.Context(), ledger.Query{Order: ledger.ByTime, Limit: 500}))(d).Cases {
		if !c.State.Final() {
			open = append(open, c)
		}
	}
	return open
}

// whole checks that the versions of a case are without a gap in the audit and
// among what is to be published, and that the chain holds.
func (d *desk) whole(c *decide.Case) {
	d.Helper()
	rows := must(d.Audit(d.Context(), c.ID))(d)
	if err := ledger.Verify(rows); err != nil {
		d.Error(err)
	}
	if len(rows) != int(c.Version) {
		d.Errorf("case %s is at version %d with %d audit rows", c.ID, c.Version, len(rows))
	}
	next := uint64(1)
	for _, o := range must(d.Pending(d.Context(), 10_000))(d) {
		if o.Case.ID != c.ID {
			continue
		}
		if o.Event.Version != next || o.Case.Version != next {
			d.Errorf("case %s: version %d with event %d is to be published where %d is next", c.ID, o.Case.Version, o.Event.Version, next)
		}
		next++
	}
	if next != c.Version+1 {
		d.Errorf("case %s is at version %d, %d are to be published", c.ID, c.Version, next-1)
	}
}

func ticket(tenant, id string, revision uint64, change ...func(*decide.Ticket)) ledger.Fact {
	t := &decide.Ticket{
		Tenant: tenant, ID: id, Source: "zendesk", Revision: revision, Status: "OPEN", Asks: "note-1",
		Recommendation: decide.Eligible, Reasons: []policy.ReasonID{policy.SSOUnavailable}, Language: "de",
		Quotes: []decide.Quote{{For: "sso_unavailable", Text: "niemand kommt mehr rein", Start: 17, End: 40, Weight: 0.91}},
	}
	for _, c := range change {
		c(t)
	}
	return ledger.Fact{Ticket: t}
}

func condition(id, scope string, state decide.ConditionState, at time.Time) ledger.Fact {
	return ledger.Fact{Condition: &decide.Condition{
		ID: id, Scope: scope, Reason: policy.SSOUnavailable, State: state, People: 240, Tenants: 1,
		Value: 240, Threshold: 5, At: at, DetectedAt: at, RaisedAt: at, Evidence: []string{"okta/a1", "okta/a2"},
	}}
}

func approve(c *decide.Case, cmd decide.Command) (decide.Event, error) {
	return c.Approve(cmd, time.Time{})
}

func deny(c *decide.Case, cmd decide.Command) (decide.Event, error) {
	return c.Deny(cmd, policy.SmallAudience)
}
