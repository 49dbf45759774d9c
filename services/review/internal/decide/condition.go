package decide

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
)

// A ConditionState is where a condition stands.
type ConditionState string

// The states of a condition: raised, then one of the ends.
const (
	Raised             ConditionState = "raised"
	Cleared            ConditionState = "cleared"   // a success was seen
	ConditionExpired   ConditionState = "expired"   // no more signals came
	ConditionWithdrawn ConditionState = "withdrawn" // late signals showed that it never held
)

// A Condition is what monitoring says of one episode of a condition, and, in a
// case, the condition linked to it.
type Condition struct {
	// ID is the episode's: all changes from raised to its end carry it.
	ID     string          `json:"id"`
	Reason policy.ReasonID `json:"reason"`
	// Scope is a tenant, or Platform.
	Scope string `json:"scope"`
	// Subject is the component, provider, finding, program or ticket, where the rule has one.
	Subject  string         `json:"subject,omitempty"`
	State    ConditionState `json:"state"`
	Flapping bool           `json:"flapping,omitempty"`

	Value         uint32 `json:"value"`
	Threshold     uint32 `json:"threshold"`
	WindowSeconds uint32 `json:"window_seconds,omitempty"`
	Tenants       uint32 `json:"tenants,omitempty"`
	// People is how many were counted; 0 where the rule counts none.
	People uint32 `json:"people,omitempty"`
	// Peak is the most people that any change of the episode counted.
	Peak uint32 `json:"peak,omitempty"`
	// Evidence are "source/id" of the last counted signals, oldest first.
	Evidence []string `json:"evidence,omitempty"`

	// FirstAt is the first counted event time.
	FirstAt time.Time `json:"first_at,omitzero"`
	// RaisedAt is the event time at which the episode began.
	RaisedAt time.Time `json:"raised_at,omitzero"`
	// At is the event time of the latest change.
	At time.Time `json:"at"`
	// DetectedAt is the clock of the latest change; an older change says nothing new.
	DetectedAt time.Time `json:"detected_at,omitzero"`
	Policy     string    `json:"policy,omitempty"`
	// LinkedAt is when the condition joined its case.
	LinkedAt time.Time `json:"linked_at,omitzero"`
}

// Live says that the condition still holds as far as anybody knows.
func (c *Condition) Live() bool { return c.State == Raised }

// sameAs says that the two state the same, whenever they were stated.
func (c *Condition) sameAs(o *Condition) bool {
	return c.State == o.State && c.Flapping == o.Flapping && c.Value == o.Value && c.Threshold == o.Threshold &&
		c.Tenants == o.Tenants && c.People == o.People && slices.Equal(c.Evidence, o.Evidence)
}
