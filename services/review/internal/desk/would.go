package desk

import (
	"slices"

	"tocsin/services/review/internal/decide"
)

// Would is the case as it would be after the order, and what would be stated of
// it, by the same rules as Do. Nothing is kept and nobody is told; its errors are
// decide's.
func (d Desk) Would(of *decide.Case, o Order) (decide.Case, decide.Event, error) {
	c := *of
	c.Tickets, c.Conditions = slices.Clone(of.Tickets), slices.Clone(of.Conditions)
	c.Past, c.Promises = slices.Clone(of.Past), slices.Clone(of.Promises)
	e, err := o.do(&c, decide.Command{ID: "would", By: o.By, At: d.Now(), Version: o.Version, Note: o.Note, Technician: o.Technician})
	return c, e, err
}
