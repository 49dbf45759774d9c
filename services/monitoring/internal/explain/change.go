package explain

import (
	"fmt"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/policy"
)

// A Change is why a condition changed.
type Change struct {
	Change events.Line `json:"change"`
	// Why is what value met which threshold, or what ended the condition.
	Why string `json:"why"`
	// After and UpTo bound the window (After, UpTo]; After is null where there is none.
	After *time.Time `json:"after"`
	UpTo  time.Time  `json:"up_to"`
	// MadeBy is the signal that made the change; null: a deadline did, or time passing.
	MadeBy *Signal `json:"made_by"`
	// With is what else changed at the same step: a launch is blocked by that.
	With []string `json:"with,omitempty"`
	// Signals are the evidence, oldest first; Read is absent where a signal was not found.
	Signals []Signal `json:"signals"`
	// Episode are the changes of the episode up to this one, without updates.
	Episode []events.Line `json:"episode"`
	// Reexecuted says how the second execution compares with what was published.
	Reexecuted string `json:"reexecuted"`
	// Note says what to know of that.
	Note string `json:"note,omitempty"`
}

// How a second execution compares with what was published.
const (
	Same    = "same"      // the same id, the same bytes
	Differs = "differs"   // the same id, other bytes
	Other   = "other id"  // the same change under another id
	Missing = "not found" // it did not come
	NotRun  = "not run"   // the rules were not run again
	File    = "replayed"  // nothing was published: it is of a file
)

// Change is what was found of the change asked for, under the policy of this version.
func (t *Tracer) Change(version string) *Change {
	last := &t.turns[len(t.turns)-1]
	c := &last.change
	out := &Change{Change: events.ChangeLine(*c, version), UpTo: c.At.UTC(), MadeBy: last.by, With: last.others}
	if c.Window > 0 {
		out.After = new(c.At.Add(-c.Window).UTC())
	}
	out.Why = t.why(last)
	for _, n := range t.turns {
		out.Episode = append(out.Episode, events.ChangeLine(n.change, version))
	}
	out.Signals = t.signals(c.Evidence)
	return out
}

// Published is what was published of a change that did not come again.
func Published(c *detect.Change, version, verdict, note string) *Change {
	w := words[policy.ReasonID(c.Reason)]
	out := &Change{
		Change: events.ChangeLine(*c, version), UpTo: c.At.UTC(), Why: w.met(c.Value, c.Threshold, ""),
		Reexecuted: verdict, Note: note, Signals: []Signal{}, Episode: []events.Line{},
	}
	if c.Window > 0 {
		out.After = new(c.At.Add(-c.Window).UTC())
	}
	for _, id := range c.Evidence {
		out.Signals = append(out.Signals, Signal{ID: id, Says: "not looked up"})
	}
	return out
}

// Raw is the change as the engine stated it.
func (t *Tracer) Raw() detect.Change { return t.turns[len(t.turns)-1].change }

// TakeAlike takes a change that came at the same instant under another id for
// the one asked for, if there is one.
func (t *Tracer) TakeAlike(c *detect.Change) bool {
	for i, n := range t.episode {
		if n.change.Change == c.Change && n.change.At.Equal(c.At) {
			t.found, t.turns = true, t.episode[:i+1]
			return true
		}
	}
	return false
}

func (t *Tracer) signals(evidence []string) []Signal {
	list := make([]Signal, 0, len(evidence))
	for _, id := range evidence {
		if s := t.wanted[id]; s != nil {
			list = append(list, *s)
		} else {
			list = append(list, Signal{ID: id, Says: "not among what is retained"})
		}
	}
	return list
}

// why is one sentence.
func (t *Tracer) why(n *turn) string {
	c, raise := &n.change, &t.turns[0].change
	met := t.words.met(c.Value, c.Threshold, n.standing.Counts)
	switch c.Change {
	case detect.Raised, detect.Updated:
		return met
	case detect.FlappingHeld:
		return fmt.Sprintf("it was raised too often lately, so ends are held back until it has been calm; %s", met)
	case detect.Withdrawn:
		late := "what came late"
		if n.by != nil {
			late = fmt.Sprintf("%s (%s), which happened at %s and was read at %s", n.by.ID, n.by.Says, stamp(n.by.At), stamp(n.by.Read))
		}
		return fmt.Sprintf("by %s it did not hold at %s: what is left is %s", late, stamp(raise.At), met)
	case detect.Expired:
		return fmt.Sprintf("no success was seen, and the last relevant signal is of %s; %s", heard(n), met)
	default: // cleared
		if n.success != nil {
			return fmt.Sprintf("it holds no more, and a success was seen: %s (%s) at %s; %s", n.success.ID, n.success.Says, stamp(n.success.At), met)
		}
		return "it holds no more, and what raised it has ended; " + met
	}
}

func heard(n *turn) string {
	if n.standing.HeardAt.IsZero() {
		return "an unknown time"
	}
	return stamp(n.standing.HeardAt)
}
