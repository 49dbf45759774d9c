package detect

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestBadSignalsAreReportedAndStopNothing reads what a broken or hostile
// producer may send, each with a good signal after it.
func TestBadSignalsAreReportedAndStopNothing(t *testing.T) {
	good := attemptOf("u", MethodSSO, FailureTimeout)
	with := func(change func(*Signal)) Signal {
		s := good
		s.Source, s.ID, s.Tenant, s.At = "m", "bad", "acme", nine
		change(&s)
		return s
	}
	for _, c := range []struct {
		name   string
		signal Signal
		want   RefusalReason // 0: it is taken, or read by no rule
	}{
		{"a kind that nobody knows", with(func(s *Signal) { s.Kind = 200 }), 0},
		{"nothing stated", with(func(s *Signal) { *s = Signal{At: nine} }), 0},
		{"no time", with(func(s *Signal) { s.At = time.Time{} }), OutOfRange},
		{"the year 9999", with(func(s *Signal) { s.At = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }), OutOfRange},
		{"the year -5", with(func(s *Signal) { s.At = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC) }), OutOfRange},
		{"a clock that is a year ahead", with(func(s *Signal) { s.At = nine.AddDate(1, 0, 0) }), Ahead},
		{"a clock that is six minutes ahead", with(func(s *Signal) { s.At = nine.Add(6 * time.Minute) }), Ahead},
		{"a clock that is a year behind", with(func(s *Signal) { s.At = nine.AddDate(-1, 0, 0) }), Late},
		{"an id of 10 kB", with(func(s *Signal) { s.ID = strings.Repeat("x", 10_000) }), 0},
		{"a person of 10 kB", with(func(s *Signal) { s.Auth.User = strings.Repeat("x", 10_000) }), 0},
		{"a source and a tenant of 10 kB", with(func(s *Signal) { s.Source, s.Tenant = strings.Repeat("s", 10_000), strings.Repeat("t", 10_000) }), 0},
		{"a tenant of odd characters", with(func(s *Signal) { s.Tenant = ".*> \x00\n\t/\\\"'<script>&=%\u202e\U0001f525\xff" }), 0},
		{"the platform as a tenant", with(func(s *Signal) { s.Tenant = "platform" }), Reserved},
		{"the name of nobody as a tenant", with(func(s *Signal) { s.Tenant = "_" }), Reserved},
		{"a report due in the year 9999", with(func(s *Signal) {
			s.Kind, s.Report = KindReportRun, ReportRun{Run: "r", State: RunScheduled, DueAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
		}), OutOfRange},
		{"a launch without a start", with(func(s *Signal) { s.Kind = KindLaunch }), OutOfRange},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := New(smallRules(), Options{})
			_, refusals := e.Apply(c.signal, nine)
			switch {
			case c.want == 0 && len(refusals) > 0:
				t.Errorf("refused: %v", refusals)
			case c.want != 0 && (len(refusals) != 1 || refusals[0].Reason != c.want):
				t.Errorf("refused: %v, want %s", refusals, c.want)
			case c.want != 0 && (refusals[0].Source != c.signal.Source || refusals[0].ID != c.signal.ID):
				t.Errorf("the refusal names another signal: %v", refusals)
			}
			s := good
			s.Source, s.ID, s.Tenant, s.At = "m", "good", "acme", nine
			if _, refusals := e.Apply(s, nine); len(refusals) > 0 {
				t.Errorf("then a good signal is refused: %v", refusals)
			}
			e = restarted(t, e, Options{})
			for i := range 4 {
				s.ID, s.Auth.User = fmt.Sprint("good", i), fmt.Sprint("v", i)
				e.Apply(s, nine)
			}
			if n := len(e.Status("acme")); n == 0 {
				t.Error("nothing is known of the tenant")
			}
		})
	}
}
