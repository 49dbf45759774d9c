// Package oracle says, slowly and plainly, which changes a replay must print.
// It is for tests alone: the engine in package detect is compared with it.
//
// It is written from the words of the policy, not from the engine. At every
// instant at which anything could change it looks at the whole list of signals
// again and keeps nothing in between but what has been stated so far: no
// windows that slide, no timers, no counters. It is pure, and its cost grows
// with the cube of the number of signals.
//
// It promises the changes of the rules 3.1, 3.2 and 3.3, with every field but
// ID and DetectedAt. It leaves lateness to the engine: a replay has none.
package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// Platform is the scope of all tenants together and of signals that name none.
const Platform = "platform"

// Changes are the changes that a replay of the signals states, in the order in
// which it prints them. The clock ends at the last signal or at until,
// whichever is later. The order and the repeats of signals do not matter.
func Changes(rules policy.Rules, signals []detect.Signal, until time.Time) []detect.Change {
	signals = replayOrder(signals)
	if len(signals) == 0 {
		return nil
	}
	end := signals[len(signals)-1].At
	if until.After(end) {
		end = until
	}
	var changes []detect.Change
	for _, scope := range scopes(signals) {
		inScope := keep(signals, func(s detect.Signal) bool { return scope == Platform || s.Tenant == scope })
		for _, r := range rulesOf(rules, scope) {
			changes = append(changes, follow(r, rules.Flapping, keep(inScope, r.rule.reads), end)...)
		}
	}
	for i := range changes {
		changes[i].Evidence = lastOf(changes[i].Evidence, rules.Samples)
	}
	slices.SortStableFunc(changes, func(a, b detect.Change) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Subject, b.Subject))
	})
	return changes
}

// rulesOf are the rules that hold in one scope.
func rulesOf(rules policy.Rules, scope string) []scopedRule {
	return []scopedRule{
		{"auth_failures_over_100", scope, authFailures{rules.AuthFailures, scope == Platform}},
		{"sso_unavailable", scope, sso{rules.SSO, scope}},
		{"reports_failing_24h", scope, deliveries{rules.Reports, detect.KindReportRun}},
		{"uploads_failing_24h", scope, deliveries{rules.Uploads, detect.KindFileUpload}},
	}
}

func scopes(signals []detect.Signal) []string {
	all := []string{Platform}
	for _, s := range signals {
		if s.Tenant != "" && !slices.Contains(all, s.Tenant) {
			all = append(all, s.Tenant)
		}
	}
	return all
}

// replayOrder sorts by event time; at one instant successes come first, then
// the rest, then by source and id. Of two signals with one source and id the
// one with the earlier event time stands, then the one with the smaller content.
func replayOrder(signals []detect.Signal) []detect.Signal {
	signals = slices.Clone(signals)
	slices.SortFunc(signals, func(a, b detect.Signal) int {
		return cmp.Or(strings.Compare(identity(a), identity(b)), a.At.Compare(b.At), strings.Compare(content(a), content(b)))
	})
	signals = slices.CompactFunc(signals, func(a, b detect.Signal) bool { return identity(a) == identity(b) })
	slices.SortFunc(signals, compareInReplay)
	return signals
}

func compareInReplay(a, b detect.Signal) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(rank(a), rank(b)), compareIdentity(a, b))
}

func compareIdentity(a, b detect.Signal) int {
	return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.ID, b.ID))
}

// rank is 0 for a signal that speaks for recovery, 1 for the rest.
func rank(s detect.Signal) int {
	if success(s) {
		return 0
	}
	return 1
}

func success(s detect.Signal) bool {
	switch s.Kind {
	case detect.KindAuthAttempt:
		return s.Auth.OK
	case detect.KindReportRun:
		return s.Report.State == detect.RunDelivered
	case detect.KindFileUpload:
		return s.Upload.Accepted
	case detect.KindProbe:
		return s.Probe.Status == detect.StatusUp
	default:
		return false
	}
}

// outranks says whether a is the later word than b on the same thing: higher
// event time; at equal time a success, then the greater source and id.
func outranks(a, b detect.Signal) bool {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(rank(b), rank(a)), compareIdentity(a, b)) > 0
}

func identity(s detect.Signal) string { return s.Source + "\x00" + s.ID }

func content(s detect.Signal) string {
	return fmt.Sprint(s.Tenant, s.Kind, s.Auth, s.Report.Run, s.Report.Report, s.Report.State, s.Report.DueAt.UnixNano(), s.Upload, s.Probe)
}

func keep(signals []detect.Signal, is func(detect.Signal) bool) []detect.Signal {
	var kept []detect.Signal
	for _, s := range signals {
		if is(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

func lastOf(list []string, n int) []string {
	return list[max(0, len(list)-n):]
}
