package events_test

import (
	"reflect"
	"testing"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"
)

func TestAChangeComesBackAsItWasStated(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 7, time.UTC)
	for kind := detect.Raised; kind <= detect.FlappingHeld; kind++ {
		c := detect.Change{
			ID: "1", At: at, DetectedAt: at.Add(1), Change: kind, Reason: "sso_unavailable", Scope: "acme", Subject: "s",
			Value: 5, Threshold: 4, Window: time.Hour, Tenants: 1, People: 3, Evidence: []string{"a/1"}, FirstAt: at.Add(-1), Episode: "0",
		}
		if got := events.Stated(events.Condition(c, "p")); !reflect.DeepEqual(got, c) {
			t.Errorf("%s: %+v, want %+v", kind, got, c)
		}
	}
}
