package route

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
)

// Platform is the tenant of what concerns all.
const Platform = "platform"

// A News is what a notification says, as far as routes go by it.
type News struct {
	ID, Audience, Tenant, Case string
	// Kind is what happened, as case_opened or approved.
	Kind     string
	Severity policy.Priority
	Reasons  []policy.ReasonID
	// Source is the helpdesk of the ticket; Language that of the words.
	Source, Language string
	// Destination is the one that is silent or heard again, where that is told.
	Destination string
	At          time.Time
}

// A World is what else counts when a destination is told something.
type World struct {
	// Open are the cases that are open now.
	Open []Open
	// Mutes are those that people set; the first that covers something counts.
	Mutes []Mute
}

// An Open is an open case.
type Open struct {
	Case, Tenant string
	Reasons      []policy.ReasonID
}

// A Fate is what becomes of a notification at a destination.
type Fate string

// The fates.
const (
	Send    Fate = "send"
	Hold    Fate = "hold"    // later
	Silence Fate = "silence" // never, though a route matches
	Skip    Fate = "skip"    // never: no route matches
)

// A Verdict is the fate, and why.
type Verdict struct {
	Destination string
	Fate        Fate
	// Route is the one that counts; empty where none matches.
	Route string
	// Until is when a Hold ends.
	Until time.Time
	// Group is what the notification is told together with; empty is alone.
	Group string
	// Mute is the one that silences it; empty where none does.
	Mute string
	// Why says it in words: one line for each check that decided.
	Why []string
}

// Judge says what becomes of a notification at a destination at a time.
func (f *File) Judge(destination string, n News, at time.Time, w World) Verdict {
	v := Verdict{Destination: destination, Fate: Skip}
	if n.Kind == "destination_silent" && n.Destination == destination {
		v.Why = []string{"it is the one that is silent: it is told to the others"}
		return v
	}
	r := f.pick(&v, n, at)
	if r == nil {
		return v
	}
	v.Route = r.Name
	if m := w.Muting(destination, n, at); m != nil {
		v.Fate, v.Mute, v.Why = Silence, m.ID, append(v.Why, m.String())
		return v
	}
	if why := f.silenced(n, at, w); why != "" {
		v.Fate, v.Why = Silence, append(v.Why, why)
		return v
	}
	v.Fate = Send
	if q := f.Destinations[destination].Quiet; q != nil && !slices.Contains(q.Except, n.Severity) {
		if until, quiet := q.Cover(at); quiet {
			v.hold(until, "quiet hours of "+destination+" until "+until.Format("15:04 MST"))
			v.Group = "quiet/" + until.UTC().Format(time.RFC3339)
		}
	}
	due, group := r.due(n)
	if group != "" {
		v.Group = group
	}
	if due.After(at) {
		v.hold(due, fmt.Sprintf("route %q gathers until %s", r.Name, due.UTC().Format(time.RFC3339)))
	}
	if v.Fate == Send {
		v.Why = append(v.Why, fmt.Sprintf("route %q matches", r.Name))
	}
	return v
}

// hold keeps the notification back until the latest of what holds it.
func (v *Verdict) hold(until time.Time, why string) {
	v.Fate, v.Why = Hold, append(v.Why, why)
	if until.After(v.Until) {
		v.Until = until
	}
}

// Explain judges for all destinations, in the order of their names.
func (f *File) Explain(n News, at time.Time, w World) []Verdict {
	var all []Verdict
	for _, name := range f.Names() {
		all = append(all, f.Judge(name, n, at, w))
	}
	return all
}

// pick is the matching route that tells soonest; where none matches, v says why not.
func (f *File) pick(v *Verdict, n News, at time.Time) *Route {
	var best *Route
	var why []string
	for i := range f.Routes {
		r := &f.Routes[i]
		if !slices.Contains(r.To, v.Destination) {
			continue
		}
		if not := r.When.unfit(n, at); not != "" {
			why = append(why, fmt.Sprintf("route %q does not match: %s", r.Name, not))
			continue
		}
		if best == nil {
			best = r
			continue
		}
		was, _ := best.due(n)
		if is, _ := r.due(n); is.Before(was) {
			best = r
		}
	}
	if best == nil {
		if v.Why = why; why == nil {
			v.Why = []string{"no route leads there"}
		}
	}
	return best
}

// due is when the route tells a notification, and what together with.
func (r *Route) due(n News) (time.Time, string) {
	switch {
	case r.Digest != nil:
		due := r.Digest.After(n.At)
		return due, r.Name + "/" + due.UTC().Format(time.RFC3339)
	case r.Group != nil:
		return n.At.Add(r.Group.Wait), r.Name + "/" + r.Group.key(n)
	}
	return n.At, ""
}

// key is what the notifications of one group have in common.
func (g *Group) key(n News) string {
	parts := make([]string, len(g.By))
	for i, by := range g.By {
		switch by {
		case "tenant":
			parts[i] = n.Tenant
		case "case":
			parts[i] = n.Case
		case "kind":
			parts[i] = n.Kind
		case "severity":
			parts[i] = string(n.Severity)
		case "reason":
			if len(n.Reasons) > 0 {
				parts[i] = string(n.Reasons[0])
			}
		}
	}
	return strings.Join(parts, "/")
}

// silenced says why the destination is not told at all; empty where it is.
func (f *File) silenced(n News, at time.Time, w World) string {
	for _, m := range f.Windows {
		if !at.Before(m.From) && at.Before(m.Until) && m.When.unfit(n, at) == "" {
			return fmt.Sprintf("window %q until %s", m.Name, m.Until.UTC().Format(time.RFC3339))
		}
	}
	for _, rule := range f.Inhibit {
		if of := rule.because(n, w.Open); of != nil {
			return fmt.Sprintf("%q: case %s explains it", rule.Name, of.Case)
		}
	}
	return ""
}

// because is the open case that explains the notification; nil where none does.
// A case never silences itself.
func (rule *Inhibition) because(n News, open []Open) *Open {
	if len(n.Reasons) == 0 {
		return nil
	}
	for _, r := range n.Reasons {
		if !slices.Contains(rule.Silence, r) {
			return nil // it tells of something else as well
		}
	}
	for i := range open {
		o := &open[i]
		if o.Case == n.Case || o.Tenant != Platform && o.Tenant != n.Tenant {
			continue
		}
		if slices.ContainsFunc(o.Reasons, func(r policy.ReasonID) bool { return slices.Contains(rule.While, r) }) {
			return o
		}
	}
	return nil
}

// unfit says what of the match does not fit; empty where all does.
func (m *Match) unfit(n News, at time.Time) string {
	for _, part := range []struct {
		what, is string
		want     []string
	}{
		{"audience", n.Audience, m.Audience},
		{"tenant", n.Tenant, m.Tenants},
		{"severity", string(n.Severity), names(m.Severity)},
		{"kind", n.Kind, m.Kinds},
		{"source", n.Source, m.Sources},
		{"language", n.Language, m.Languages},
	} {
		if len(part.want) > 0 && !slices.Contains(part.want, part.is) {
			return fmt.Sprintf("%s is %q, not %s", part.what, part.is, strings.Join(part.want, " or "))
		}
	}
	if len(m.Reasons) > 0 && !slices.ContainsFunc(n.Reasons, func(r policy.ReasonID) bool { return slices.Contains(m.Reasons, r) }) {
		return "none of its reasons is " + strings.Join(names(m.Reasons), " or ")
	}
	if m.Hours != nil {
		if _, open := m.Hours.Cover(at); !open {
			return "outside its hours, " + m.Hours.From.String() + " to " + m.Hours.To.String()
		}
	}
	return ""
}

func names[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
