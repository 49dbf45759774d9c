package oracle

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// ticket is rule 3.10 for one ticket.
type ticket struct {
	policy.Stale
	narrow
	id string
}

func ticketsOf(rules policy.Rules, scope string, signals []detect.Signal) []scopedRule {
	var all []scopedRule
	for _, id := range subjects(signals, detect.KindTicket, func(s detect.Signal) string { return s.Ticket.Ticket }) {
		all = append(all, scopedRule{"stale_ticket_1w", scope, id, ticket{rules.Stale, narrow(scope), id}})
	}
	return all
}

func (r ticket) reads(s detect.Signal) bool {
	return s.Kind == detect.KindTicket && s.Ticket.Ticket == r.id && r.holds(s)
}

func (r ticket) deadlines(signals []detect.Signal) []time.Time {
	var all []time.Time
	for _, s := range signals {
		all = append(all, s.Ticket.MovedAt.Add(r.After))
	}
	return all
}

func (r ticket) raises(m moment) int {
	if latest, ok := latest(m.seen); ok && latest.Ticket.Large && r.silent(m, latest.Ticket) {
		return 1
	}
	return 0
}

// silent says whether support should have moved the ticket by now.
func (r ticket) silent(m moment, t detect.Ticket) bool {
	return t.Open && !t.Waiting && !m.now.Before(t.MovedAt.Add(r.After))
}

// ends knows no end but activity, waiting and the ticket's own end: one whose
// issue is no longer said to be large stays.
func (r ticket) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	if r.raises(m) != 0 {
		return true, 0
	}
	if latest, ok := latest(m.seen); ok && !r.silent(m, latest.Ticket) && latest.At.After(raisedAt) {
		return false, detect.Cleared
	}
	return false, 0
}

func (r ticket) counts(m moment, _ int) detect.Change {
	change := detect.Change{Threshold: int(r.After.Hours()), Window: r.After}
	if latest, ok := latest(m.seen); ok {
		change = fill(change, []detect.Signal{latest})
		if t := latest.Ticket; t.Open && !t.Waiting && t.Large {
			change.Value = int(m.now.Sub(t.MovedAt).Hours())
		}
	}
	return change
}
