package statuspage

import (
	"time"

	"tocsin/services/intake/internal/lenient"
)

// delivered is a body of either kind.
type delivered struct {
	Incident  *incident `json:"incident"`
	Update    *update   `json:"component_update"`
	Component component `json:"component"`
}

// incident is one with what was told of it, in whatever order that stands.
type incident struct {
	ID           lenient.Text `json:"id"`
	Name         lenient.Text `json:"name"`
	Status       lenient.Text `json:"status"`
	Impact       lenient.Text `json:"impact"`
	ScheduledFor lenient.Text `json:"scheduled_for"`
	CreatedAt    lenient.Text `json:"created_at"`
	UpdatedAt    lenient.Text `json:"updated_at"`
	ResolvedAt   lenient.Text `json:"resolved_at"`
	Told         []told       `json:"incident_updates"`
	Components   []component  `json:"components"`
}

// told is one update of an incident.
type told struct {
	CreatedAt lenient.Text `json:"created_at"`
	DisplayAt lenient.Text `json:"display_at"`
	Affected  []affected   `json:"affected_components"`
}

type component struct {
	ID     lenient.Text `json:"id"`
	Name   lenient.Text `json:"name"`
	Status lenient.Text `json:"status"`
}

// affected is what an update of an incident does to a component.
type affected struct {
	Code      lenient.Text `json:"code"`
	Name      lenient.Text `json:"name"`
	OldStatus lenient.Text `json:"old_status"`
	NewStatus lenient.Text `json:"new_status"`
}

// update is a change of a component outside of any incident.
type update struct {
	ComponentID lenient.Text `json:"component_id"`
	NewStatus   lenient.Text `json:"new_status"`
	CreatedAt   lenient.Text `json:"created_at"`
}

// newest is when the incident was last told of, and what that did to its components;
// the time is zero where nothing of it is a time.
func (i incident) newest() (at time.Time, changed []affected) {
	for n, t := range i.Told {
		if when := first(t.CreatedAt, t.DisplayAt); n == 0 || when.After(at) {
			at, changed = when, t.Affected
		}
	}
	if at.IsZero() {
		at = first(i.ResolvedAt, i.UpdatedAt, i.CreatedAt)
	}
	return at, changed
}

// first is the first that is a time, zero if none is.
func first(all ...lenient.Text) time.Time {
	for _, one := range all {
		if at, err := one.Time(); err == nil {
			return at
		}
	}
	return time.Time{}
}

// parts are the incident's components as they are now. An old body names them in its
// newest update alone.
func (i incident) parts(changed []affected) []component {
	if len(i.Components) > 0 {
		return i.Components
	}
	var all []component
	for _, c := range changed {
		all = append(all, component{ID: c.Code, Name: c.Name, Status: c.NewStatus})
	}
	return all
}
