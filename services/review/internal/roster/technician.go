package roster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// How much of one technician the roster takes.
const (
	maxText     = 120 // bytes of an id, a name, a skill
	maxSkills   = 64
	maxShifts   = 28
	maxAbsences = 200
	maxWhy      = 300
	maxCapacity = 1000
)

// ErrUnsound says that a technician can not be as described. Trying again does not help.
var ErrUnsound = errors.New("not a technician")

// A Technician is somebody who works on cases.
type Technician struct {
	// ID is the name under which cases are assigned and helpdesks name their agent.
	ID string `json:"id"`
	// Name is what people call them; it may be empty.
	Name string `json:"name,omitempty"`
	// Skills are ids of reasons, names of the policy's families, or components, as
	// conditions name their subject. None at all is any.
	Skills []string `json:"skills,omitempty"`
	// Zone is the IANA name of the zone in which the shifts are said, as Europe/Berlin.
	Zone   string  `json:"zone"`
	Shifts []Shift `json:"shifts,omitempty"`
	// Capacity is how many cases at once; 0 is none.
	Capacity int `json:"capacity"`
	// Reported is work that is known elsewhere only, in cases, as it was reported last.
	Reported int `json:"load,omitempty"`
	// Absences are in the order of their beginning.
	Absences []Absence `json:"absences,omitempty"`
	// Version grows by one with each change, from 1.
	Version uint64 `json:"version,omitempty"`
}

// An Absence is a time in which a technician is away.
type Absence struct {
	From time.Time `json:"from"`
	// Until is when they are back; zero is not known.
	Until time.Time `json:"until,omitzero"`
	Why   string    `json:"why,omitempty"`
}

// Covers says whether the technician is away at a time because of it.
func (a Absence) Covers(t time.Time) bool {
	return !t.Before(a.From) && (a.Until.IsZero() || t.Before(a.Until))
}

// Clean is the technician in the form in which the roster keeps them: without
// blanks around texts, skills and absences in order and once each. The error is
// ErrUnsound and says what is wrong.
func (t Technician) Clean() (Technician, error) {
	t.ID, t.Name, t.Zone = strings.TrimSpace(t.ID), strings.TrimSpace(t.Name), strings.TrimSpace(t.Zone)
	if t.Zone == "" {
		t.Zone = "UTC"
	}
	t.Skills = slices.Clone(t.Skills)
	for i := range t.Skills {
		t.Skills[i] = strings.ToLower(strings.TrimSpace(t.Skills[i]))
	}
	slices.Sort(t.Skills)
	t.Skills = slices.Compact(t.Skills)
	t.Absences = slices.Clone(t.Absences)
	for i := range t.Absences {
		a := &t.Absences[i]
		a.From, a.Until, a.Why = a.From.UTC(), a.Until.UTC(), strings.TrimSpace(a.Why)
	}
	slices.SortStableFunc(t.Absences, func(a, b Absence) int { return a.From.Compare(b.From) })
	t.Absences = slices.CompactFunc(t.Absences, func(a, b Absence) bool { return a.From.Equal(b.From) && a.Until.Equal(b.Until) })
	if err := t.sound(); err != nil {
		return Technician{}, fmt.Errorf("technician %q: %w: %w", t.ID, ErrUnsound, err)
	}
	return t, nil
}

func (t Technician) sound() error {
	switch {
	case t.ID == "":
		return errors.New("the id is not there")
	case !plain(t.ID) || !plain(t.Name):
		return fmt.Errorf("id and name hold at most %d bytes, and no control characters", maxText)
	case strings.ContainsAny(t.ID, "/?#"):
		return errors.New("the id holds /, ? or #")
	case t.Capacity < 0 || t.Capacity > maxCapacity:
		return fmt.Errorf("capacity %d is not from 0 to %d", t.Capacity, maxCapacity)
	case t.Reported < 0 || t.Reported > maxCapacity:
		return fmt.Errorf("load %d is not from 0 to %d", t.Reported, maxCapacity)
	case len(t.Skills) > maxSkills || len(t.Shifts) > maxShifts || len(t.Absences) > maxAbsences:
		return fmt.Errorf("there are more than %d skills, %d shifts or %d absences", maxSkills, maxShifts, maxAbsences)
	}
	if _, err := time.LoadLocation(t.Zone); err != nil || t.Zone == "Local" {
		return fmt.Errorf("zone %q is no IANA zone, as Europe/Berlin", t.Zone)
	}
	for _, s := range t.Skills {
		if s == "" || !plain(s) || strings.ContainsAny(s, " ;,") {
			return fmt.Errorf("skill %q is empty, too long, or holds a blank, a comma or a semicolon", s)
		}
	}
	for _, s := range t.Shifts {
		if err := s.sound(); err != nil {
			return err
		}
	}
	for _, a := range t.Absences {
		if a.From.IsZero() || !a.Until.IsZero() && !a.Until.After(a.From) {
			return errors.New("an absence ends before it begins, or has no beginning")
		}
		if len(a.Why) > maxWhy || !utf8.ValidString(a.Why) {
			return fmt.Errorf("why somebody is away is said in at most %d bytes", maxWhy)
		}
	}
	return nil
}

// plain says that a text is short and can stand in one line.
func plain(s string) bool {
	return len(s) <= maxText && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Label is the name, or the id where there is none.
func (t Technician) Label() string {
	if t.Name != "" {
		return t.Name
	}
	return t.ID
}

// Away adds an absence; those that it overlaps or touches become one with it,
// and the last why that was given stands.
func (t Technician) Away(a Absence) Technician {
	kept := make([]Absence, 0, len(t.Absences)+1)
	for _, old := range t.Absences {
		apart := !old.Until.IsZero() && old.Until.Before(a.From) || !a.Until.IsZero() && a.Until.Before(old.From)
		if apart {
			kept = append(kept, old)
			continue
		}
		if old.From.Before(a.From) {
			a.From = old.From
		}
		if old.Until.IsZero() || a.Until.IsZero() {
			a.Until = time.Time{}
		} else if old.Until.After(a.Until) {
			a.Until = old.Until
		}
		if a.Why == "" {
			a.Why = old.Why
		}
	}
	t.Absences = append(kept, a)
	slices.SortStableFunc(t.Absences, func(a, b Absence) int { return a.From.Compare(b.From) })
	return t
}

// Back ends the absence that holds at a time; those to come stay. False where
// the technician was not away.
func (t Technician) Back(at time.Time) (Technician, bool) {
	kept, was := []Absence(nil), false
	for _, a := range t.Absences {
		if a.Covers(at) {
			was = true
			if a.Until = at; !a.From.Before(at) {
				continue
			}
		}
		kept = append(kept, a)
	}
	t.Absences = kept
	return t, was
}
