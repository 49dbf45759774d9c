package events_test

import (
	"reflect"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 1, time.UTC)

func stamp(hours int) *timestamppb.Timestamp {
	return timestamppb.New(nine.Add(time.Duration(hours) * time.Hour))
}

func TestATicketWasMovedByTheLatestOfOpeningSupportAndTheEndOfWaiting(t *testing.T) {
	for name, c := range map[string]struct {
		head *intakev1.TicketHead
		want detect.Ticket
	}{
		"opened": {
			&intakev1.TicketHead{OpenedAt: stamp(1), CustomerActedAt: stamp(5)},
			detect.Ticket{Open: true, MovedAt: nine.Add(time.Hour)},
		},
		"support acted": {
			&intakev1.TicketHead{OpenedAt: stamp(1), SupportActedAt: stamp(2), Status: ingressv1.Status_ON_HOLD},
			detect.Ticket{Open: true, MovedAt: nine.Add(2 * time.Hour)},
		},
		"waiting ended": {
			&intakev1.TicketHead{OpenedAt: stamp(1), SupportActedAt: stamp(2), WaitingEndedAt: stamp(3), Status: ingressv1.Status_AWAITING_CUSTOMER},
			detect.Ticket{Open: true, MovedAt: nine.Add(3 * time.Hour)},
		},
		"waits again": {
			&intakev1.TicketHead{OpenedAt: stamp(1), WaitingEndedAt: stamp(3), WaitingSince: stamp(4)},
			detect.Ticket{Open: true, Waiting: true, MovedAt: nine.Add(3 * time.Hour)},
		},
		"resolved":          {&intakev1.TicketHead{OpenedAt: stamp(1), Status: ingressv1.Status_RESOLVED}, detect.Ticket{MovedAt: nine.Add(time.Hour)}},
		"closed":            {&intakev1.TicketHead{OpenedAt: stamp(1), Status: ingressv1.Status_CLOSED}, detect.Ticket{MovedAt: nine.Add(time.Hour)}},
		"opening not heard": {&intakev1.TicketHead{}, detect.Ticket{Open: true, MovedAt: nine.Add(9 * time.Hour)}},
	} {
		t.Run(name, func(t *testing.T) {
			c.head.Tenant, c.head.Ticket, c.head.Revision, c.head.LastEventAt = "acme", "T-1", 7, stamp(9)
			c.want.Ticket, c.want.Revision = "T-1", 7
			got := events.Ticket(&classificationv1.TicketAssessed{Head: c.head, EventSource: "desk", EventId: "e"})
			if !reflect.DeepEqual(got.Ticket, c.want) || got.Tenant != "acme" || !got.At.Equal(nine.Add(9*time.Hour)) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// arrives is the signal that a shard reads of what it is told.
func arrives(t *testing.T, ev bus.Event) detect.Signal {
	t.Helper()
	data, err := proto.Marshal(ev.Payload)
	if err != nil {
		t.Fatal(err)
	}
	var list []detect.Signal
	err = events.Told(bus.Raw{Data: data}, func(s *detect.Signal) { list = append(list, *s) })
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return list[0]
}

func TestWhatAShardIsToldOfATicketIsWhatWasAssessed(t *testing.T) {
	said := events.Ticket(&classificationv1.TicketAssessed{
		Head:       &intakev1.TicketHead{Tenant: "acme", Ticket: "T-1", Revision: 3, OpenedAt: stamp(0), LastEventAt: stamp(2), WaitingSince: stamp(1)},
		Assessment: &classificationv1.Assessment{LargePopulation: true}, EventSource: "desk", EventId: "e3",
	})
	ev := events.ToldTicket(said)
	if got := arrives(t, ev); !reflect.DeepEqual(got, said) {
		t.Errorf("told %+v, assessed %+v", got, said)
	}
	if want := topology.ToldSubject(topology.ShardName(topology.ShardOf("acme"))); ev.Subject != want {
		t.Errorf("told on %s, want %s", ev.Subject, want)
	}
}

func TestWhatShardsAreToldOfAConditionIsWhatWasStated(t *testing.T) {
	c := &monitoringv1.Condition{
		Id: "c2", At: stamp(1), DetectedAt: stamp(2), Change: "cleared", Reason: "core_function_down", Scope: "platform", Subject: "search", Episode: "c1",
	}
	got := arrives(t, events.ToldCondition(c))
	want := detect.ConditionNews{Reason: "core_function_down", Subject: "search", Change: detect.Cleared, Episode: "c1", Position: uint64(nine.Add(2 * time.Hour).UnixNano())}
	if got.Kind != detect.KindCondition || got.News != want || !got.At.Equal(nine.Add(time.Hour)) || got.Tenant != "" || got.ID != "c2" {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestWhatIsNoTellingIsRefusedForGood(t *testing.T) {
	err := events.Told(bus.Raw{Data: []byte{0xff}}, func(*detect.Signal) { t.Error("made a signal of it") })
	if !bus.IsPermanent(err) {
		t.Errorf("error %v; want one that no retry mends", err)
	}
}
