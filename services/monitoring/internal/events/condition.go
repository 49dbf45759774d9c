package events

import (
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// words are the changes as the contract names them.
var words = map[detect.ChangeKind]string{
	detect.Raised: "raised", detect.Updated: "updated", detect.Cleared: "cleared",
	detect.Expired: "expired", detect.Withdrawn: "withdrawn", detect.FlappingHeld: "flapping",
}

// Condition is c as it is said on the bus, under the policy of this version.
func Condition(c detect.Change, policy string) *monitoringv1.Condition {
	out := &monitoringv1.Condition{
		Id: c.ID, At: bus.Stamp(c.At), DetectedAt: bus.Stamp(c.DetectedAt), Change: words[c.Change],
		Reason: c.Reason, Scope: c.Scope, Subject: c.Subject,
		Value: uint32(c.Value), Threshold: uint32(c.Threshold), WindowSeconds: uint32(c.Window / time.Second),
		Tenants: uint32(c.Tenants), People: uint32(c.People), Evidence: c.Evidence,
		FirstAt: bus.Stamp(c.FirstAt), Policy: policy, Episode: c.Episode,
	}
	return out
}

// ConditionEvent is c as an event to publish.
func ConditionEvent(c detect.Change, policy string) bus.Event {
	return bus.Event{
		Subject: topology.ConditionSubject(c.Scope, c.Reason, c.Subject), ID: c.ID, Time: c.At,
		Payload: &monitoringv1.ConditionChanged{Condition: Condition(c, policy)},
	}
}

// Line is c as `replay` prints it: the condition change of the contract.
type Line struct {
	ID            string    `json:"id"`
	At            time.Time `json:"at"`
	DetectedAt    time.Time `json:"detected_at"`
	Change        string    `json:"change"`
	Reason        string    `json:"reason"`
	Scope         string    `json:"scope"`
	Subject       string    `json:"subject"`
	Value         int       `json:"value"`
	Threshold     int       `json:"threshold"`
	WindowSeconds int       `json:"window_seconds"`
	Tenants       int       `json:"tenants"`
	People        int       `json:"people"`
	Evidence      []string  `json:"evidence"`
	// FirstAt is null where nothing is counted.
	FirstAt *time.Time `json:"first_at"`
	Policy  string     `json:"policy"`
}

// ChangeLine is c as a line of `replay`, under the policy of this version.
func ChangeLine(c detect.Change, policy string) Line {
	evidence := c.Evidence
	if evidence == nil {
		evidence = []string{}
	}
	line := Line{
		ID: c.ID, At: c.At.UTC(), DetectedAt: c.DetectedAt.UTC(), Change: words[c.Change],
		Reason: c.Reason, Scope: c.Scope, Subject: c.Subject,
		Value: c.Value, Threshold: c.Threshold, WindowSeconds: int(c.Window / time.Second),
		Tenants: c.Tenants, People: c.People, Evidence: evidence, Policy: policy,
	}
	if !c.FirstAt.IsZero() {
		line.FirstAt = new(c.FirstAt.UTC())
	}
	return line
}

// Stands is c as the rules state it, and whether the condition has not ended by it.
func Stands(c *monitoringv1.Condition) (detect.Change, bool) {
	switch c.GetChange() {
	case words[detect.Raised], words[detect.Updated], words[detect.FlappingHeld]:
	default:
		return detect.Change{}, false
	}
	return detect.Change{
		ID: c.GetId(), At: bus.Moment(c.GetAt()), DetectedAt: bus.Moment(c.GetDetectedAt()), Change: detect.Raised,
		Reason: c.GetReason(), Scope: c.GetScope(), Subject: c.GetSubject(),
		Value: int(c.GetValue()), Threshold: int(c.GetThreshold()), Window: time.Duration(c.GetWindowSeconds()) * time.Second,
		Tenants: int(c.GetTenants()), People: int(c.GetPeople()), Evidence: c.GetEvidence(),
		FirstAt: bus.Moment(c.GetFirstAt()), Episode: c.GetEpisode(),
	}, true
}
