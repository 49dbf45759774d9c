package oracle_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/monitoring/internal/detect"
)

// TestWhateverComesEachConditionIsToldWell lets signals come late, ahead of the
// clock and out of order: what is stated of a condition must still be a story.
func TestWhateverComesEachConditionIsToldWell(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), once(d.signals(t))
			times := map[string]time.Time{}
			for _, s := range signals {
				times[s.Source+"/"+s.ID] = s.At
			}
			e := detect.New(rules, detect.Options{Policy: "p"})
			stories := map[[3]string]*episode{}
			var story strings.Builder
			for _, in := range live(t, rules, signals) {
				changes, _ := read(e, in)
				story.WriteString(in.line() + told(changes))
				for _, c := range changes {
					of := [3]string{c.Scope, c.Reason, c.Subject}
					if stories[of] == nil {
						stories[of] = &episode{}
					}
					if wrong := stories[of].goesOn(c, in.stamp, times); wrong != "" {
						t.Fatalf("%s\n%sin\n%s%s", wrong, told([]detect.Change{c}), story.String(), numbers(rules))
					}
				}
			}
		}))
	}
}

// An episode is what was stated of one condition since it was raised.
//
//	nothing ──raised──▶ raised ──flapping, updated──▶ raised ──an end──▶ nothing
type episode struct {
	id       string // of the raise; empty: not raised
	raisedAt time.Time
	flapping bool
}

// goesOn takes the next change and says what is wrong with it.
func (e *episode) goesOn(c detect.Change, stamp time.Time, times map[string]time.Time) string {
	switch {
	case c.At.After(c.DetectedAt) || c.DetectedAt.After(stamp):
		return fmt.Sprintf("stated at %s, seen at %s", clock(stamp), clock(c.DetectedAt))
	case c.Change == detect.Raised && e.id != "":
		return "raised while it is raised"
	case c.Change != detect.Raised && c.Episode != e.id:
		return "of another episode"
	case c.Change == detect.FlappingHeld && e.flapping:
		return "flapping twice"
	case c.Change == detect.Withdrawn && !e.flapping && !c.At.Equal(e.raisedAt):
		return "withdrawn as of another time than the raise"
	case c.Change != detect.Raised && c.Change != detect.Updated && c.At.Before(e.raisedAt):
		return "ended before it was raised"
	}
	for _, id := range c.Evidence {
		if at, known := times[id]; !known || at.After(c.At) && c.Change == detect.Raised {
			return fmt.Sprintf("evidence of %s, which was at %s", id, clock(at))
		}
	}
	switch c.Change {
	case detect.Raised:
		*e = episode{id: c.Episode, raisedAt: c.At}
	case detect.FlappingHeld:
		e.flapping = true
	case detect.Cleared, detect.Expired, detect.Withdrawn:
		*e = episode{}
	}
	return ""
}
