package oracle_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/monitoring/internal/detect"
)

// A fact draws what one signal states.
type fact func(*rapid.T, *detect.Signal, mood)

// A drawing says what the signals of one case are about.
type drawing struct {
	name  string
	facts []fact
}

// drawings are one for each rule on its own, and all together.
var drawings = []drawing{
	{"auth failures", []fact{anAttempt}},
	{"sso by attempts", []fact{anSSOAttempt}},
	{"sso by probes", []fact{aProbe}},
	{"sso", []fact{anSSOAttempt, aProbe, aProbe}},
	{"reports", []fact{aReport}},
	{"uploads", []fact{anUpload}},
	{"ftp", []fact{aSession}},
	{"site", []fact{aSiteProbe}},
	{"components", []fact{aComponentProbe}},
	{"slowness", []fact{aSlowProbe}},
	{"providers", []fact{aSync}},
	{"profiles", []fact{anAudit}},
	{"findings", []fact{aFinding}},
	{"launches", []fact{aLaunch, aLaunch, anAudit, anAudit, anAttempt, aComponentProbe, aSync}},
	{"tickets", []fact{aTicket}},
	{"all", []fact{
		anAttempt, anSSOAttempt, aProbe, aReport, anUpload, aSession, aSiteProbe, aComponentProbe,
		aSync, anAudit, aFinding, aLaunch, aTicket,
	}},
}

// signals draws a small set: few tenants, people and runs, in bursts on a grid
// of minutes that the windows share, so that edges meet; some miss it by 1 ns.
func (d drawing) signals(t *rapid.T) []detect.Signal {
	span := rapid.SampledFrom([]int{6, 15, 40}).Draw(t, "span")
	tenants := rapid.SampledFrom([][]string{{"acme"}, {"acme", "globex"}, {"acme", "globex", ""}, {""}}).Draw(t, "tenants")
	burst := rapid.Custom(func(t *rapid.T) []detect.Signal {
		miss := rapid.SampledFrom([]time.Duration{0, 0, 0, 0, 0, 0, 1, -1}).Draw(t, "ns")
		start := midnight.Add(time.Duration(rapid.IntRange(0, span).Draw(t, "at"))*minute + miss)
		fact := rapid.SampledFrom(d.facts).Draw(t, "fact")
		tenant := rapid.SampledFrom(tenants).Draw(t, "tenant")
		mood := rapid.SampledFrom([]mood{mixed, bad, good}).Draw(t, "mood")
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) detect.Signal {
			s := detect.Signal{
				Source: rapid.SampledFrom([]string{"m", "m", "n"}).Draw(t, "source"),
				ID:     fmt.Sprint(rapid.IntRange(1, 500).Draw(t, "id")),
				Tenant: tenant,
				At:     start.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "later")) * minute),
			}
			fact(t, &s, mood)
			return s
		}), 1, 4).Draw(t, "burst")
	})
	signals := slices.Concat(rapid.SliceOfN(burst, 0, 16).Draw(t, "signals")...)
	signals = unambiguous(signals)
	tellTickets(signals)
	return signals
}

// A mood is how the signals of one burst lean.
type mood int

const (
	mixed mood = iota
	bad
	good
)

// leans draws whether a signal speaks of recovery.
func (m mood) leans(t *rapid.T) bool {
	switch m {
	case bad:
		return false
	case good:
		return true
	default:
		return rapid.IntRange(0, 4).Draw(t, "recovery") == 4
	}
}

// unambiguous leaves out signals of one source, id and time: which of them
// stands depends on the bytes they came in, which nobody here has.
func unambiguous(signals []detect.Signal) []detect.Signal {
	type key struct {
		source, id string
		at         int64
	}
	seen := map[key]bool{}
	var kept []detect.Signal
	for _, s := range signals {
		k := key{s.Source, s.ID, s.At.UnixNano()}
		if !seen[k] {
			kept = append(kept, s)
		}
		seen[k] = true
	}
	return kept
}
