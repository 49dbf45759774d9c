package board

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// The states of a standing, as the bus names them.
const (
	raised       = "raised"
	flapping     = "flapping"
	near         = "near"
	undetermined = "undetermined"
	calm         = "calm"
)

func stateOf(st *detect.Standing) string {
	switch {
	case st.Flapping:
		return flapping
	case st.Raised:
		return raised
	case st.Near:
		return near
	case st.Undetermined:
		return undetermined
	}
	return calm
}

// event says how a rule stands at an instant of the input's clock.
func event(shard string, st *detect.Standing, at time.Time) bus.Event {
	return bus.Event{
		Subject: topology.StandingSubject(st.Scope, st.Reason, st.Subject),
		ID:      bus.ID("standing", st.Scope, st.Reason, st.Subject, stamp(at)),
		Time:    at,
		Payload: &monitoringv1.Standing{
			Scope: st.Scope, Reason: st.Reason, Subject: st.Subject, State: stateOf(st), Shard: shard,
			Value: uint32(st.Value), Threshold: uint32(st.Threshold), WindowSeconds: uint32(st.Window / time.Second),
			Counts: st.Counts, More: uint32(st.More), Tenants: uint32(st.Tenants), People: uint32(st.People),
			At: timestamppb.New(at), RaisedAt: bus.Stamp(st.RaisedAt), HeardAt: bus.Stamp(st.HeardAt),
			UndeterminedAt: bus.Stamp(st.UndeterminedAt), FirstAt: bus.Stamp(st.FirstAt),
		},
	}
}

// looked says that a round is whole.
func looked(shard string, r *round, watched int, at time.Time) bus.Event {
	return bus.Event{
		Subject: topology.LookedSubject(shard),
		ID:      bus.ID("looked", shard, stamp(at)),
		Time:    at,
		Payload: &monitoringv1.Looked{
			Shard: shard, At: timestamppb.New(at), Watched: uint32(watched),
			Raised: uint32(r.raised), Near: uint32(r.near), Undetermined: uint32(r.undetermined), Unshown: uint32(r.beyond),
		},
	}
}

func stamp(at time.Time) string { return fmt.Sprint(at.UnixNano()) }
