package events

import (
	"fmt"
	"strings"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// platformConditions keeps what is told of conditions apart from what monitors say.
const platformConditions = "conditions of the platform\x00"

// Told hands the signal that a message to a shard stands for to each. Its error
// is permanent.
func Told(raw bus.Raw, each func(*detect.Signal)) error {
	var m monitoringv1.Told
	if err := bus.Decode(raw, &m); err != nil {
		return err
	}
	switch f := m.GetFact().(type) {
	case *monitoringv1.Told_Ticket:
		t := f.Ticket
		each(&detect.Signal{
			Source: detect.TicketEvents + t.GetSource(), ID: t.GetId(), Tenant: t.GetTenant(), At: t.GetAt().AsTime(), Kind: detect.KindTicket,
			Ticket: detect.Ticket{
				Ticket: t.GetTicket(), Revision: t.GetRevision(), Open: t.GetOpen(), Waiting: t.GetWaiting(),
				MovedAt: t.GetMovedAt().AsTime(), Large: t.GetLarge(),
			},
		})
	case *monitoringv1.Told_Condition:
		c := f.Condition
		each(&detect.Signal{
			Source: platformConditions, ID: c.GetId(), At: c.GetAt().AsTime(), Kind: detect.KindCondition,
			News: detect.ConditionNews{
				Reason: c.GetReason(), Subject: c.GetSubject(), Change: kindOf(c.GetChange()),
				Episode: c.GetEpisode(), Position: c.GetPosition(),
			},
		})
	case *monitoringv1.Told_Launch:
		s := Signal(f.Launch)
		each(&s)
	}
	return nil
}

// ToldLaunch tells the shard of its tenant of a launch again, at a time.
func ToldLaunch(s detect.Signal, again time.Time) bus.Event {
	return bus.Event{
		Subject: topology.ToldSubject(topology.ShardName(topology.ShardOf(s.Tenant))), Time: s.At,
		ID: bus.ID("told", "launch", s.Source, s.ID, fmt.Sprint(again.Unix())),
		Payload: &monitoringv1.Told{Fact: &monitoringv1.Told_Launch{Launch: &ingressv1.Signal{
			Id: s.ID, Source: s.Source, Tenant: s.Tenant, OccurredAt: bus.Stamp(s.At),
			Kind: &ingressv1.Signal_Launch{Launch: &ingressv1.Launch{Program: s.Launch.Program, StartsAt: bus.Stamp(s.Launch.StartsAt)}},
		}}},
	}
}

// ToldTicket tells the shard of its tenant how a ticket stands.
func ToldTicket(s detect.Signal) bus.Event {
	t := s.Ticket
	return bus.Event{
		Subject: topology.ToldSubject(topology.ShardName(topology.ShardOf(s.Tenant))), Time: s.At,
		ID: bus.ID("told", "ticket", s.Tenant, t.Ticket, fmt.Sprint(t.Revision)),
		Payload: &monitoringv1.Told{Fact: &monitoringv1.Told_Ticket{Ticket: &monitoringv1.TicketStanding{
			Tenant: s.Tenant, Ticket: t.Ticket, Revision: t.Revision,
			Source: strings.TrimPrefix(s.Source, detect.TicketEvents), Id: s.ID, At: bus.Stamp(s.At),
			Open: t.Open, Waiting: t.Waiting, Large: t.Large, MovedAt: bus.Stamp(t.MovedAt),
		}}},
	}
}

// ToldCondition tells all shards of tenants that a condition of the platform changed.
func ToldCondition(c *monitoringv1.Condition) bus.Event {
	return bus.Event{
		Subject: topology.ToldSubject(topology.PlatformShard), Time: c.GetAt().AsTime(), ID: bus.ID("told", "condition", c.GetId()),
		Payload: &monitoringv1.Told{Fact: &monitoringv1.Told_Condition{Condition: &monitoringv1.PlatformChange{
			Id: c.GetId(), At: c.GetAt(), Change: c.GetChange(), Reason: c.GetReason(), Subject: c.GetSubject(),
			Episode: c.GetEpisode(), Position: uint64(max(c.GetDetectedAt().AsTime().UnixNano(), 1)),
		}}},
	}
}

// kindOf is the change that a word of the contract names, 0 if none.
func kindOf(word string) detect.ChangeKind {
	for kind, w := range words {
		if w == word {
			return kind
		}
	}
	return 0
}
