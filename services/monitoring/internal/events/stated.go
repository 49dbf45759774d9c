package events

import (
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// Stated is a condition's change as the rules stated it: what Condition was made of.
func Stated(c *monitoringv1.Condition) detect.Change {
	out := detect.Change{
		ID: c.GetId(), At: bus.Moment(c.GetAt()), DetectedAt: bus.Moment(c.GetDetectedAt()),
		Reason: c.GetReason(), Scope: c.GetScope(), Subject: c.GetSubject(),
		Value: int(c.GetValue()), Threshold: int(c.GetThreshold()), Window: time.Duration(c.GetWindowSeconds()) * time.Second,
		Tenants: int(c.GetTenants()), People: int(c.GetPeople()), Evidence: c.GetEvidence(),
		FirstAt: bus.Moment(c.GetFirstAt()), Episode: c.GetEpisode(),
	}
	for kind, word := range words {
		if word == c.GetChange() {
			out.Change = kind
		}
	}
	return out
}
