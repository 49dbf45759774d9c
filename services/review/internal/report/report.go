// Package report sums up how leadership decides: how fast, what of each reason
// is approved, whether ETAs hold, how many requests were not valid, and what
// conditions were raised.
//
//	decisions, promises, openings of a period ── Sum ──→ Report
//
// It promises:
//   - Every number says of how many (n), and the report of which period.
//   - Of fewer than Enough there is no share, no median and no 90th percentile:
//     too few to say.
//   - The same facts give the same report, in the same order.
//
// It is pure but for Desk, which remembers a report for a minute. It says
// nothing of single people or tenants. Where the facts come from is the ledger's.
package report

import (
	"slices"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// Enough is of how many a share or a median is said.
const Enough = 5

// A Decision is one decided round of a case.
type Decision struct {
	Verdict decide.Verdict
	// Recommended is what was recommended then; empty where that was not kept.
	Recommended decide.Recommendation
	Priority    policy.Priority
	Reasons     []policy.ReasonID
	// Asked says that a ticket asked for it.
	Asked bool
	// Began is when the round did; At, when it was decided; Seen, when somebody first
	// had seen it, and zero where that was not kept.
	Began, At, Seen time.Time
}

// A Week is what was raised and opened in seven days from a Monday, in UTC.
type Week struct {
	From time.Time `json:"from"`
	// Conditions were raised in it and joined or opened a case.
	Conditions int `json:"conditions"`
	// ByCondition, ByRequest and ByHand are the cases that were opened in it.
	ByCondition int `json:"cases_by_condition"`
	ByRequest   int `json:"cases_by_request"`
	ByHand      int `json:"cases_by_hand"`
}

// Facts are what a report is made of, all of one period.
type Facts struct {
	Decisions []Decision
	// Promises are the ETAs that were given.
	Promises decide.Accuracy
	// Fired is how many conditions of each reason were raised.
	Fired map[policy.ReasonID]int
	// Weeks are those in which something was, in any order.
	Weeks []Week
}

// A Rate is how many of how many.
type Rate struct {
	N  int `json:"n"`
	Of int `json:"of"`
	// Share is from 0 to 1; nil where there are too few to say.
	Share *float64 `json:"share"`
}

func rate(n, of int) Rate {
	r := Rate{N: n, Of: of}
	if of >= Enough {
		r.Share = new(float64(n) / float64(of))
	}
	return r
}

// Times are how long something took, from the beginning of the round: a decision, or
// until somebody had seen it.
type Times struct {
	// Priority is that of the cases; empty is all.
	Priority policy.Priority `json:"priority,omitempty"`
	N        int             `json:"n"`
	// Median and P90 are in seconds; nil where there are too few to say.
	Median *int64 `json:"median_seconds"`
	P90    *int64 `json:"p90_seconds"`
	// Bins are how many took how long.
	Bins []Bin `json:"bins"`
}

// A Bin counts what took less than UpTo and not less than the bin before.
type Bin struct {
	// UpTo is in seconds; 0 is without an end.
	UpTo int64 `json:"up_to_seconds,omitempty"`
	N    int   `json:"n"`
}

// A Reason is how often a reason stood, and what became of it.
type Reason struct {
	ID policy.ReasonID `json:"reason"`
	// Fired is how many conditions of it were raised.
	Fired    int  `json:"fired"`
	Approved Rate `json:"approved"`
}

// An ETA is how promises turned out. Kept is of those that were kept or missed;
// Moved of all.
type ETA struct {
	Given  int  `json:"given"`
	Kept   Rate `json:"kept"`
	Missed Rate `json:"missed"`
	Moved  Rate `json:"moved"`
	Void   int  `json:"void"`
	Open   int  `json:"open"`
}

// Requests are the decisions on cases that somebody asked for. Invalid were
// denied, or recommended as ineligible.
type Requests struct {
	Decided    int  `json:"decided"`
	Invalid    Rate `json:"invalid"`
	Denied     Rate `json:"denied"`
	Ineligible Rate `json:"ineligible"`
}

// A Report is how leadership decided in a period.
type Report struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	// Decisions are the times of all, Priorities of each priority, the most urgent first.
	Decisions  Times   `json:"decisions"`
	Priorities []Times `json:"by_priority"`
	// Acknowledged are the times until somebody had seen what then was decided.
	Acknowledged Times    `json:"acknowledged"`
	Approved     Rate     `json:"approved"`
	Reasons      []Reason `json:"reasons"`
	ETA          ETA      `json:"eta"`
	Requests     Requests `json:"requests"`
	// Weeks are all of the period, oldest first; the first and the last are whole
	// weeks of which only the part within the period is counted.
	Weeks []Week `json:"weeks"`
}

// edges end the bins of times.
func edges() []time.Duration {
	return []time.Duration{
		5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
		4 * time.Hour, 8 * time.Hour, 24 * time.Hour, 72 * time.Hour,
	}
}

// Sum sums up the facts of a period. Reasons are in the policy's order, then
// those that it does not have any more.
func Sum(since, until time.Time, f Facts, p *policy.Policy) Report {
	r := Report{Since: since, Until: until, Priorities: []Times{}, Weeks: weeks(since, until, f.Weeks)}
	r.Decisions = times("", f.Decisions, (*Decision).took)
	r.Acknowledged = times("", f.Decisions, (*Decision).seen)
	for _, priority := range []policy.Priority{policy.PriorityCritical, policy.PriorityHigh, policy.PriorityNormal} {
		r.Priorities = append(r.Priorities, times(priority, f.Decisions, (*Decision).took))
	}
	approved := 0
	for _, d := range f.Decisions {
		if d.Verdict == decide.Approve {
			approved++
		}
	}
	r.Approved = rate(approved, len(f.Decisions))
	r.Reasons = reasons(f, p)
	r.ETA = etas(f.Promises)
	r.Requests = requests(f.Decisions)
	return r
}

// took is how long the decision did.
func (d *Decision) took() (time.Duration, bool) { return d.At.Sub(d.Began), true }

// seen is how long it was until somebody had seen it; false where nobody knows.
func (d *Decision) seen() (time.Duration, bool) { return d.Seen.Sub(d.Began), !d.Seen.IsZero() }

// times are how long it was in the decisions of a priority; empty is any.
func times(priority policy.Priority, all []Decision, until func(*Decision) (time.Duration, bool)) Times {
	t := Times{Priority: priority, Bins: make([]Bin, len(edges())+1)}
	for i, e := range edges() {
		t.Bins[i].UpTo = int64(e / time.Second)
	}
	var took []time.Duration
	for i := range all {
		if d, known := until(&all[i]); known && (priority == "" || all[i].Priority == priority) {
			took = append(took, max(0, d))
		}
	}
	slices.Sort(took)
	for _, d := range took {
		i, _ := slices.BinarySearchFunc(edges(), d, func(e, d time.Duration) int {
			if e <= d {
				return -1
			}
			return 1
		})
		t.Bins[i].N++
	}
	if t.N = len(took); t.N >= Enough {
		t.Median, t.P90 = new(rank(took, 50)), new(rank(took, 90))
	}
	return t
}

// rank is the nearest-rank percentile of sorted times, in seconds.
func rank(sorted []time.Duration, percent int) int64 {
	i := (len(sorted)*percent + 99) / 100
	return int64(sorted[max(i, 1)-1] / time.Second)
}

func reasons(f Facts, p *policy.Policy) []Reason {
	decided, approved := map[policy.ReasonID]int{}, map[policy.ReasonID]int{}
	for _, d := range f.Decisions {
		for _, r := range d.Reasons {
			decided[r]++
			if d.Verdict == decide.Approve {
				approved[r]++
			}
		}
	}
	ids := p.ReasonIDs()
	var others []policy.ReasonID
	for _, of := range []map[policy.ReasonID]int{decided, f.Fired} {
		for id := range of {
			if !slices.Contains(ids, id) && !slices.Contains(others, id) {
				others = append(others, id)
			}
		}
	}
	slices.Sort(others)
	all := []Reason{}
	for _, id := range append(ids, others...) {
		all = append(all, Reason{id, f.Fired[id], rate(approved[id], decided[id])})
	}
	return all
}

func etas(a decide.Accuracy) ETA {
	return ETA{
		Given: a.Given, Kept: rate(a.Kept, a.Kept+a.Missed), Missed: rate(a.Missed, a.Kept+a.Missed), Moved: rate(a.Moved, a.Given),
		Void: a.Void, Open: a.Open,
	}
}

func requests(all []Decision) Requests {
	asked, denied, ineligible, invalid, known := 0, 0, 0, 0, 0
	for _, d := range all {
		if !d.Asked {
			continue
		}
		asked++
		no, wrong := d.Verdict == decide.Deny, d.Recommended == decide.Ineligible
		if no {
			denied++
		}
		if d.Recommended != "" {
			known++
		}
		if wrong {
			ineligible++
		}
		if no || wrong {
			invalid++
		}
	}
	return Requests{asked, rate(invalid, asked), rate(denied, asked), rate(ineligible, known)}
}

// Monday is when the week of a time began, in UTC.
func Monday(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
}

// weeks are all of the period, also those in which nothing was.
func weeks(since, until time.Time, some []Week) []Week {
	all := []Week{}
	for monday := Monday(since); monday.Before(until); monday = monday.AddDate(0, 0, 7) {
		w := Week{From: monday}
		for _, s := range some {
			if s.From.Equal(monday) {
				w = s
			}
		}
		all = append(all, w)
	}
	return all
}
