package calling

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/services/notification/internal/ladder"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// answering is how long an answer may take.
const answering = 5 * time.Second

// OnAsked answers how a case's ladder stands.
func (c *Caller) OnAsked(q *notificationv1.LadderAsked) (proto.Message, error) {
	c.mu.Lock()
	ready := c.plan != nil
	c.mu.Unlock()
	if !ready {
		return nil, errors.New("the file of routes is not read yet; ask again in a moment")
	}
	ctx, cancel := context.WithTimeout(context.Background(), answering)
	defer cancel()
	now := time.Now()
	s, err := c.at(ctx, key{q.GetTenant(), q.GetCase()}, now)
	if err != nil {
		return nil, err
	}
	stands := &notificationv1.LadderStanding{}
	if len(s.climbed.GetSteps()) > 0 {
		stands.Climbed = s.climbed
	}
	if s.ladder == nil || !standing(s.k).Waits() {
		return stands, nil
	}
	due, next := ladder.Climb{Ladder: s.ladder, Schedules: s.plan.Schedules}.Due(callsOf(s.climbed), now)
	if len(due) > 0 {
		next = &due[0]
	}
	if next != nil {
		stands.Next = stepOf(*next)
		for _, who := range next.Called {
			stands.Silenced, _ = s.plan.File.Silenced(who.Destination, s.news, now, s.world)
		}
	}
	return stands, nil
}

// callsOf are the calls there were.
func callsOf(m *notificationv1.LadderClimbed) (calls []ladder.Call) {
	for _, step := range m.GetSteps() {
		call := ladder.Call{
			Level: int(step.GetLevel()), Repetition: int(step.GetRepetition()),
			At: bus.Moment(step.GetAt()), Until: bus.Moment(step.GetUntil()), Absent: step.GetAbsent(),
		}
		for _, who := range step.GetCalled() {
			call.Called = append(call.Called, ladder.Callee{Destination: who.GetDestination(), Schedule: who.GetSchedule(), Person: who.GetPerson()})
		}
		calls = append(calls, call)
	}
	return calls
}

func stepOf(call ladder.Call) *notificationv1.LadderStep {
	step := &notificationv1.LadderStep{
		Level: uint32(call.Level), Repetition: uint32(call.Repetition), //nolint:gosec // at most 21 levels
		At: bus.Stamp(call.At), Until: bus.Stamp(call.Until), Absent: call.Absent,
	}
	for _, who := range call.Called {
		step.Called = append(step.Called, &notificationv1.Callee{Destination: who.Destination, Schedule: who.Schedule, Person: who.Person})
	}
	return step
}
