package oracle

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// finding is rule 3.8 for one finding.
type finding struct {
	policy.Findings
	narrow
	id string
}

func findingsOf(rules policy.Rules, scope string, signals []detect.Signal) []scopedRule {
	var all []scopedRule
	for _, id := range subjects(signals, detect.KindSecurityFinding, func(s detect.Signal) string { return s.Find.Finding }) {
		all = append(all, scopedRule{"security_breach", scope, id, finding{rules.Findings, narrow(scope), id}})
	}
	return all
}

func (r finding) reads(s detect.Signal) bool {
	return s.Kind == detect.KindSecurityFinding && s.Find.Finding == r.id && r.holds(s)
}

// deadlines: nothing about a finding changes by itself.
func (r finding) deadlines([]detect.Signal) []time.Time { return nil }

func (r finding) raises(m moment) int {
	if latest, ok := latest(m.seen); ok && r.grave(latest.Find) {
		return 1
	}
	return 0
}

func (r finding) grave(f detect.SecurityFinding) bool {
	switch f.Status {
	case detect.FindingSuspected:
		return f.Severity.AtLeast(r.Suspected)
	case detect.FindingConfirmed:
		return f.Severity.AtLeast(r.Confirmed)
	default:
		return false
	}
}

// ends knows no end but a resolution later than the finding was last grave: one
// that is rated lower stays.
func (r finding) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	if r.raises(m) != 0 {
		return true, 0
	}
	grave, _ := latest(keep(m.seen, func(s detect.Signal) bool { return r.grave(s.Find) }))
	since := keep(m.seen, func(s detect.Signal) bool { return outranks(s, grave) })
	if succeededAfter(raisedAt, since) {
		return false, detect.Cleared
	}
	return false, 0
}

func (r finding) counts(m moment, _ int) detect.Change {
	change := detect.Change{Threshold: 1, Value: r.raises(m)}
	if latest, ok := latest(m.seen); ok && change.Value == 1 {
		change = fill(change, []detect.Signal{latest})
	}
	return change
}
