package decide

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
)

// A die decides what happens next in a random story.
type die interface{ roll(sides int) int }

type rapidDie struct{ *rapid.T }

func (d rapidDie) roll(sides int) int { return rapid.IntRange(0, sides-1).Draw(d.T, "roll") }

// bytesDie reads its rolls from a fuzzer's bytes, then always rolls 0.
type bytesDie struct{ rest []byte }

func (d *bytesDie) roll(sides int) int {
	if len(d.rest) == 0 {
		return 0
	}
	n := int(d.rest[0]) % sides
	d.rest = d.rest[1:]
	return n
}

func pick[T any](d die, of ...T) T { return of[d.roll(len(of))] }

func TestNoSequenceOfFactsAndCommandsBreaksAPromise(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := begin(r)
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			s.step(rapidDie{r})
		}
	})
}

func FuzzCases(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	f.Add([]byte{1, 0, 0, 2, 1, 0, 0, 1, 2, 0, 0, 0, 3, 0, 1, 1, 0, 0, 2, 0, 1, 1, 0})
	f.Fuzz(func(t *testing.T, rolls []byte) {
		s, d := begin(t), &bytesDie{rolls[:min(len(rolls), 400)]}
		for len(d.rest) > 0 {
			s.step(d)
		}
	})
}

// step has one random thing happen, and checks what is promised of every thing.
func (s *story) step(d die) {
	before := map[*Case]Case{}
	for _, c := range s.cases {
		before[c] = copied(c)
	}
	events := len(s.events)
	refused := s.happen(d)
	for _, c := range s.cases {
		was, known := before[c]
		stated := slices.ContainsFunc(s.events[events:], func(e Event) bool { return e.Case == c.ID })
		switch {
		case !known:
			was = Case{}
		case !stated && !reflect.DeepEqual(was, copied(c)):
			s.Fatalf("case %s changed and states nothing\nwas %+v\nis  %+v", c.ID, was, *c)
		}
		if stated && (c.Version != was.Version+1 || refused != nil) {
			s.Fatalf("case %s went from version %d to %d (refused: %v)", c.ID, was.Version, c.Version, refused)
		}
		s.check(&was, c, s.events[events:])
		s.checkTimes(&was, c, s.events[events:])
		s.checkSeen(&was, c, s.events[events:])
	}
	s.checkLinks()
	s.checkNothingIsLost()
}

// checkTimes checks that no deadline is stated twice in a round, that the
// earliest is stated first, and that a promise that is settled stays so.
func (s *story) checkTimes(was, c *Case, events []Event) {
	for _, e := range events {
		if e.Case != c.ID || e.Person || !slices.Contains([]Name{DecisionOverdue, DecisionPassedOn, ETAOverdue, UpdateOverdue, InfoReminder}, e.Name) {
			continue
		}
		key := fmt.Sprint(c.ID, c.Round, e.Name, was.WakeAt())
		if s.rung[key] {
			s.Fatalf("%s of case %s was stated twice", e.Name, c.ID)
		}
		s.rung[key] = true
		if next := c.WakeAt(); !next.IsZero() && next.Before(was.WakeAt()) {
			s.Fatalf("case %s wakes at %s after it woke for %s", c.ID, next, was.WakeAt())
		}
	}
	for i, p := range was.Promises {
		if p.Outcome != "" && i < len(c.Promises) && c.Promises[i] != p && c.State != Merged {
			s.Fatalf("promise %d of case %s was %s and is %s", i, c.ID, p.Outcome, c.Promises[i].Outcome)
		}
	}
	for i, p := range c.Promises {
		if p.Outcome == "" && (i < len(c.Promises)-1 || c.State.Ended()) {
			s.Fatalf("promise %d of case %s (%s) still stands", i, c.ID, c.State)
		}
	}
	if c.State != NeedsInfo && !c.WaitsSince.IsZero() || c.State == NeedsInfo && c.WaitsSince.IsZero() {
		s.Fatalf("case %s is %s and waits since %s", c.ID, c.State, c.WaitsSince)
	}
	if c.ClaimedBy != "" && !c.State.Undecided() {
		s.Fatalf("case %s is %s and still claimed", c.ID, c.State)
	}
}

// checkSeen checks that only a person acknowledges, once a round, and that it
// moves no deadline.
func (s *story) checkSeen(was, c *Case, events []Event) {
	news := c.AcknowledgedBy != was.AcknowledgedBy || !c.AcknowledgedAt.Equal(was.AcknowledgedAt)
	own := slices.IndexFunc(events, func(e Event) bool { return e.Case == c.ID })
	switch {
	case (c.AcknowledgedBy == "") != c.AcknowledgedAt.IsZero():
		s.Fatalf("case %s was acknowledged by %q at %s", c.ID, c.AcknowledgedBy, c.AcknowledgedAt)
	case c.AcknowledgedBy == "" && (c.Decision != nil || c.ClaimedBy != ""):
		s.Fatalf("somebody acts on case %s, and nobody has seen it", c.ID)
	case news && was.AcknowledgedBy != "" && c.Round == was.Round:
		s.Fatalf("round %d of case %s was acknowledged by %s and then by %s", c.Round, c.ID, was.AcknowledgedBy, c.AcknowledgedBy)
	case c.Round != was.Round && was.Round > 0 && c.AcknowledgedBy != "":
		s.Fatalf("round %d of case %s began acknowledged by %s", c.Round, c.ID, c.AcknowledgedBy)
	case news && c.AcknowledgedBy != "" && !events[own].Person:
		s.Fatalf("%s acknowledged case %s by %s", events[own].Actor, c.ID, events[own].Name)
	}
	if own >= 0 && events[own].Name == WasAcknowledged && (!c.WakeAt().Equal(was.WakeAt()) || c.State != was.State || !news) {
		s.Fatalf("to acknowledge case %s moved it from %s to %s, and its deadline from %s to %s", c.ID, was.State, c.State, was.WakeAt(), c.WakeAt())
	}
}

// checkNothingIsLost checks that a ticket that ever belonged to a case still does.
func (s *story) checkNothingIsLost() {
	held := map[string]bool{}
	for _, c := range s.cases {
		for _, t := range c.Tickets {
			held[t.Tenant+"/"+t.ID] = true
		}
	}
	for key := range s.linked {
		if !held[key] {
			s.Fatalf("ticket %s belongs to no case any more", key)
		}
	}
	s.linked = held
}

// check checks one case against what it was.
func (s *story) check(was, c *Case, events []Event) {
	byPerson := slices.ContainsFunc(events, func(e Event) bool { return e.Case == c.ID && e.Person && e.Actor != "" })
	decided := c.State == Approved || c.State == InProgress || c.State == Denied
	switch {
	case decided && (c.Decision == nil || c.Decision.By == ""):
		s.Fatalf("case %s is %s and nobody decided it", c.ID, c.State)
	case c.State.Undecided() && c.Decision != nil:
		s.Fatalf("case %s is %s though %s decided it", c.ID, c.State, c.Decision.By)
	case c.State != was.State && (c.State == Approved || c.State == Denied || c.State == InProgress) && !byPerson:
		s.Fatalf("case %s became %s without a person", c.ID, c.State)
	case was.State.Final() && c.State != was.State:
		s.Fatalf("case %s was %s and is %s", c.ID, was.State, c.State)
	case was.Decision != nil && c.Round == was.Round && !reflect.DeepEqual(was.Decision, c.Decision):
		s.Fatalf("the decision of case %s changed within round %d", c.ID, c.Round)
	case int(c.Round) < len(c.Past)+1 || len(c.Past) < len(was.Past):
		s.Fatalf("case %s is in round %d with %d past decisions", c.ID, c.Round, len(c.Past))
	case c.State == Closed && c.Live():
		s.Fatalf("case %s is closed while a condition holds", c.ID)
	}
}

// checkLinks checks that no ticket and no condition is in two open cases.
func (s *story) checkLinks() {
	seen := map[string]string{}
	for _, c := range s.cases {
		if c.State.Final() {
			continue
		}
		var keys []string
		for _, t := range c.Tickets {
			keys = append(keys, "ticket "+t.Tenant+"/"+t.ID)
		}
		for _, cond := range c.Conditions {
			keys = append(keys, "condition "+cond.ID)
		}
		for _, key := range keys {
			if other, twice := seen[key]; twice {
				s.Fatalf("%s is in %s and in %s", key, other, c.ID)
			}
			seen[key] = c.ID
		}
	}
}

// happen has one thing happen; it gives the error of a command that was refused.
func (s *story) happen(d die) error {
	tenant := pick(d, "acme", "other")
	reason := pick(d, policy.SSOUnavailable, policy.SiteOutage, policy.FTPDenied, policy.SecurityBreach, policy.StaleTicket1w)
	switch d.roll(5) {
	case 4:
		return s.arrange(d, tenant, reason)
	case 0:
		s.ticket(tenant, pick(d, "T-1", "T-2"), claims(reason), recommended(pick(d, Eligible, NeedInfo, Ineligible)),
			asks(pick(d, "note-1", "note-2", "")), status(pick(d, "OPEN", "OPEN", StatusResolved)),
			func(t *Ticket) {
				t.Withdrawn, t.MakesCase, t.CustomerActedAt = d.roll(4) == 0, d.roll(6) == 0, s.now()
			})
	case 1:
		scope := pick(d, tenant, Platform)
		s.condition(fmt.Sprintf("%s/%s/%d", scope, reason, d.roll(2)), scope, reason, subject(pick(d, "T-1", "T-2")),
			ended(pick(d, Raised, Raised, Cleared, ConditionExpired, ConditionWithdrawn)), counted(uint32(d.roll(300))))
	default:
		if len(s.cases) == 0 {
			return nil
		}
		c := s.cases[d.roll(len(s.cases))]
		by := pick(d, lena, omar, ann, cora, Person{})
		decided := c.Decision != nil && by.May(Leadership) && c.visible(by)
		commands := []func(*Case, Command) (Event, error){
			approve, deny, ask, eta, resolve, shut, reopen, claim, release, assign, tell, appeal, withdraw, seen,
			func(c *Case, cmd Command) (Event, error) {
				return c.AcknowledgeByLink(cmd, Link{ID: cmd.ID, Round: uint64(1 + d.roll(3)), To: "pager"})
			},
			func(c *Case, cmd Command) (Event, error) {
				s.minutes += d.roll(20) * 24 * 60
				return c.Wake(News{At: s.now(), Actor: "review", Cause: cmd.ID})
			},
		}
		what := d.roll(len(commands))
		err := s.person(by, c, commands[what])
		if what < 2 && decided && !errors.Is(err, ErrDecided) {
			s.Fatalf("the second decision on case %s got %v", c.ID, err)
		}
		return err
	}
	return nil
}

// arrange has somebody open, merge or split a case.
func (s *story) arrange(d die, tenant string, reason policy.ReasonID) error {
	by := pick(d, lena, omar, ann, Person{})
	if len(s.cases) == 0 || d.roll(6) == 0 {
		return s.plan(by, func(on *Desk, cmd Command) ([]Change, error) {
			return on.Open(cmd, Opening{Tenant: tenant, Reason: reason})
		})
	}
	c, other := s.cases[d.roll(len(s.cases))], s.cases[d.roll(len(s.cases))]
	if d.roll(2) == 0 {
		return s.plan(by, func(on *Desk, cmd Command) ([]Change, error) { return on.Merge(cmd, c.ID, other.ID) })
	}
	var part Part
	for _, t := range c.Tickets {
		if d.roll(2) == 0 {
			part.Tickets = append(part.Tickets, TicketID{t.Tenant, t.ID})
		}
	}
	for _, cond := range c.Conditions {
		if d.roll(2) == 0 {
			part.Conditions = append(part.Conditions, cond.ID)
		}
	}
	return s.plan(by, func(on *Desk, cmd Command) ([]Change, error) { return on.Split(cmd, c.ID, part) })
}

// copied is a copy that shares nothing, by the form in which cases are kept.
func copied(c *Case) (again Case) {
	body, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(body, &again)
	}
	if err != nil {
		panic(err)
	}
	return again
}
