package console

import "tocsin/services/review/internal/decide"

// A bar shows a value against its threshold. Its parts are in percent of its
// width; everything is drawn to one scale, with the threshold at two thirds at most.
type bar struct {
	Value, Threshold int
	Fill, Peak, Mark int
	Live             bool
	Label            string
}

// barOf draws a condition; nil where it has no threshold to draw against.
func barOf(l lang, c *decide.Condition) *bar {
	if c.Threshold == 0 {
		return nil
	}
	peak := max(c.Value, c.Peak)
	full := max(uint64(peak)*10/9, uint64(c.Threshold)*3/2, 1)
	share := func(v uint32) int { return int(min(uint64(v)*100/full, 100)) }
	return &bar{
		Value: int(c.Value), Threshold: int(c.Threshold), Live: c.Live(),
		Fill: share(c.Value), Peak: share(peak), Mark: share(c.Threshold),
		Label: l.say("bar", l.Number(int(c.Value)), l.Number(int(c.Threshold))),
	}
}

// worst is the condition that is furthest over its threshold, one that holds
// before one that is over; nil where there is none.
func worst(conditions []decide.Condition) *decide.Condition {
	var found *decide.Condition
	for i := range conditions {
		c := &conditions[i]
		switch {
		case c.Threshold == 0 || found != nil && found.Live() && !c.Live():
		case found == nil, c.Live() && !found.Live(),
			uint64(c.Value)*uint64(found.Threshold) > uint64(found.Value)*uint64(c.Threshold):
			found = c
		}
	}
	return found
}
