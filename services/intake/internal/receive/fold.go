package receive

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrOtherTicket says that an event was folded into a ticket that it does not
// belong to. No retry mends it.
var ErrOtherTicket = errors.New("the event belongs to another ticket")

// Fold applies one event to its ticket. Every order of the same events gives the
// same ticket, and an event that the ticket holds already changes nothing.
// changed says whether there is anything to store; with an error there is not,
// and no retry mends it. Fold never writes into a slice that the ticket had
// before, so a copy of the ticket stays as it was.
func Fold(t *Ticket, ev TicketEvent) (changed bool, err error) {
	switch {
	case ev.Said == nil:
		return false, fmt.Errorf("fold ticket event %q: it says nothing", ev.ID)
	case ev.OccurredAt.Before(earliest):
		return false, fmt.Errorf("fold ticket event %q: occurred_at %s is before 2000", ev.ID, ev.OccurredAt)
	case t.Ticket != "" && (t.Tenant != ev.Tenant || t.Ticket != ev.Ticket):
		return false, fmt.Errorf("fold event %q of ticket %s %q into %s %q: %w",
			ev.ID, ev.Tenant, ev.Ticket, t.Tenant, t.Ticket, ErrOtherTicket)
	}
	s := Setter{At: ev.OccurredAt.UTC().Round(0), Event: Ref(ev.Source, ev.ID)}
	if t.Holds(ev.Source, ev.ID) {
		return false, nil
	}
	t.Tenant, t.Ticket = ev.Tenant, ev.Ticket
	changed = t.remember(s, ev.Tag)
	changed = t.setSource(ev, s) || changed
	changed = ev.Said.apply(t, s) || changed
	if n, ok := ev.Said.(Note); !ok || !n.Own {
		changed = latest(&t.LastEventAt, s.At) || changed
	}
	if changed {
		t.Revision++
	}
	return changed, nil
}

// Holds says whether the event is among the newest 512 that were applied: then
// it is done. Of an older event it is not known; applied again it changes nothing.
func (t *Ticket) Holds(source, id string) bool {
	ref := Ref(source, id)
	return slices.ContainsFunc(t.Applied, func(a Applied) bool { return a.Event == ref })
}

// Contradicts says whether the event says otherwise than the one of its identity that the
// ticket holds: it is passed over, for the first stands.
func (t *Ticket) Contradicts(ev TicketEvent) bool {
	if ev.Tag == 0 {
		return false
	}
	ref := Ref(ev.Source, ev.ID)
	return slices.ContainsFunc(t.Applied, func(a Applied) bool { return a.Event == ref && a.Tag != 0 && a.Tag != ev.Tag })
}

// remember adds the event to those applied, if it is among the newest.
func (t *Ticket) remember(s Setter, tag uint32) bool {
	i, found := slices.BinarySearchFunc(t.Applied, s, func(a Applied, s Setter) int {
		return compareEvents(a.At, a.Event, s.At, s.Event)
	})
	if found || i == 0 && len(t.Applied) == maxApplied {
		return false
	}
	t.Applied = newest(insert(t.Applied, i, Applied{At: s.At, Event: s.Event, Tag: tag}), maxApplied)
	return true
}

// setSource keeps the helpdesk that opened the ticket, or else that spoke last.
func (t *Ticket) setSource(ev TicketEvent, s Setter) bool {
	if _, ok := ev.Said.(Opened); ok {
		s.Kind = Customer
	}
	return t.Source.set(ev.Source, s, func(f Field[string]) bool { return f.Setter.Kind != "" })
}

func (o Opened) apply(t *Ticket, s Setter) bool {
	s.Kind = Customer
	body, cut := words(o.Body, MaxText)
	changed := t.cut(cut)
	if compareEvents(t.Opening.At, t.Opening.Event, s.At, s.Event) < 0 {
		t.Opening = TicketNote{
			Event: s.Event, At: s.At, AuthorKind: Customer, Author: name(o.Requester),
			Text: body, Public: true, Truncated: cut,
		}
		changed = true
	}
	changed = t.Subject.say(line(o.Subject, maxSubject), s) || changed
	changed = t.Requester.say(name(o.Requester), s) || changed
	changed = t.CSM.say(name(o.CSM), s) || changed
	changed = t.setComponents(o.Components, s) || changed
	changed = t.setStatus(New, s) || changed
	facts := Facts{Severity: o.Severity, Environment: o.Environment, AffectedUsers: o.AffectedUsers, SetBy: Customer}
	changed = facts.apply(t, s) || changed
	changed = first(&t.OpenedAt, s.At) || changed
	return latest(&t.CustomerActedAt, s.At) || changed
}

func (n Note) apply(t *Ticket, s Setter) bool {
	kind := cmp.Or(n.By(), Customer)
	text, cut := words(n.Text, MaxText)
	changed := t.cut(cut)
	note := TicketNote{Event: s.Event, At: s.At, AuthorKind: kind, Author: name(n.Author), Text: text, Public: n.Public, Truncated: cut}
	notes, added, lost := keep(t.Notes, note, maxNotes, maxNoteTexts)
	t.Notes = notes
	changed = t.cut(lost) || added || changed
	switch kind {
	case Agent:
		changed = latest(&t.AgentActedAt, s.At) || changed
		changed = latest(&t.SupportActedAt, s.At) || changed
	case Customer:
		changed = latest(&t.CustomerActedAt, s.At) || changed
		changed = t.turn(Turn{At: s.At, Kind: Answered}) || changed
	default: // a CSM is neither side, a system nobody
	}
	return changed
}

func (c StatusChanged) apply(t *Ticket, s Setter) bool {
	changed := t.setStatus(c.Status, s)
	switch c.Status {
	case New:
		return changed
	case AwaitingCustomer:
		return t.turn(Turn{At: s.At, Kind: Asked}) || changed
	case InProgress:
		changed = latest(&t.AgentActedAt, s.At) || changed
		changed = latest(&t.SupportActedAt, s.At) || changed
	default: // anybody may have set it
	}
	return t.turn(Turn{At: s.At, Kind: Moved}) || changed
}

func (a Assigned) apply(t *Ticket, s Setter) bool {
	changed := t.Agent.set(name(a.Agent), s, nil)
	if a.Agent == "" {
		return changed
	}
	return latest(&t.SupportActedAt, s.At) || changed
}

func (f Facts) apply(t *Ticket, s Setter) bool {
	s.Kind = f.SetBy
	changed := false
	if f.Severity != "" {
		changed = t.Severity.set(f.Severity, s, byAgent[Severity])
	}
	if f.Environment != "" {
		changed = t.Environment.set(f.Environment, s, byAgent[Environment]) || changed
	}
	if f.AffectedUsers != nil {
		changed = t.AffectedUsers.set(*f.AffectedUsers, s, byAgent[uint32]) || changed
	}
	return changed
}

func (f Flagged) apply(t *Ticket, s Setter) bool {
	s.Kind = CSM
	changed := t.CSM.say(name(f.CSM), s)
	return t.request(Request{AuthorKind: CSM, Author: name(f.CSM), Reason: f.Reason}, s) || changed
}

func (r EscalationRequested) apply(t *Ticket, s Setter) bool {
	return t.request(Request{Reason: r.Reason, Urgency: r.Urgency, PolicyReason: line(r.PolicyReason, maxComponent)}, s)
}

func (t *Ticket) request(r Request, s Setter) bool {
	var reasonCut, urgencyCut bool
	r.Event, r.At = s.Event, s.At
	r.Reason, reasonCut = words(r.Reason, maxReason)
	r.Urgency, urgencyCut = words(r.Urgency, maxUrgency)
	r.Truncated = reasonCut || urgencyCut
	requests, added, lost := keep(t.Requests, r, maxRequests, maxRequestTexts)
	t.Requests = requests
	return t.cut(r.Truncated || lost) || added
}

func (t *Ticket) setStatus(status Status, s Setter) bool {
	// NEW is where every ticket begins: it never ends another status.
	return t.Status.set(status, s, func(f Field[Status]) bool { return f.Value != New })
}

func (t *Ticket) setComponents(components []string, s Setter) bool {
	if len(components) == 0 || t.Components.Setter.compare(s) >= 0 {
		return false
	}
	components = slices.Clone(components[:min(len(components), maxComponents)])
	for i, c := range components {
		components[i] = line(c, maxComponent)
	}
	t.Components = Field[[]string]{Value: components, Setter: s}
	return true
}

// cut notes that something was lost; it says whether that is news.
func (t *Ticket) cut(lost bool) bool {
	news := lost && !t.Truncated
	t.Truncated = t.Truncated || lost
	return news
}

// set keeps the value of the greater setter; a value that outranks (nil: none
// does) is kept before one that does not.
func (f *Field[T]) set(v T, s Setter, outranks func(Field[T]) bool) bool {
	next := Field[T]{Value: v, Setter: s}
	if outranks != nil && f.Setter != (Setter{}) && outranks(*f) != outranks(next) {
		if outranks(*f) {
			return false
		}
	} else if f.Setter.compare(s) >= 0 {
		return false
	}
	*f = next
	return true
}

// say is set for a text that is unset while it is empty.
func (f *Field[T]) say(v T, s Setter) bool {
	if any(v) == any("") {
		return false
	}
	return f.set(v, s, nil)
}

func byAgent[T any](f Field[T]) bool { return f.Setter.Kind == Agent }

func latest(t *time.Time, at time.Time) bool {
	if !at.After(*t) {
		return false
	}
	*t = at
	return true
}

func first(t *time.Time, at time.Time) bool {
	if !t.IsZero() && !at.Before(*t) {
		return false
	}
	*t = at
	return true
}

// line is a short text without what a name or a heading cannot hold.
func line(s string, max int) string {
	s, _ = shorten(strings.TrimSpace(clean(s)), max)
	return s
}

// name is a person's id; a very long one is hashed, so that it stays one person's.
func name(s string) string { return short(strings.TrimSpace(clean(s)), maxName) }
