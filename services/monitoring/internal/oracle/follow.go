package oracle

import (
	"maps"
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// A moment is what is known at one instant: the signals read by then that the
// rule reads in the scope, in the order of the replay.
type moment struct {
	now  time.Time
	seen []detect.Signal
}

// at is the same knowledge, asked about an earlier instant.
func (m moment) at(t time.Time) moment {
	return moment{t, keep(m.seen, func(s detect.Signal) bool { return !s.At.After(t) })}
}

// by is the signal of this instant that was read last, or nothing.
func (m moment) by() string {
	if len(m.seen) == 0 || m.seen[len(m.seen)-1].At.Before(m.now) {
		return ""
	}
	return identity(m.seen[len(m.seen)-1])
}

// within are the signals of the window (now − w, now].
func (m moment) within(w time.Duration) []detect.Signal {
	return keep(m.seen, func(s detect.Signal) bool { return s.At.After(m.now.Add(-w)) && !s.At.After(m.now) })
}

// succeededAfter says whether one of the signals speaks for recovery after t.
func succeededAfter(t time.Time, signals []detect.Signal) bool {
	return slices.ContainsFunc(signals, func(s detect.Signal) bool { return success(s) && s.At.After(t) })
}

// howEnded says how a condition that does not hold any more ends: cleared by a
// success after the raise, else expired when too long nothing was heard.
func howEnded(m moment, raisedAt time.Time, expire time.Duration) detect.ChangeKind {
	if succeededAfter(raisedAt, m.seen) {
		return detect.Cleared
	}
	if last := m.seen[len(m.seen)-1].At; !m.now.Before(last.Add(expire)) {
		return detect.Expired
	}
	return 0
}

// latest is the latest word among the signals, if there is one.
func latest(signals []detect.Signal) (detect.Signal, bool) {
	all := latestOf(signals, func(detect.Signal) struct{} { return struct{}{} })
	if len(all) == 0 {
		return detect.Signal{}, false
	}
	return all[0], true
}

// latestOf gives the latest word on each thing that the signals speak of.
func latestOf[thing comparable](signals []detect.Signal, of func(detect.Signal) thing) []detect.Signal {
	last := map[thing]detect.Signal{}
	for _, s := range signals {
		if before, ok := last[of(s)]; !ok || outranks(s, before) {
			last[of(s)] = s
		}
	}
	return slices.Collect(maps.Values(last))
}

// A rule is one policy rule in one scope. It answers from nothing but what is known.
type rule interface {
	judge
	reader
}

// A judge says whether and how a condition holds.
type judge interface {
	// raises says in which of its ways the raising line is passed now, the
	// first way being 1, or 0.
	raises(moment) int
	// ends says whether a raised condition still holds, and, where it does not,
	// how one that was raised at an instant ends now, or 0.
	ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind)
	// counts gives the numbers and the evidence of now, by one of the ways.
	counts(m moment, way int) detect.Change
}

// A reader says what a rule reads and when its answer may change by itself.
type reader interface {
	reads(detect.Signal) bool
	deadlines([]detect.Signal) []time.Time
}

// A scopedRule is a rule with the names of its condition.
type scopedRule struct {
	reason, scope, subject string
	rule                   rule
}

// A condition is what has been stated and what is held back.
//
//	quiet ──raised──▶ raised ──ended──▶ quiet
//	raised ──fourth raise──▶ flapping ──calm long enough──▶ quiet
type condition struct {
	scopedRule
	flapping policy.Flapping

	raised   bool      // between a raise and an end, stated or not
	way      int       // in which way the last raise came
	raisedAt time.Time // the last raise, stated or not
	raises   []time.Time

	held     bool              // flapping was stated and its end was not
	calm     bool              // while held: it does not hold
	calmFrom time.Time         // since when
	heldEnd  detect.ChangeKind // while held and not raised: how it ended

	out []stated
}

// A stated change, and which signal brought it: its identity, or nothing where
// a deadline did.
type stated struct {
	detect.Change
	by string
}

func (s stated) kind() detect.ChangeKind { return s.Change.Change }

// follow lives through one condition: at every instant first the deadline,
// then each signal of that instant.
func follow(r scopedRule, flapping policy.Flapping, signals []detect.Signal, end time.Time) []stated {
	c := &condition{scopedRule: r, flapping: flapping}
	instants := r.rule.deadlines(signals)
	for _, s := range signals {
		instants = append(instants, s.At)
	}
	read := 0
	for len(instants) > 0 {
		now := slices.MinFunc(instants, time.Time.Compare)
		instants = slices.DeleteFunc(instants, now.Equal)
		if now.After(end) {
			break
		}
		c.look(moment{now, signals[:read]})
		for read < len(signals) && signals[read].At.Equal(now) {
			read++
			c.refute(moment{now, signals[:read]})
			c.look(moment{now, signals[:read]})
		}
		if c.calm && c.calmFrom.Equal(now) {
			instants = append(instants, now.Add(flapping.Calm))
		}
	}
	return c.out
}

// refute ends a condition as withdrawn when a signal that is no later than the
// raise leaves what was counted at the raise short of the raising line.
func (c *condition) refute(m moment) {
	read := m.seen[len(m.seen)-1]
	if c.raised && !read.At.After(c.raisedAt) && c.rule.raises(m.at(c.raisedAt)) == 0 {
		c.end(m, detect.Withdrawn)
	}
}

// look asks the rule at one moment. What holds again at the very instant at
// which the calm would be long enough breaks it, unless a signal brings it.
func (c *condition) look(m moment) {
	holds := false
	if c.raised {
		var how detect.ChangeKind
		if holds, how = c.rule.ends(m, c.raisedAt); how != 0 {
			c.end(m, how)
		}
	}
	if way := c.rule.raises(m); !c.raised && way != 0 {
		holds = true
		c.raise(m, way)
	}
	if holds || !c.held {
		c.calm = false
	} else if !c.calm {
		c.calm, c.calmFrom = true, m.now
	}
	if c.calm && !c.raised && !m.now.Before(c.calmFrom.Add(c.flapping.Calm)) {
		c.state(m, c.heldEnd)
		c.held, c.calm, c.heldEnd = false, false, 0
	}
}

func (c *condition) raise(m moment, way int) {
	c.raised, c.raisedAt, c.way = true, m.now, way
	if c.held {
		return
	}
	c.state(m, detect.Raised)
	c.raises = append(c.raises, m.now)
	recent := 0
	for _, at := range c.raises {
		if at.After(m.now.Add(-c.flapping.Within)) {
			recent++
		}
	}
	if recent >= c.flapping.Raises {
		c.held = true
		c.state(m, detect.FlappingHeld)
	}
}

// end ends the condition, or holds the end back. A raise that was not stated
// and is withdrawn never was: the end before it stands.
func (c *condition) end(m moment, how detect.ChangeKind) {
	c.raised = false
	switch {
	case !c.held:
		c.state(m, how)
	case how != detect.Withdrawn || c.heldEnd == 0:
		c.heldEnd = how
	}
}

func (c *condition) state(m moment, how detect.ChangeKind) {
	change := c.rule.counts(m, c.way)
	change.At, change.Change, change.Reason, change.Scope, change.Subject = m.now, how, c.reason, c.scope, c.subject
	c.out = append(c.out, stated{change, m.by()})
}

// fill sets what was counted, oldest first.
func fill(change detect.Change, counted []detect.Signal) detect.Change {
	slices.SortFunc(counted, compareInReplay)
	tenants, people := map[string]bool{}, map[person]bool{}
	for _, s := range counted {
		if s.Tenant != "" {
			tenants[s.Tenant] = true
		}
		if s.Kind == detect.KindAuthAttempt {
			people[personOf(s)] = true
		}
		change.Evidence = append(change.Evidence, s.Source+"/"+s.ID)
	}
	if len(counted) > 0 {
		change.FirstAt = counted[0].At
	}
	change.Tenants, change.People = len(tenants), len(people)
	return change
}

// after are the instants that lie each of the durations after each of the times.
func after(times []time.Time, durations ...time.Duration) []time.Time {
	var all []time.Time
	for _, t := range times {
		for _, d := range durations {
			all = append(all, t.Add(d))
		}
	}
	return all
}

func timesOf(signals []detect.Signal) []time.Time {
	var all []time.Time
	for _, s := range signals {
		all = append(all, s.At)
	}
	return all
}
