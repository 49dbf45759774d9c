// Package oracle says, slowly and plainly, which changes a replay must print.
// It is for tests alone: the engine in package detect is compared with it.
//
// It is written from the words of the policy, not from the engine. At every
// instant at which anything could change it looks at the whole list of signals
// again and keeps nothing in between but what has been stated so far: no
// windows that slide, no timers, no counters. It is pure, and its cost grows
// with the cube of the number of signals.
//
// It promises the changes of all rules of policy 3, with every field but ID and
// DetectedAt. It leaves lateness to the engine: a replay has none. Its tests draw
// a hundred cases for each rule; the long run is `go test -rapid.checks=2000`.
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
	signals = replayOrder(rules, signals)
	if len(signals) == 0 {
		return nil
	}
	end := signals[len(signals)-1].At
	if until.After(end) {
		end = until
	}
	return printed(rules, whole{rules, signals, end}.told(asIs))
}

// printed are changes in the order of a replay, with as many samples as it prints.
func printed(rules policy.Rules, told []stated) []detect.Change {
	var changes []detect.Change
	for _, t := range told {
		t.Evidence = lastOf(t.Evidence, rules.Samples)
		changes = append(changes, t.Change)
	}
	slices.SortStableFunc(changes, func(a, b detect.Change) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Subject, b.Subject))
	})
	return changes
}

// replayOrder sorts by event time; at one instant successes come first, then
// the rest, then by source and id. Of two signals with one source and id the
// one with the earlier event time stands, then the one with the smaller content.
// Whether an audit speaks for recovery is a matter of the line.
func replayOrder(rules policy.Rules, signals []detect.Signal) []detect.Signal {
	signals = slices.Clone(signals)
	slices.SortFunc(signals, func(a, b detect.Signal) int {
		if c := cmp.Or(compareIdentity(a, b), a.At.Compare(b.At)); c != 0 {
			return c
		}
		return strings.Compare(content(a), content(b))
	})
	signals = slices.CompactFunc(signals, func(a, b detect.Signal) bool { return identity(a) == identity(b) })
	well := func(s detect.Signal) int {
		if s.Kind == detect.KindProfileAudit && int(s.Audit.Discrepant) < rules.Profiles.Users {
			return 0
		}
		return rank(s)
	}
	slices.SortFunc(signals, func(a, b detect.Signal) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(well(a), well(b)), compareIdentity(a, b))
	})
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
	case detect.KindFTPSession:
		return s.FTP.Allowed
	case detect.KindProbe:
		return s.Probe.Status == detect.StatusUp
	case detect.KindIntegrationSync:
		return s.Sync.Present > 0
	case detect.KindSecurityFinding:
		return s.Find.Status == detect.FindingResolved
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
	report := fmt.Sprint(s.Report.Run, s.Report.Report, s.Report.State, s.Report.DueAt.UnixNano())
	ticket := fmt.Sprint(s.Ticket.Ticket, s.Ticket.Revision, s.Ticket.Open, s.Ticket.Waiting, s.Ticket.MovedAt.UnixNano(), s.Ticket.Large)
	launch := fmt.Sprint(s.Launch.Program, s.Launch.StartsAt.UnixNano())
	return fmt.Sprint(s.Tenant, s.Kind, s.Auth, report, s.Upload, s.FTP, s.Probe, s.Sync, s.Audit, s.Find, launch, ticket)
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
