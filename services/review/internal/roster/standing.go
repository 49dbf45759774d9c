package roster

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
)

// ahead is how far Standing looks for the next time on duty.
const ahead = 15 * 24 * time.Hour

// A Book is all technicians.
type Book []Technician

// A Work is something that a technician works on.
type Work struct {
	// Case is a case that was approved; Tenant and Ticket, an open ticket with that
	// agent. Where both are set, the ticket is linked to the case.
	Case   string `json:"case,omitempty"`
	Tenant string `json:"tenant,omitempty"`
	Ticket string `json:"ticket,omitempty"`
	// Reason is the case's first.
	Reason   policy.ReasonID `json:"reason,omitempty"`
	Priority policy.Priority `json:"priority,omitempty"`
	// ETA is what was promised; zero is nothing.
	ETA time.Time `json:"eta,omitzero"`
	// Assigned says that a person of leadership put them on it, rather than the helpdesk.
	Assigned bool `json:"assigned,omitempty"`
}

// A Need is what a case asks of a technician.
type Need struct {
	// Skills of which one is enough; none is anybody's.
	Skills   []string
	Priority policy.Priority
}

// A Standing is how one technician stands at a time.
type Standing struct {
	Technician Technician
	OnShift    bool
	// Until is when the shift ends, or their absence; zero where neither is, or it has no end.
	Until  time.Time
	Absent bool
	// Why is the absence's.
	Why string
	// Back is when they are next on shift and not absent; zero while they are, and
	// where that is not known within two weeks.
	Back time.Time
	Load []Work
	// Busy is how many cases they have: the load and what was reported from elsewhere.
	Busy int
	// Free says that they are on shift, not absent, and can take one more.
	Free bool
	// Fits says that they have a skill that is needed.
	Fits bool
}

// On says that they are on duty: on shift, and not absent.
func (s Standing) On() bool { return s.OnShift && !s.Absent }

// At is how everybody stands at a time, who have what to do by the technicians'
// ids: those first who fit, of those who is free, then on duty, then who is back first.
func (b Book) At(at time.Time, load map[string][]Work, need Need) []Standing {
	all := make([]Standing, 0, len(b))
	for _, t := range b {
		s := t.standing(at)
		s.Load = load[t.ID]
		s.Busy = len(s.Load) + t.Reported
		s.Free = s.On() && s.Busy < t.Capacity
		s.Fits = t.fits(need)
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b Standing) int {
		return cmp.Or(
			first(a.Fits, b.Fits), first(a.Free, b.Free), first(a.On(), b.On()),
			a.spare(b), first(!a.Back.IsZero(), !b.Back.IsZero()), a.Back.Compare(b.Back),
			strings.Compare(a.Technician.Label(), b.Technician.Label()), strings.Compare(a.Technician.ID, b.Technician.ID),
		)
	})
	return all
}

// first puts what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// spare puts first who could take more, among those on duty.
func (s Standing) spare(o Standing) int {
	if !s.On() || !o.On() {
		return 0
	}
	return cmp.Compare(o.Technician.Capacity-o.Busy, s.Technician.Capacity-s.Busy)
}

func (t Technician) fits(n Need) bool {
	if len(t.Skills) == 0 || len(n.Skills) == 0 {
		return true
	}
	return slices.ContainsFunc(n.Skills, func(s string) bool { return slices.Contains(t.Skills, s) })
}

// standing is when the technician works, at a time.
func (t Technician) standing(at time.Time) Standing {
	s := Standing{Technician: t}
	duty := t.Duty(at, at.Add(ahead))
	if len(duty) > 0 && duty[0].Covers(at) {
		s.OnShift = true
		if end := duty[0].To; end.Before(at.Add(ahead)) { // else round the clock
			s.Until = end.UTC()
		}
	}
	until, away := t.awayAt(at)
	if away != nil {
		s.Absent, s.Until, s.Why = true, until, away.Why
	} else if s.OnShift {
		for _, a := range t.Absences {
			if a.From.After(at) && (s.Until.IsZero() || a.From.Before(s.Until)) {
				s.Until = a.From
			}
		}
	}
	if !s.On() {
		s.Back = t.back(at, duty)
	}
	return s
}

// awayAt is the absence at a time, and when the last of those ends that follow
// it without a gap; zero is not known.
func (t Technician) awayAt(at time.Time) (until time.Time, why *Absence) {
	until = at
	for i := range t.Absences {
		if a := &t.Absences[i]; a.Covers(until) {
			if why == nil {
				why = a
			}
			if until = a.Until; until.IsZero() {
				break
			}
		}
	}
	return until, why
}

// back is when they are next on duty, by the shifts to come.
func (t Technician) back(at time.Time, duty []Span) time.Time {
	for _, span := range duty {
		from := span.From
		if from.Before(at) {
			from = at
		}
		until, away := t.awayAt(from)
		switch {
		case away == nil:
			return from.UTC()
		case until.IsZero():
			return time.Time{}
		case until.Before(span.To):
			return until
		}
	}
	return time.Time{}
}
