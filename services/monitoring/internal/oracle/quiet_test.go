package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/oracle"
)

// TestAtQuietPointsTheEngineCountsWhatTheOracleCounts lets signals come out of
// order, no later than the lateness. Where none is under way any more, what the
// engine says of each rule must be what one of the rule's ways counts then.
func TestAtQuietPointsTheEngineCountsWhatTheOracleCounts(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), once(d.signals(t))
			inputs := soon(t, rules, signals)
			looks := looks(t, rules, inputs)
			e := detect.New(rules, detect.Options{Policy: "p"})
			var heard []detect.Signal
			var said []detect.Change
			var story strings.Builder
			for i, in := range inputs {
				changes, refusals := read(e, in)
				story.WriteString(in.line() + refused(refusals) + told(changes))
				said = append(said, changes...)
				if !in.tick && len(refusals) == 0 {
					heard = append(heard, in.signal)
				} else if slices.Contains(looks, i) {
					if wrong := differences(point{e, rules, heard, said, in.stamp}); wrong != "" {
						t.Fatalf("at the tick at %s\n%safter\n%s%s", clock(in.stamp), wrong, story.String(), numbers(rules))
					}
				}
			}
		}))
	}
}

func refused(refusals []detect.Refusal) string {
	if len(refusals) == 0 {
		return ""
	}
	return fmt.Sprintf("  refused: %s\n", refusals[0].Reason)
}

// soon is live without signals that come before they happened, or too late for
// the rules that take lateness; the others may come much later.
func soon(t *rapid.T, rules policy.Rules, signals []detect.Signal) []input {
	inputs := punctual(live(t, rules, atOnce(signals)))
	end := midnight.Add(60 * minute)
	for i, in := range inputs {
		if !in.tick && !timely(in.signal) && !schedules(in.signal) {
			inputs[i].stamp = in.stamp.Add(rapid.SampledFrom([]time.Duration{0, 0, 0, 3 * minute, 7 * minute}).Draw(t, "more"))
		}
	}
	slices.SortStableFunc(inputs, func(a, b input) int { return a.stamp.Compare(b.stamp) })
	return slices.DeleteFunc(inputs, func(in input) bool {
		late := !in.tick && in.stamp.Sub(in.signal.At) >= patience(rules, in.signal)
		return in.stamp.After(end) || in.ahead() || late
	})
}

// patience is the age at which a signal comes too late: reports and uploads must
// still be in the shorter of their windows, syncs young enough to be remembered.
func patience(rules policy.Rules, s detect.Signal) time.Duration {
	switch {
	case timely(s):
		return rules.Lateness + 1
	case s.Kind == detect.KindReportRun:
		return rules.Reports.Daily.Window
	case s.Kind == detect.KindFileUpload:
		return rules.Uploads.Daily.Window
	case s.Kind == detect.KindIntegrationSync:
		return rules.Providers.Expire
	default:
		return time.Hour
	}
}

func timely(s detect.Signal) bool {
	return s.Kind == detect.KindAuthAttempt || s.Kind == detect.KindProbe || s.Kind == detect.KindFTPSession
}

// punctual lets schedules come at once: whether a report was overdue may depend
// on when they came, if those of one run come late or in the wrong order.
func punctual(inputs []input) []input {
	for i, in := range inputs {
		if schedules(in.signal) {
			inputs[i].stamp = in.signal.At
		}
	}
	slices.SortStableFunc(inputs, func(a, b input) int { return a.stamp.Compare(b.stamp) })
	return inputs
}

func schedules(s detect.Signal) bool { return s.Report.State == detect.RunScheduled }

// atOnce leaves out all but one schedule of one run at one instant.
func atOnce(signals []detect.Signal) []detect.Signal {
	seen := map[string]bool{}
	return slices.DeleteFunc(signals, func(s detect.Signal) bool {
		of := fmt.Sprint(s.Tenant, s.Report.Run, s.At.UnixNano())
		again := schedules(s) && seen[of]
		seen[of] = seen[of] || schedules(s)
		return again
	})
}

// looks draws a few quiet points: looking at each of them would take long.
func looks(t *rapid.T, rules policy.Rules, inputs []input) []int {
	var all []int
	for i := range inputs {
		if quiet(rules, inputs, i) {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.SampledFrom(all), 4, 4).Draw(t, "looks")
}

// quiet says whether an input is a tick up to which all signals were read, by
// an engine that is not in a gap: the tick before it was not long ago.
func quiet(rules policy.Rules, inputs []input, i int) bool {
	now := inputs[i].stamp
	steady := i > 0 && inputs[i-1].tick && now.Sub(inputs[i-1].stamp) <= rules.Gap
	return steady && !slices.ContainsFunc(inputs[i:], func(in input) bool { return !in.tick && !in.signal.At.After(now) })
}

// A point is an instant at which the engine is looked at, with what it was given.
type point struct {
	engine *detect.Engine
	rules  policy.Rules
	heard  []detect.Signal
	said   []detect.Change
	now    time.Time
}

func differences(p point) string {
	var wrong strings.Builder
	for _, scope := range []string{oracle.Platform, "acme", "globex"} {
		for _, is := range oracle.Stands(p.rules, scope, p.heard, p.said, p.now) {
			s, _ := p.engine.Standing(scope, is.Ways[0].Reason, is.Ways[0].Subject)
			if !counts(s, is.Ways, p) {
				fmt.Fprintf(&wrong, "+ %s\n", standing(s))
				for _, c := range is.Ways {
					fmt.Fprintf(&wrong, "- %s\n", counted(c))
				}
			}
			if is.Raises && !s.Raised {
				fmt.Fprintf(&wrong, "%s is not raised\n", counted(is.Ways[0]))
			}
			if !s.Raised || s.Flapping {
				continue
			}
			if how := is.Ends(s.RaisedAt); how != 0 && !overdueOnce(s, how) {
				fmt.Fprintf(&wrong, "%s is still raised, since %s: it should be %s\n", counted(is.Ways[0]), clock(s.RaisedAt), how)
			}
		}
	}
	return wrong.String()
}

// overdueOnce: a report that was overdue until its delivery was heard of, very
// late, has put off the expiry; it need not be taken back.
func overdueOnce(s detect.Standing, how detect.ChangeKind) bool {
	return s.Reason == string(policy.ReportsFailing24h) && how == detect.Expired
}

// counts says whether the engine says what one of the ways counts, or nothing
// where none counts anything.
func counts(s detect.Standing, ways []detect.Change, p point) bool {
	if slices.ContainsFunc(ways, func(c detect.Change) bool { return counted(c) == standing(s) }) {
		return true
	}
	worthless := func(c detect.Change) bool { return c.Value == 0 || answered(c, p.heard, p.now) }
	return s.FirstAt.IsZero() && !slices.ContainsFunc(ways, func(c detect.Change) bool { return !worthless(c) })
}

// answered says whether what sso_unavailable counts was answered by a log-in
// in the same window: then the engine need not say how much it is.
func answered(c detect.Change, heard []detect.Signal, now time.Time) bool {
	return c.Reason == string(policy.SSOUnavailable) && slices.ContainsFunc(heard, func(s detect.Signal) bool {
		logIn := s.Auth.OK && s.Auth.Method == detect.MethodSSO && (c.Scope == oracle.Platform || s.Tenant == c.Scope)
		return logIn && s.At.After(now.Add(-c.Window))
	})
}

func standing(s detect.Standing) string {
	return fmt.Sprintf("%s %s/%s value=%d/%d in %v tenants=%d people=%d first=%s", s.Scope, s.Reason, s.Subject, s.Value, s.Threshold, s.Window, s.Tenants, s.People, clock(s.FirstAt))
}

func counted(c detect.Change) string {
	return fmt.Sprintf("%s %s/%s value=%d/%d in %v tenants=%d people=%d first=%s", c.Scope, c.Reason, c.Subject, c.Value, c.Threshold, c.Window, c.Tenants, c.People, clock(c.FirstAt))
}
