package console

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/who"
)

// A digest is a report as a page shows it.
type digest struct {
	L          lang
	Periods    []option
	From       *moment
	Empty      bool
	Tiles      []tile
	Times      bars
	Priorities []timing
	Reasons    []reasonLine
	ETA        []slice
	ETAs       string // of how many
	Requests   []figure
	Weeks      bars
	WeekRows   []weekRow
}

// A tile is a number that people look at first, and of how many it is.
type tile struct{ Name, Value, Of string }

// A timing is how long decisions of one priority took.
type timing struct {
	ID, Name, N, Median, P90 string
	Times                    bars
}

// A reasonLine is a reason of the report. Bars are in percent.
type reasonLine struct {
	Title, Fired, Share, Of string
	Bar, Approved           int
	Few                     bool
}

// A figure is a share with its numbers.
type figure struct{ Name, Share, Of string }

// A slice is a part of a bar in percent of its width.
type slice struct{ Kind, Name, N, X, W string }

// A weekRow is a week as the table has it.
type weekRow struct{ From, Conditions, ByCondition, ByRequest, ByHand string }

// periods are the days of which the page offers reports.
func periods() []int { return []int{7, 30, 90, 365} }

func (c *Console) reportsPage(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "reports")
	p.Kind = ""
	if c.Reports == nil || !who.Of(r.Context()).SeesAll() {
		c.notFor(w, p, p.L.say("reports.walled"))
		return
	}
	back, err := report.Period(r.URL.Query().Get("since"))
	if err != nil {
		back, _ = report.Period("")
	}
	made, err := c.Reports.Report(r.Context(), c.Now(), back)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	p.Title, p.Body = p.L.say("reports.title"), c.digestOf(p.L, &made, back)
	c.write(w, http.StatusOK, "reports.html", p)
}

func (c *Console) digestOf(l lang, r *report.Report, back time.Duration) *digest {
	d := &digest{L: l, From: l.moment(r.Since, r.Until)}
	for _, days := range periods() {
		d.Periods = append(d.Periods, option{strconv.Itoa(days) + "d", l.say("reports.days", l.Number(days)), back == time.Duration(days)*24*time.Hour})
	}
	d.Tiles = []tile{
		{l.say("reports.median"), l.took(r.Decisions.Median), l.of(r.Decisions.N)},
		{l.say("reports.p90"), l.took(r.Decisions.P90), l.of(r.Decisions.N)},
		{l.say("reports.seen"), l.took(r.Acknowledged.Median), l.of(r.Acknowledged.N)},
		{l.say("reports.seen90"), l.took(r.Acknowledged.P90), l.of(r.Acknowledged.N)},
		{l.say("reports.approved"), l.share(r.Approved), l.of(r.Approved.Of)},
		{l.say("reports.kept"), l.share(r.ETA.Kept), l.of(r.ETA.Kept.Of)},
		{l.say("reports.invalid"), l.share(r.Requests.Invalid), l.of(r.Requests.Invalid.Of)},
	}
	d.Times = timeBars(l, &r.Decisions)
	for i := range r.Priorities {
		t := &r.Priorities[i]
		d.Priorities = append(d.Priorities, timing{string(t.Priority), l.Word("priority", t.Priority), l.Number(t.N), l.took(t.Median), l.took(t.P90), timeBars(l, t)})
	}
	c.reasonLines(d, r)
	d.etas(&r.ETA)
	for _, f := range []struct {
		key  string
		rate report.Rate
	}{{"reports.invalid", r.Requests.Invalid}, {"reports.denied", r.Requests.Denied}, {"reports.ineligible", r.Requests.Ineligible}} {
		d.Requests = append(d.Requests, figure{l.say(f.key), l.share(f.rate), l.say("reports.nof", l.Number(f.rate.N), l.Number(f.rate.Of))})
	}
	d.weeks(r.Weeks)
	d.Empty = r.Decisions.N == 0 && r.ETA.Given == 0 && d.Weeks.Most == 0
	return d
}

// reasonLines are the reasons that fired or were decided on, in the policy's order.
func (c *Console) reasonLines(d *digest, r *report.Report) {
	most := 1
	for i := range r.Reasons {
		most = max(most, r.Reasons[i].Fired)
	}
	for i := range r.Reasons {
		s := &r.Reasons[i]
		if s.Fired+s.Approved.Of == 0 {
			continue
		}
		line := reasonLine{
			Title: c.Policy.Title(s.ID, string(d.L)), Fired: d.L.Number(s.Fired), Bar: s.Fired * 100 / most, Share: d.L.share(s.Approved),
			Of: d.L.say("reports.nof", d.L.Number(s.Approved.N), d.L.Number(s.Approved.Of)), Few: s.Approved.Share == nil,
		}
		if !line.Few {
			line.Approved = int(*s.Approved.Share*100 + .5)
		}
		d.Reasons = append(d.Reasons, line)
	}
}

// etas are the parts of the promises that were given.
func (d *digest) etas(e *report.ETA) {
	d.ETAs = d.L.say("reports.given", d.L.Number(e.Given))
	x := 0.0
	for _, part := range []struct {
		kind string
		n    int
	}{{"kept", e.Kept.N}, {"missed", e.Missed.N}, {"moved", e.Moved.N}, {"void", e.Void}, {"open", e.Open}} {
		wide := float64(part.n) * 100 / float64(max(e.Given, 1))
		d.ETA = append(d.ETA, slice{part.kind, d.L.say("reports.eta." + part.kind), d.L.Number(part.n), tenth(x), tenth(wide)})
		x += wide
	}
}

func (d *digest) weeks(all []report.Week) {
	d.Weeks = bars{Title: d.L.say("reports.weeks")}
	for _, w := range all {
		day := dayOf(d.L, w.From)
		d.Weeks.add(day, w.Conditions, d.L.say("reports.week", day, d.L.Number(w.Conditions)))
		d.WeekRows = append(d.WeekRows, weekRow{day, d.L.Number(w.Conditions), d.L.Number(w.ByCondition), d.L.Number(w.ByRequest), d.L.Number(w.ByHand)})
	}
	d.Weeks.lay()
}

// timeBars are how many decisions took how long.
func timeBars(l lang, t *report.Times) bars {
	b := bars{Title: l.say("reports.times")}
	for i, bin := range t.Bins {
		label := l.say("reports.under", l.brief(bin.UpTo))
		if bin.UpTo == 0 {
			label = l.say("reports.over", l.brief(t.Bins[i-1].UpTo))
		}
		b.add(label, bin.N, fmt.Sprintf("%s: %s", label, l.Number(bin.N)))
	}
	b.lay()
	return b
}

// brief writes seconds as one number and a unit.
func (l lang) brief(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d %s", int(d.Minutes()), l.say("unit.minute"))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d %s", int(d.Hours()), l.say("unit.hour"))
	}
	return fmt.Sprintf("%d %s", int(d.Hours()/24), l.say("unit.day"))
}

// took is a duration in seconds, or that there are too few to say.
func (l lang) took(seconds *int64) string {
	if seconds == nil {
		return l.say("reports.few")
	}
	return l.span(time.Duration(*seconds) * time.Second)
}

// share is a share in percent, or that there are too few to say.
func (l lang) share(r report.Rate) string {
	if r.Share == nil {
		return l.say("reports.few")
	}
	return fmt.Sprintf("%d %%", int(*r.Share*100+.5))
}

// of says of how many a number is.
func (l lang) of(n int) string { return l.say("reports.n", l.Number(n)) }

// tenth writes a length of a picture.
func tenth(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
