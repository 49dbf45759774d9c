package decide

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"tocsin/pkg/policy"
)

// standard is the policy as it is built in, read once.
var standard = sync.OnceValue(policy.Default)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

var (
	lena = Person{ID: "lena", Role: Leadership}
	omar = Person{ID: "omar", Role: Leadership}
	ann  = Person{ID: "ann", Role: Agent}
	cora = Person{ID: "cora", Role: CSM, Tenants: []string{"acme"}}
)

// A story keeps cases as a ledger does, in memory, and tells them facts. Its
// clock moves on by a minute with each.
type story struct {
	tb
	policy  *policy.Policy
	cases   []*Case
	heard   map[string]uint64
	loose   map[string]Ticket
	strays  map[string]bool
	events  []Event
	minutes int
	// rung and linked are what a property remembers: deadlines that were stated, tickets with a case.
	rung, linked map[string]bool
}

// tb is what a test, a fuzz test and a property share.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func begin(t tb) *story {
	return &story{tb: t, policy: standard(), heard: map[string]uint64{}, loose: map[string]Ticket{}, strays: map[string]bool{}, rung: map[string]bool{}}
}

func (s *story) now() time.Time { return nine.Add(time.Duration(s.minutes) * time.Minute) }

func (s *story) news() News {
	s.minutes++
	return News{Cause: fmt.Sprintf("event-%d", s.minutes), Actor: "a service", At: s.now()}
}

func (s *story) desk() *Desk {
	d := &Desk{Policy: s.policy, Cases: s.cases}
	for _, t := range s.loose {
		d.Loose = append(d.Loose, t)
	}
	slices.SortFunc(d.Loose, func(a, b Ticket) int { return int(a.Revision) - int(b.Revision) })
	return d
}

// ticket tells the next revision of a ticket.
func (s *story) ticket(tenant, id string, change ...func(*Ticket)) []Change {
	t := Ticket{
		Tenant: tenant, ID: id, Source: "zendesk", Asks: "note-1", Recommendation: Eligible,
		Reasons: []policy.ReasonID{policy.SSOUnavailable}, Environment: "production", Status: "OPEN",
		Revision: s.heard[tenant+"/"+id] + 1,
	}
	for _, c := range change {
		c(&t)
	}
	d := s.desk()
	d.Heard = s.heard[tenant+"/"+id]
	changes := d.HearTicket(t, s.news())
	s.heard[tenant+"/"+id] = max(d.Heard, t.Revision)
	if d.ofTicket(tenant, id) == nil {
		s.loose[tenant+"/"+id] = t
	}
	return s.keep(changes)
}

// condition tells a change of a condition.
func (s *story) condition(id, scope string, reason policy.ReasonID, change ...func(*Condition)) []Change {
	n := s.news()
	c := Condition{ID: id, Scope: scope, Reason: reason, State: Raised, At: n.At, DetectedAt: n.At, RaisedAt: n.At}
	for _, f := range change {
		f(&c)
	}
	d := s.desk()
	d.Over = s.strays[id]
	changes := d.HearCondition(c, n)
	if len(changes) == 0 && !c.Live() && d.ofCondition(id) == nil {
		s.strays[id] = true
	}
	return s.keep(changes)
}

// person has somebody do something to a case.
func (s *story) person(by Person, c *Case, do func(*Case, Command) (Event, error)) error {
	s.minutes++
	e, err := do(c, Command{ID: fmt.Sprintf("command-%d", s.minutes), By: by, At: s.now(), Note: "because"})
	if err == nil {
		s.keep([]Change{{c, e}})
	}
	return err
}

// plan has somebody arrange cases.
func (s *story) plan(by Person, do func(*Desk, Command) ([]Change, error)) error {
	s.minutes++
	changes, err := do(s.desk(), Command{ID: fmt.Sprintf("command-%d", s.minutes), By: by, At: s.now(), Note: "because"})
	if err == nil {
		s.keep(changes)
	}
	return err
}

func (s *story) keep(changes []Change) []Change {
	s.Helper()
	for _, c := range changes {
		if !slices.Contains(s.cases, c.Case) {
			s.cases = append(s.cases, c.Case)
		}
		for _, t := range c.Case.Tickets {
			delete(s.loose, t.Tenant+"/"+t.ID)
		}
		if c.Event.Version != c.Case.Version || c.Event.To != c.Case.State || c.Event.Case != c.Case.ID {
			s.Errorf("event %+v does not say what case %+v is", c.Event, c.Case)
		}
		s.events = append(s.events, c.Event)
	}
	return changes
}

// only is the one case that is not final.
func (s *story) only() *Case {
	s.Helper()
	var open []*Case
	for _, c := range s.cases {
		if !c.State.Final() {
			open = append(open, c)
		}
	}
	if len(open) != 1 {
		s.Fatalf("%d cases are open, want one", len(open))
	}
	return open[0]
}

func (s *story) wantState(c *Case, want State) {
	s.Helper()
	if c.State != want {
		s.Errorf("the case is %s, want %s", c.State, want)
	}
}

func (s *story) wantLast(want Name) {
	s.Helper()
	if got := s.events[len(s.events)-1].Name; got != want {
		s.Errorf("the last event is %s, want %s", got, want)
	}
}

func approve(c *Case, cmd Command) (Event, error) { return c.Approve(cmd, time.Time{}) }
func deny(c *Case, cmd Command) (Event, error)    { return c.Deny(cmd, policy.SmallAudience) }
func resolve(c *Case, cmd Command) (Event, error) { return c.Resolve(cmd) }
func shut(c *Case, cmd Command) (Event, error)    { return c.Close(cmd) }
func reopen(c *Case, cmd Command) (Event, error)  { return c.Reopen(cmd) }
func eta(c *Case, cmd Command) (Event, error)     { return c.SetETA(cmd, cmd.At.Add(2*time.Hour)) }
func ask(c *Case, cmd Command) (Event, error)     { return c.RequestInfo(cmd, "Since when?") }

func claim(c *Case, cmd Command) (Event, error)    { return c.Claim(cmd) }
func seen(c *Case, cmd Command) (Event, error)     { return c.Acknowledge(cmd) }
func release(c *Case, cmd Command) (Event, error)  { return c.Release(cmd) }
func tell(c *Case, cmd Command) (Event, error)     { return c.Update(cmd) }
func appeal(c *Case, cmd Command) (Event, error)   { return c.Appeal(cmd) }
func withdraw(c *Case, cmd Command) (Event, error) { return c.Withdraw(cmd) }

func assign(c *Case, cmd Command) (Event, error) {
	cmd.Technician = "tech-" + cmd.By.ID
	return c.Assign(cmd)
}

func asks(note string) func(*Ticket)             { return func(t *Ticket) { t.Asks = note } }
func status(to Status) func(*Ticket)             { return func(t *Ticket) { t.Status = to } }
func recommended(r Recommendation) func(*Ticket) { return func(t *Ticket) { t.Recommendation = r } }
func claims(r ...policy.ReasonID) func(*Ticket)  { return func(t *Ticket) { t.Reasons = r } }
func people(n int) func(*Ticket)                 { return func(t *Ticket) { t.People = &n } }
func withdrawn(t *Ticket)                        { t.Withdrawn, t.Recommendation = true, NotARequest }
func statement(t *Ticket)                        { t.Asks, t.Recommendation = "", NotARequest }
func ended(to ConditionState) func(*Condition)   { return func(c *Condition) { c.State = to } }
func subject(id string) func(*Condition)         { return func(c *Condition) { c.Subject = id } }
func counted(n uint32) func(*Condition)          { return func(c *Condition) { c.People = n } }

func small(n int) func(*Ticket) {
	return func(t *Ticket) {
		t.People, t.Recommendation, t.Denials = &n, Ineligible, []policy.GroundID{policy.SmallAudience}
	}
}
