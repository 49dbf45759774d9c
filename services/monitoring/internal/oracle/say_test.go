package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/monitoring/internal/detect"
)

// midnight is when the scenes of these tests begin; minutes count from it.
var midnight = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

const minute = time.Minute

// told gives one line for each change, with every field that a replay prints.
func told(changes []detect.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%-14s %-9s %s %s/%s value=%d/%d in %v tenants=%d people=%d first=%s %v\n", clock(c.At), names[c.Change], c.Scope, c.Reason,
			c.Subject, c.Value, c.Threshold, c.Window, c.Tenants, c.People, clock(c.FirstAt), c.Evidence)
	}
	return b.String()
}

var names = map[detect.ChangeKind]string{
	detect.Raised: "raised", detect.Updated: "updated", detect.Cleared: "cleared", detect.Expired: "expired",
	detect.Withdrawn: "withdrawn", detect.FlappingHeld: "flapping",
}

// clock is a time as minutes from midnight, with the nanoseconds by which it
// misses the full second: 5, 5-1ns, 5.5+1ns.
func clock(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := t.Sub(midnight)
	whole := d.Round(time.Second)
	if d == whole {
		return fmt.Sprint(whole.Minutes())
	}
	return fmt.Sprintf("%v%+dns", whole.Minutes(), int(d-whole))
}

// list is one line for each signal, in order of time.
func list(signals []detect.Signal) string {
	signals = slices.Clone(signals)
	slices.SortStableFunc(signals, func(a, b detect.Signal) int { return a.At.Compare(b.At) })
	var b strings.Builder
	for _, s := range signals {
		b.WriteString(line(s) + "\n")
	}
	return b.String()
}
