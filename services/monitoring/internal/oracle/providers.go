package oracle

import (
	"math"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// provider is rule 3.6 for one provider and kind of data.
type provider struct {
	policy.Providers
	narrow
	name string
	kind detect.SyncKind
}

func providersOf(rules policy.Rules, scope string, signals []detect.Signal) []scopedRule {
	var all []scopedRule
	for _, name := range subjects(signals, detect.KindIntegrationSync, func(s detect.Signal) string { return s.Sync.Provider }) {
		of := func(reason, kind string, k detect.SyncKind) scopedRule {
			return scopedRule{reason, scope, name + "/" + kind, provider{rules.Providers, narrow(scope), name, k}}
		}
		all = append(all,
			of("provider_content_missing", "CONTENT", detect.SyncContent),
			of("provider_completions_missing", "COMPLETIONS", detect.SyncCompletions),
			of("provider_completions_missing", "REQUIRED_LEARNING", detect.SyncRequiredLearning))
	}
	return all
}

func (r provider) reads(s detect.Signal) bool {
	return s.Kind == detect.KindIntegrationSync && s.Sync.Provider == r.name && s.Sync.Kind == r.kind && r.holds(s)
}

func (r provider) deadlines(signals []detect.Signal) []time.Time {
	return after(timesOf(signals), r.Expire)
}

// raises says whether the last sync is an empty one, far enough after the
// first of its row.
func (r provider) raises(m moment) int {
	row := r.row(m)
	if len(row) > 0 && row[len(row)-1].At.Sub(row[0].At) >= r.Apart {
		return 1
	}
	return 0
}

// row is the unbroken row of syncs up to now that brought nothing where items
// were expected; none when nothing was heard for too long.
func (r provider) row(m moment) []detect.Signal {
	relevant := r.relevant(m)
	if len((moment{m.now, relevant}).within(r.Expire)) == 0 {
		return nil
	}
	full := keep(relevant, success)
	return keep(relevant, func(s detect.Signal) bool {
		return !success(s) && (len(full) == 0 || s.At.After(full[len(full)-1].At))
	})
}

// relevant are the syncs but those that brought nothing where nothing was
// expected: neither by the sync itself nor by an earlier one with items.
func (r provider) relevant(m moment) []detect.Signal {
	had := false
	return keep(m.seen, func(s detect.Signal) bool {
		had = had || success(s)
		return had || s.Sync.Expected > 0
	})
}

func (r provider) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	if r.raises(m) != 0 {
		return true, 0
	}
	return false, howEnded(moment{m.now, r.relevant(m)}, raisedAt, r.Expire)
}

func (r provider) counts(m moment, _ int) detect.Change {
	change := detect.Change{Threshold: int(math.Ceil(r.Apart.Minutes()))}
	if row := r.row(m); len(row) > 0 {
		change = fill(change, row)
		change.Value = int(row[len(row)-1].At.Sub(row[0].At).Minutes())
	}
	return change
}
