package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/policy"
)

// A Nearness is how near a condition is to being raised, or that it is.
type Nearness struct {
	Scope   string `json:"scope"`
	Reason  string `json:"reason"`
	Subject string `json:"subject"`
	// State is raised, flapping, near, calm or undetermined.
	State string `json:"state"`
	// Says is the whole as a sentence.
	Says      string `json:"says"`
	Value     int    `json:"value"`
	Threshold int    `json:"threshold"`
	// More is how many more would bring the value over the line.
	More          int        `json:"more"`
	Counts        string     `json:"counts"`
	WindowSeconds int        `json:"window_seconds"`
	Tenants       int        `json:"tenants"`
	People        int        `json:"people"`
	FirstAt       *time.Time `json:"first_at"`
	LastAt        *time.Time `json:"last_at"`
	HeardAt       *time.Time `json:"heard_at"`
	RaisedAt      *time.Time `json:"raised_at"`
	// Raise is the id of the change that raised it, to be explained.
	Raise string `json:"raise,omitempty"`
}

// A Watcher keeps which changes raised what stands, while the rules run again.
type Watcher struct {
	// KeepFrom is the share of a threshold, in percent, from which on a standing
	// is near unless a success speaks against it.
	KeepFrom int

	raises map[Target]string
	engine *detect.Engine
}

// See takes one step.
func (r *Watcher) See(st *Step) {
	r.engine = st.Engine
	for i := range st.Changes {
		c := &st.Changes[i]
		if r.raises == nil {
			r.raises = map[Target]string{}
		}
		switch t := (Target{c.Scope, c.Reason, c.Subject}); c.Change {
		case detect.Raised:
			r.raises[t] = c.ID
		case detect.Cleared, detect.Expired, detect.Withdrawn:
			delete(r.raises, t)
		default: // it goes on
		}
	}
}

// Nearness tells how the rules stand in a scope: those of one reason and
// subject, or all where these are empty.
func (r *Watcher) Nearness(of Target) []Nearness {
	if r.engine == nil {
		return nil
	}
	var out []Nearness
	for _, st := range r.engine.Status(of.Scope) {
		if (of.Reason == "" || of.Reason == st.Reason) && (of.Subject == "" || of.Subject == st.Subject) {
			out = append(out, r.near(&st))
		}
	}
	slices.SortStableFunc(out, func(a, b Nearness) int { return cmp.Compare(order[a.State], order[b.State]) })
	return out
}

// order is which states people see first.
var order = map[string]int{"raised": 0, "flapping": 0, "near": 1, "undetermined": 2, "calm": 3}

func (r *Watcher) near(st *detect.Standing) Nearness {
	n := Nearness{
		Scope: st.Scope, Reason: st.Reason, Subject: st.Subject, State: state(st),
		Value: st.Value, Threshold: st.Threshold, More: st.More, Counts: st.Counts,
		WindowSeconds: int(st.Window / time.Second), Tenants: st.Tenants, People: st.People,
		FirstAt: moment(st.FirstAt), LastAt: moment(st.LastAt), HeardAt: moment(st.HeardAt), RaisedAt: moment(st.RaisedAt),
		Raise: r.raises[Target{st.Scope, st.Reason, st.Subject}],
	}
	n.Says = r.says(st)
	return n
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

func state(st *detect.Standing) string {
	switch {
	case st.Flapping:
		return "flapping"
	case st.Raised:
		return "raised"
	case st.Undetermined:
		return "undetermined"
	case st.Near:
		return "near"
	}
	return "calm"
}

// says puts a standing into a sentence.
func (r *Watcher) says(st *detect.Standing) string {
	w := words[policy.ReasonID(st.Reason)]
	var b strings.Builder
	if st.Undetermined {
		fmt.Fprintf(&b, "no data since %s: undetermined, neither healthy nor failing; ", stamp(st.HeardAt))
	}
	if st.Raised {
		fmt.Fprintf(&b, "raised since %s; ", stamp(st.RaisedAt))
	}
	fmt.Fprintf(&b, "%d of %d %s", st.Value, st.Threshold, w.thing(st.Counts))
	if st.Window > 0 {
		fmt.Fprintf(&b, " in %s", span(st.Window))
	}
	switch {
	case st.Raised:
	case st.More == 1:
		b.WriteString("; the next one would raise it")
	case st.More > 1:
		fmt.Fprintf(&b, "; the next %d would raise it", st.More)
	default:
		b.WriteString("; that is enough, but something else does not hold")
	}
	also := w.also
	if st.Scope == platform && w.onPlatform != "" {
		also = w.onPlatform
	}
	if also != "" && !st.Raised {
		fmt.Fprintf(&b, " (%s)", also)
	}
	if st.Value > 0 && state(st) == "calm" && 100*st.Value >= r.KeepFrom*st.Threshold {
		b.WriteString("; a success in the window speaks against it")
	}
	return b.String()
}
