package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"
	"time"
)

type reportCmd struct {
	serverFlag
	formatFlag
	Since string `default:"30d" help:"How far back, from 1d to 400d: 30d, 72h."`
}

func (reportCmd) Help() string {
	return `Examples:
  tocsin report
  tocsin report --since 7d --output json | jq .eta

Of fewer than five there is no share and no median: too few to say.`
}

// A share is how many of how many.
type share struct {
	N, Of int
	Share *float64
}

func (s share) String() string {
	if s.Share == nil {
		return fmt.Sprintf("%d of %d (too few)", s.N, s.Of)
	}
	return fmt.Sprintf("%d of %d (%.0f %%)", s.N, s.Of, *s.Share*100)
}

// times are how long decisions took.
type times struct {
	Priority string
	N        int
	Median   *int64 `json:"median_seconds"`
	P90      *int64 `json:"p90_seconds"`
}

// inTime is a duration as reports show it.
func inTime(seconds *int64) string {
	if seconds == nil {
		return "too few"
	}
	return (time.Duration(*seconds) * time.Second).Round(time.Minute).String()
}

// A summary is a report as the API has it.
type summary struct {
	Since, Until time.Time
	Decisions    times
	Priorities   []times `json:"by_priority"`
	Acknowledged times
	Approved     share
	Reasons      []struct {
		Reason   string
		Fired    int
		Approved share
	}
	ETA struct {
		Given               int
		Kept, Missed, Moved share
		Void, Open          int
	}
	Requests struct {
		Decided                     int
		Invalid, Denied, Ineligible share
	}
	Weeks []struct {
		From        time.Time
		Conditions  int
		ByCondition int `json:"cases_by_condition"`
		ByRequest   int `json:"cases_by_request"`
		ByHand      int `json:"cases_by_hand"`
	}
}

// Run is `tocsin report`.
func (c *reportCmd) Run(s *streams) error {
	data, err := c.call(s.ctx, request{method: http.MethodGet, path: "/v1/reports?" + url.Values{"since": {c.Since}}.Encode()})
	if err != nil {
		return err
	}
	if c.json() {
		return printJSON(s.out, data)
	}
	var r summary
	if err := readJSON(data, &r); err != nil {
		return err
	}
	return r.print(s.out)
}

// print writes the report for people.
func (r *summary) print(out io.Writer) error {
	fmt.Fprintf(out, "From %s until %s\n\n", onClock(r.Since), onClock(r.Until))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TIME TO DECISION\tN\tMEDIAN\tP90")
	for _, t := range append([]times{r.Decisions}, r.Priorities...) {
		name := t.Priority
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", name, t.N, inTime(t.Median), inTime(t.P90))
	}
	fmt.Fprintf(w, "\nTIME UNTIL SEEN\tN\tMEDIAN\tP90\nall\t%d\t%s\t%s\n", r.Acknowledged.N, inTime(r.Acknowledged.Median), inTime(r.Acknowledged.P90))
	fmt.Fprintln(w, "\nREASON\tFIRED\tAPPROVED")
	for _, reason := range r.Reasons {
		if reason.Fired+reason.Approved.Of > 0 {
			fmt.Fprintf(w, "%s\t%d\t%s\n", reason.Reason, reason.Fired, reason.Approved)
		}
	}
	fmt.Fprintf(w, "all\t\t%s\n", r.Approved)
	fmt.Fprintf(w, "\nETAS\tkept\t%s\n\tmissed\t%s\n\tmoved\t%s\n\tstill open\t%d\n", r.ETA.Kept, r.ETA.Missed, r.ETA.Moved, r.ETA.Open)
	fmt.Fprintf(w, "\nREQUESTS\tinvalid\t%s\n\tdenied\t%s\n\tineligible\t%s\n", r.Requests.Invalid, r.Requests.Denied, r.Requests.Ineligible)
	fmt.Fprintln(w, "\nWEEK FROM\tCONDITIONS\tCASES BY CONDITION\tBY REQUEST\tBY HAND")
	for _, week := range r.Weeks {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", week.From.Format(time.DateOnly), week.Conditions, week.ByCondition, week.ByRequest, week.ByHand)
	}
	return w.Flush()
}
