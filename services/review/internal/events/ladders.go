package events

import (
	"context"
	"fmt"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Ladder is who was called about a case that somebody has yet to see, and who is next.
type Ladder struct {
	// Called are the steps of the case's round, oldest first.
	Called []Step
	// Next is what comes unless somebody has seen the case; nil where nothing does.
	Next *Step
	// Silenced is why nobody is called for now; empty where nothing keeps the ladder silent.
	Silenced string
}

// A Step is whom a ladder calls at once.
type Step struct {
	At time.Time
	// LastWord says that all who were called hear that nobody has seen the case.
	LastWord bool
	// Who are people with their schedule, or destinations.
	Who []string
	// Absent are the schedules of which nobody was on call.
	Absent []string
}

// Ladders asks notification how ladders stand.
type Ladders struct{ Conn *bus.Conn }

// Of is how the ladder of a case stands. Its error is bus.ErrNobody where
// notification is away, or has no file of routes.
func (l Ladders) Of(ctx context.Context, tenant, caseID string) (Ladder, error) {
	var stands notificationv1.LadderStanding
	if err := l.Conn.Ask(ctx, topology.LadderSubject(), &notificationv1.LadderAsked{Tenant: tenant, Case: caseID}, &stands); err != nil {
		return Ladder{}, fmt.Errorf("ask who was called about case %s: %w", caseID, err)
	}
	out := Ladder{Silenced: stands.GetSilenced()}
	for _, s := range stands.GetClimbed().GetSteps() {
		out.Called = append(out.Called, stepOf(s))
	}
	if s := stands.GetNext(); s != nil {
		next := stepOf(s)
		out.Next = &next
	}
	return out, nil
}

func stepOf(m *notificationv1.LadderStep) Step {
	s := Step{At: bus.Moment(m.GetAt()), LastWord: m.GetLevel() == 0, Absent: m.GetAbsent()}
	for _, who := range m.GetCalled() {
		name := who.GetDestination()
		if who.GetPerson() != "" {
			name = who.GetSchedule() + " (" + who.GetPerson() + ")"
		}
		if len(s.Who) == 0 || s.Who[len(s.Who)-1] != name { // a person has several destinations
			s.Who = append(s.Who, name)
		}
	}
	return s
}
