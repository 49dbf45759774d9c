package roster

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// maxBook is how many technicians a book holds.
const maxBook = 2000

// ErrUnknown says that the book has no such technician. Trying again does not help.
var ErrUnknown = errors.New("the roster has no such technician")

// ErrStale says that a technician has changed since they were read.
var ErrStale = errors.New("the roster has changed since it was read")

// A StaleError is ErrStale with the version that the technician has now. 0 is gone.
type StaleError struct {
	ID            string
	Seen, Current uint64
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("version %d of technician %q was read, but it is at version %d: read it again", e.Seen, e.ID, e.Current)
}

// Is makes errors.Is(err, ErrStale) true.
func (e *StaleError) Is(target error) bool { return target == ErrStale }

// Find is the technician with an id.
func (b Book) Find(id string) (Technician, error) {
	for _, t := range b {
		if t.ID == id {
			return t, nil
		}
	}
	return Technician{}, fmt.Errorf("%q: %w", id, ErrUnknown)
}

// Set is the book with the technician as described. Their Version is the one
// that was seen; 0 is whichever there is. Where Absences is nil, those that there
// are stay. The book itself is not changed.
func (b Book) Set(t Technician) (Book, error) {
	seen := t.Version
	t, err := t.Clean()
	if err != nil {
		return nil, err
	}
	was, err := b.Find(t.ID)
	if seen != 0 && seen != was.Version {
		return nil, &StaleError{t.ID, seen, was.Version}
	}
	if t.Version = was.Version; t.Absences == nil {
		t.Absences = was.Absences
	}
	next := slices.Clone(b)
	if err != nil {
		next = append(next, t)
	} else {
		next[slices.IndexFunc(b, func(o Technician) bool { return o.ID == t.ID })] = t
	}
	if len(next) > maxBook {
		return nil, fmt.Errorf("%w: a roster holds at most %d", ErrUnsound, maxBook)
	}
	slices.SortFunc(next, func(a, b Technician) int { return strings.Compare(a.ID, b.ID) })
	return next, nil
}

// SetAll is the book with all of them as described, or an error and none. With
// prune those that are not among them are gone.
func (b Book) SetAll(all []Technician, prune bool) (Book, error) {
	next, named := b, map[string]bool{}
	for _, t := range all {
		id := strings.TrimSpace(t.ID)
		if named[id] {
			return nil, fmt.Errorf("technician %q: %w: named twice", id, ErrUnsound)
		}
		named[id] = true
		var err error
		if next, err = next.Set(t); err != nil {
			return nil, err
		}
	}
	if prune {
		next = slices.DeleteFunc(slices.Clone(next), func(t Technician) bool { return !named[t.ID] })
	}
	return next, nil
}

// Remove is the book without a technician; who is not in it is gone already.
func (b Book) Remove(id string, seen uint64) (Book, error) {
	was, err := b.Find(id)
	if err != nil {
		return b, nil
	}
	if seen != 0 && seen != was.Version {
		return nil, &StaleError{id, seen, was.Version}
	}
	return slices.DeleteFunc(slices.Clone(b), func(t Technician) bool { return t.ID == id }), nil
}

// Away is the book with one more absence of a technician.
func (b Book) Away(id string, a Absence) (Book, error) {
	t, err := b.Find(id)
	if err != nil {
		return nil, err
	}
	t = t.Away(Absence{a.From.UTC(), a.Until.UTC(), a.Why})
	return b.Set(t)
}

// Back is the book in which a technician is not away any more from a time on.
func (b Book) Back(id string, at time.Time) (Book, error) {
	t, err := b.Find(id)
	if err != nil {
		return nil, err
	}
	if t, _ = t.Back(at.UTC()); t.Absences == nil {
		t.Absences = []Absence{}
	}
	return b.Set(t)
}

// A Diff is what is new in a book.
type Diff struct {
	Added   []string `json:"added"`
	Changed []string `json:"changed"`
	Removed []string `json:"removed"`
	// Same is how many stay as they are.
	Same int `json:"same"`
}

// Since is what is new in b, of a book before.
func (b Book) Since(was Book) Diff {
	d := Diff{[]string{}, []string{}, []string{}, 0}
	for _, t := range b {
		switch old, err := was.Find(t.ID); {
		case err != nil:
			d.Added = append(d.Added, t.ID)
		case !same(old, t):
			d.Changed = append(d.Changed, t.ID)
		default:
			d.Same++
		}
	}
	for _, t := range was {
		if _, err := b.Find(t.ID); err != nil {
			d.Removed = append(d.Removed, t.ID)
		}
	}
	return d
}

// None says that nothing is new.
func (d Diff) None() bool { return len(d.Added)+len(d.Changed)+len(d.Removed) == 0 }

// same says that two say the same of a technician.
func same(a, b Technician) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Zone == b.Zone && a.Capacity == b.Capacity && a.Reported == b.Reported &&
		slices.Equal(a.Skills, b.Skills) && ShiftsText(a.Shifts) == ShiftsText(b.Shifts) &&
		(len(a.Absences) == 0 && len(b.Absences) == 0 || reflect.DeepEqual(a.Absences, b.Absences))
}

// Shown is the standings as somebody may see them who sees some tenants only:
// work for others counts, and nothing is said of it.
func Shown(all []Standing, sees func(tenant string) bool) []Standing {
	shown := slices.Clone(all)
	for i := range shown {
		shown[i].Load = slices.Clone(shown[i].Load)
		for j, w := range shown[i].Load {
			if !sees(w.Tenant) {
				shown[i].Load[j] = Work{}
			}
		}
	}
	return shown
}
