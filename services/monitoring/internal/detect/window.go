package detect

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
)

// A rule says how one policy reason is found. It holds no state.
type rule struct {
	reason string
	// kinds are those that it may read; nil: any.
	kinds []Kind
	// reads reports whether the rule reads the signal for the tenant's scope or
	// for the platform's; nil: it reads all of its kinds for both.
	reads func(s *Signal, platform bool) bool
	// subject names what a signal is about where a rule raises one condition for
	// each (a component, a provider, …); nil: one condition for the whole scope.
	subject func(s *Signal) string
	// timely: signals older than the lateness are too late. Otherwise the
	// window decides.
	timely bool
	// line: it has a clearing line and ends when the count falls to it, whatever
	// was heard. Otherwise it ends on a success, or expires.
	line bool
	// hears: it goes by the conditions of other rules, and is weighed when those
	// of the same step have been.
	hears bool
	// expire is how long after the last relevant signal a condition expires.
	expire time.Duration
	// figures say, by measure, what the value is a number of; a rule without is
	// shown without a unit.
	figures []figure
	// remember is how long past its event time a signal's id is remembered;
	// zero: not at all. It is asked only of signals that the rule reads.
	remember func(s *Signal) time.Duration
	// open makes the window of one scope.
	open func(h house, platform bool) window
}

// A house is what all windows of an engine share.
type house struct {
	names *names
	marks *marks
	rules *policy.Rules
	news  *news // which conditions may block launches
}

// rulesOf lists the rules there are, in the order of the policy.
func rulesOf(r *policy.Rules) []rule {
	return []rule{
		authFailures(r),
		ssoUnavailable(r),
		reportsFailing(r),
		uploadsFailing(r),
		ftpDenied(r),
		siteOutage(r),
		lxpUnavailable(r),
		careerMobilityUnavailable(r),
		insightsUnavailable(r),
		coreFunctionDown(r),
		contentMissing(r),
		completionsMissing(r),
		profileDiscrepancy(r),
		securityBreach(r),
		launchBlocked(r),
		staleTicket(r),
	}
}

// A window holds what one rule counts in one scope.
type window interface {
	// take reads a signal of the scope.
	take(in *input) fate
	// weigh lets time pass to now and says how things stand then.
	weigh(now int64) weight
	witness
	coded
}

// A calm window can say cheaply that nothing holds in it, whatever else weigh
// would find, and that time alone does not change that. As long as it is so and
// nothing is raised, the engine does not weigh it.
type calm interface {
	window
	calm() bool
	// counts is how much is counted, or somewhat more.
	counts() int
	// sweep lets go of what has left the window, or of most of it, and says when
	// to do so again.
	sweep(now int64) int64
}

// A dated window finds only when it is asked, at a raise, the latest deadline
// after an instant without which it would not hold; longAgo if there is none.
type dated interface {
	heldSince(at int64) int64
}

// A witness can say what was counted.
type witness interface {
	// evidence describes what the measure counts, with the last signals up to an
	// instant. It may be asked after weigh only.
	evidence(measure uint8, upTo int64) evidence
	// keep remembers the set counted now, at a raise, until drop: signals read later
	// with an event time of at the latest `at` change that set too.
	keep(at, now int64)
	drop()
}

// coded state goes into a snapshot and comes out of it by the same lines.
type coded interface {
	code(c *coder)
}

// A weight is how a rule stands in a scope at one instant.
type weight struct {
	holds   bool       // the raising line is crossed
	lasts   bool       // a condition that is raised still holds
	refuted bool       // the kept set no longer crosses the raising line
	measure uint8      // by which the rule holds, or would first
	counts  int        // how much is counted: another number is news
	success int64      // event time of the last success
	heard   int64      // event time of the last relevant signal
	since   int64      // the latest deadline that the rule holds by, longAgo if none
	ending  ChangeKind // how a condition ends as soon as it does not last; 0: by success and expiry
	gone    bool       // nothing is left to say before another signal comes: the window may be forgotten
	next    int64      // when time alone may change any of this; later than now
}

// evidence is what a measure counts.
type evidence struct {
	value     int
	threshold int
	window    time.Duration
	tenants   int
	people    int
	first     int64 // event time of the first signal counted, never if none
	last      int64 // and of the last, longAgo if none
	samples   []sample
}

// A sample is one counted signal.
type sample struct {
	at   int64
	mark mark
}

// newest keeps the last few of the samples it is given, oldest first.
type newest struct {
	limit int
	list  []sample
}

// wants reports whether a sample of that time may be among the last.
func (n *newest) wants(at int64) bool {
	return len(n.list) < n.limit || n.limit > 0 && at >= n.list[0].at
}

func (n *newest) add(names *names, s sample) {
	order := func(a, b sample) int {
		if a.at != b.at {
			if a.at < b.at {
				return -1
			}
			return 1
		}
		return names.compareMarks(a.mark, b.mark)
	}
	if len(n.list) >= n.limit && (n.limit <= 0 || order(s, n.list[0]) <= 0) {
		return
	}
	i, found := slices.BinarySearchFunc(n.list, s, order)
	if found {
		return
	}
	n.list = slices.Insert(n.list, i, s)
	if len(n.list) > n.limit {
		n.list = slices.Delete(n.list, 0, 1)
	}
}

// count adds one counted signal to the evidence.
func (ev *evidence) count(at int64) {
	ev.first = min(ev.first, at)
	ev.last = max(ev.last, at)
}

func (n *newest) code(c *coder) { codeSamples(c, &n.list) }

func codeSamples(c *coder, list *[]sample) {
	l := c.length(len(*list))
	if c.reading {
		*list = make([]sample, l)
	}
	for i := range *list {
		c.int(&(*list)[i].at)
		c.mark(&(*list)[i].mark)
	}
}
