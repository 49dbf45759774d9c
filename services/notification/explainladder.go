package notification

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/ladder"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Climb says which ladder a case would have, and who would be called.
type Climb struct {
	// Ladder is empty where the case would have none.
	Ladder string `json:"ladder"`
	// Why says why each ladder before it does not match, one line for each.
	Why []string `json:"why,omitempty"`
	// Turns are all that would follow, if nobody acknowledged and nothing changed.
	Turns []Turn `json:"turns,omitempty"`
}

// A Turn is a level of a ladder.
type Turn struct {
	// Level counts from 1; 0 is the last word, that nobody acknowledged.
	Level int `json:"level"`
	// Repetition counts from 0.
	Repetition int       `json:"repetition"`
	At         time.Time `json:"at"`
	Called     []Callee  `json:"called,omitempty"`
	// Absent are the schedules of which nobody would be on call.
	Absent []string `json:"absent,omitempty"`
}

// A Callee is a destination that would be called.
type Callee struct {
	Destination string `json:"destination"`
	// Schedule and Person are set where a schedule names the destination.
	Schedule string `json:"schedule,omitempty"`
	Person   string `json:"person,omitempty"`
	// Silenced is why it would not be called for now.
	Silenced string `json:"silenced,omitempty"`
}

// ExplainLadder says who would be called about the case of a notification that
// is told at a time; nil where the file has no ladders, or the notification
// begins none: leadership hears that a case is theirs to decide.
func (w World) ExplainLadder(text []byte, p *policy.Policy, beside Beside, n *notificationv1.Notification, at time.Time) (*Climb, error) {
	file, err := route.Read(text, known(p))
	if err != nil {
		return nil, err
	}
	if len(file.Ladders) == 0 || !begins(n) {
		return nil, nil
	}
	schedules, err := readSchedules(text, file, beside, nil)
	if err != nil {
		return nil, err
	}
	news := courier.NewsOf(n, at, p)
	news.Kind = string(deliver.Call)
	found, _, why := file.Climbs(news, at)
	c := &Climb{Why: why}
	if found == nil {
		return c, nil
	}
	c.Ladder = found.Name
	for _, call := range (ladder.Climb{Ladder: found, Schedules: schedules}).Whole(at) {
		turn := Turn{Level: call.Level, Repetition: call.Repetition, At: call.At, Absent: call.Absent}
		for _, who := range call.Called {
			silenced, _ := file.Silenced(who.Destination, news, call.At, w.is)
			turn.Called = append(turn.Called, Callee{who.Destination, who.Schedule, who.Person, silenced})
		}
		c.Turns = append(c.Turns, turn)
	}
	return c, nil
}

// begins says whether a ladder begins with what a notification tells.
func begins(n *notificationv1.Notification) bool {
	kind := deliver.Kind(n.GetKind())
	return n.GetAudience() == deliver.Leadership && (kind == deliver.CaseOpened || kind == deliver.Reopened) &&
		(n.GetState() == "" || (ladder.Case{State: n.GetState()}).Waits())
}
