package report

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func took(minutes int, verdict decide.Verdict, change ...func(*Decision)) Decision {
	d := Decision{
		Verdict: verdict, Recommended: decide.Eligible, Priority: policy.PriorityHigh, Reasons: []policy.ReasonID{policy.FTPDenied},
		Asked: true, Began: noon.Add(-time.Duration(minutes) * time.Minute), At: noon,
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

func TestAReportSaysOfHowMany(t *testing.T) {
	f := Facts{
		Decisions: []Decision{
			took(1, decide.Approve), took(5, decide.Approve), took(20, decide.Approve), took(60, decide.Deny),
			took(60*24*9, decide.Deny, func(d *Decision) { d.Priority, d.Asked = policy.PriorityCritical, false }),
			took(30, decide.Approve, func(d *Decision) {
				d.Recommended, d.Reasons = decide.Ineligible, []policy.ReasonID{policy.SiteOutage, "gone"}
			}),
		},
		Promises: decide.Accuracy{Given: 9, Kept: 3, Missed: 1, Moved: 2, Void: 1, Open: 2},
		Fired:    map[policy.ReasonID]int{policy.SiteOutage: 4},
		Weeks:    []Week{{From: Monday(noon), Conditions: 4, ByRequest: 2}},
	}
	for i, minutes := range []int{0, 1, 2, 8, 9} { // of the last one nobody knows
		f.Decisions[i].Seen = f.Decisions[i].Began.Add(time.Duration(minutes) * time.Minute)
	}
	r := Sum(noon.AddDate(0, 0, -14), noon, f, policy.Default())
	if r.Decisions.N != 6 || *r.Decisions.Median != 20*60 || *r.Decisions.P90 != 60*60*24*9 {
		t.Errorf("times %+v", r.Decisions)
	}
	want := []int{1, 1, 1, 1, 1, 0, 0, 0, 0, 1}
	for i, b := range r.Decisions.Bins {
		if b.N != want[i] {
			t.Errorf("bin %d holds %d, want %d", i, b.N, want[i])
		}
	}
	if s := r.Acknowledged; s.N != 5 || *s.Median != 2*60 || *s.P90 != 9*60 || s.Bins[0].N != 3 {
		t.Errorf("times until seen %+v", s)
	}
	if c := r.Priorities[0]; c.Priority != policy.PriorityCritical || c.N != 1 || c.Median != nil || c.P90 != nil {
		t.Errorf("one critical decision is enough for %+v", c)
	}
	if q := r.Requests; q.Decided != 5 || q.Invalid.N != 2 || *q.Invalid.Share != .4 || q.Denied.N != 1 || q.Ineligible.N != 1 {
		t.Errorf("requests %+v", q)
	}
	if e := r.ETA; e.Kept.Of != 4 || e.Kept.Share != nil || e.Moved.Of != 9 || e.Open != 2 {
		t.Errorf("ETAs %+v", e)
	}
	if n := len(r.Reasons); n != len(policy.ReasonIDs())+1 || r.Reasons[n-1].ID != "gone" {
		t.Errorf("%d reasons, the last is %s", n, r.Reasons[n-1].ID)
	}
	for _, s := range r.Reasons {
		if s.ID == policy.SiteOutage && (s.Fired != 4 || s.Approved.N != 1 || s.Approved.Share != nil) || s.ID == policy.FTPDenied && *s.Approved.Share != .6 {
			t.Errorf("reason %+v", s)
		}
	}
	if len(r.Weeks) != 3 || r.Weeks[2].Conditions != 4 || !r.Weeks[0].From.Equal(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("weeks %+v", r.Weeks)
	}
}

func TestSumsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f Facts
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			f.Decisions = append(f.Decisions, took(rapid.IntRange(-5, 20000).Draw(t, "minutes"), rapid.SampledFrom([]decide.Verdict{decide.Approve, decide.Deny}).Draw(t, "verdict"),
				func(d *Decision) {
					d.Priority = rapid.SampledFrom([]policy.Priority{policy.PriorityCritical, policy.PriorityHigh, policy.PriorityNormal}).Draw(t, "priority")
				}))
		}
		r := Sum(noon.AddDate(0, 0, -rapid.IntRange(1, 400).Draw(t, "days")), noon, f, policy.Default())
		n, binned := 0, 0
		for _, p := range r.Priorities {
			n += p.N
			for _, b := range p.Bins {
				binned += b.N
			}
		}
		if n != len(f.Decisions) || binned != n || r.Decisions.N != n || r.Requests.Denied.N+r.Approved.N != n {
			t.Fatalf("%d decisions, %d by priority, %d in bins", len(f.Decisions), n, binned)
		}
		if (r.Decisions.Median == nil) != (n < Enough) || n >= Enough && *r.Decisions.Median > *r.Decisions.P90 {
			t.Fatalf("the median is above the 90th percentile: %+v", r.Decisions)
		}
	})
}

type counted struct {
	n   int
	err error
}

func (c *counted) Facts(context.Context, time.Time, time.Time) (Facts, error) {
	c.n++
	return Facts{}, c.err
}

func TestAReportIsCountedOnceAMinute(t *testing.T) {
	src := &counted{}
	d := &Desk{Source: src, Policy: policy.Default()}
	for _, step := range []struct {
		at   time.Duration
		back time.Duration
		want int
	}{{0, time.Hour, 1}, {59 * time.Second, time.Hour, 1}, {59 * time.Second, 2 * time.Hour, 2}, {time.Minute, time.Hour, 3}, {-time.Hour, time.Hour, 4}} {
		if _, err := d.Report(t.Context(), noon.Add(step.at), step.back); err != nil || src.n != step.want {
			t.Errorf("after %s: counted %d times, want %d (%v)", step.at, src.n, step.want, err)
		}
	}
	src.err = errors.New("away")
	if _, err := d.Report(t.Context(), noon.Add(time.Hour), time.Hour); !errors.Is(err, src.err) {
		t.Errorf("the ledger is away: %v", err)
	}
}

func TestAPeriodIsSaidInDaysOrHours(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 720 * time.Hour, "7d": 168 * time.Hour, "72h": 72 * time.Hour, "25h30m": 25 * time.Hour, "400d": 9600 * time.Hour,
		"1h": 0, "401d": 0, "d": 0, "-7d": 0, "999999999999d": 0, "week": 0,
	} {
		if got, err := Period(text); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %s, %v, want %s", text, got, err, want)
		}
	}
}
