package events

import (
	"context"
	"errors"
	"time"

	"tocsin/services/review/internal/outlook"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// Watcher keeps an outlook up to date with what monitoring says. A message that
// makes no sense is passed over: it is a view, and review's own consumer parks it.
type Watcher struct {
	Conn    *bus.Conn
	Outlook *outlook.Outlook
}

// Looks follows how the rules stand until the context ends.
func (w Watcher) Looks(ctx context.Context) error {
	all := reading{bus.Following{Stream: topology.Standings}, topology.AllLooks, outlook.Looks}
	return w.follow(ctx, all, func(raw bus.Raw) {
		var st monitoringv1.Standing
		var looked monitoringv1.Looked
		switch {
		case topology.IsLooked(raw.Subject):
			if bus.Decode(raw, &looked) == nil {
				w.Outlook.Look(Looked(&looked))
			}
		case bus.Decode(raw, &st) == nil:
			w.Outlook.Stand(Standing(&st))
		}
	})
}

// Changes follows what is raised and what has ended until the context ends.
func (w Watcher) Changes(ctx context.Context) error {
	last := reading{bus.Following{Stream: topology.Conditions, Filters: []string{topology.AllConditions}, Last: true}, topology.AllConditions, outlook.Changes}
	return w.follow(ctx, last, func(raw bus.Raw) {
		var m monitoringv1.ConditionChanged
		if bus.Decode(raw, &m) == nil {
			w.Outlook.Change(Change(m.GetCondition()), time.Now())
		}
	})
}

// Sights follows how far monitoring has read until the context ends.
func (w Watcher) Sights(ctx context.Context) error {
	last := reading{bus.Following{Stream: topology.Checkpoints, Filters: []string{topology.AllSights}, Last: true}, topology.AllSights, outlook.Sights}
	return w.follow(ctx, last, func(raw bus.Raw) {
		var m monitoringv1.Sight
		if bus.Decode(raw, &m) == nil {
			w.Outlook.See(Sight(&m))
		}
	})
}

// A reading is what is followed: the messages of these subjects, for this part
// of the outlook.
type reading struct {
	bus.Following
	subjects string
	part     outlook.Part
}

// follow hands on what a stream says. The part is ready when all that the stream
// held at the beginning has been handed on.
func (w Watcher) follow(ctx context.Context, from reading, take func(bus.Raw)) error {
	until, err := w.Conn.Newest(ctx, from.Stream, from.subjects)
	if err != nil {
		return nil // the context has ended
	}
	behind := until > 0
	if !behind {
		w.Outlook.Ready(from.part)
	}
	return w.Conn.Follow(ctx, from.Following, func(_ context.Context, raw bus.Raw) error {
		take(raw)
		if behind && raw.Sequence >= until {
			behind = false
			w.Outlook.Ready(from.part)
		}
		return nil
	})
}

// errWhole ends the reading of a history at its end.
var errWhole = errors.New("all was read")

// History is what was stated of the condition with a path, oldest first, as far
// as the bus keeps it; nothing where nothing was. An error says that the bus is
// away: trying again helps.
func (w Watcher) History(ctx context.Context, path string) ([]outlook.Change, error) {
	subject, ok := topology.ConditionAtPath(path)
	if !ok {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	last, err := w.Conn.Last(ctx, topology.Conditions, subject)
	if err != nil || last.Sequence == 0 {
		return nil, err
	}
	var all []outlook.Change
	err = w.Conn.Follow(ctx, bus.Following{Stream: topology.Conditions, Filters: []string{subject}}, func(_ context.Context, raw bus.Raw) error {
		var m monitoringv1.ConditionChanged
		if err := bus.Decode(raw, &m); err == nil {
			all = append(all, Change(m.GetCondition()))
		}
		if raw.Sequence >= last.Sequence {
			return errWhole
		}
		return nil
	})
	if errors.Is(err, errWhole) {
		return all, nil
	}
	return nil, errors.Join(err, ctx.Err())
}

// thing is what a standing or a change is about.
func thing(scope, reason, subject string) outlook.Thing {
	return outlook.Thing{Scope: scope, Reason: policy.ReasonID(reason), Subject: subject, Path: topology.ConditionPath(scope, reason, subject)}
}

// Standing is a standing as review shows it.
func Standing(m *monitoringv1.Standing) outlook.Standing {
	return outlook.Standing{
		Thing: thing(m.GetScope(), m.GetReason(), m.GetSubject()),
		Figure: outlook.Figure{
			Value: m.GetValue(), Threshold: m.GetThreshold(), Window: time.Duration(m.GetWindowSeconds()) * time.Second,
			Tenants: m.GetTenants(), People: m.GetPeople(),
		},
		State: outlook.State(m.GetState()), Counts: m.GetCounts(), More: m.GetMore(), Shard: m.GetShard(),
		At: bus.Moment(m.GetAt()), RaisedAt: bus.Moment(m.GetRaisedAt()), HeardAt: bus.Moment(m.GetHeardAt()),
		UndeterminedAt: bus.Moment(m.GetUndeterminedAt()), FirstAt: bus.Moment(m.GetFirstAt()),
	}
}

// Looked is the end of a look as review keeps it.
func Looked(m *monitoringv1.Looked) outlook.Looked {
	return outlook.Looked{Shard: m.GetShard(), At: bus.Moment(m.GetAt()), Watched: m.GetWatched(), Unshown: m.GetUnshown()}
}

// Sight is how far a shard has read as review keeps it.
func Sight(m *monitoringv1.Sight) outlook.Sight {
	return outlook.Sight{
		Shard: m.GetShard(), Until: bus.Moment(m.GetReadUntil()), SaidAt: bus.Moment(m.GetSaidAt()),
		Missed: outlook.Span{From: bus.Moment(m.GetBlindSince()), To: bus.Moment(m.GetBlindUntil())}, Why: m.GetWhy(), Lost: m.GetLost(),
	}
}

// Change is a change of a condition as review shows it.
func Change(c *monitoringv1.Condition) outlook.Change {
	return outlook.Change{
		Thing: thing(c.GetScope(), c.GetReason(), c.GetSubject()),
		Figure: outlook.Figure{
			Value: c.GetValue(), Threshold: c.GetThreshold(), Window: time.Duration(c.GetWindowSeconds()) * time.Second,
			Tenants: c.GetTenants(), People: c.GetPeople(),
		},
		ID: c.GetId(), Kind: c.GetChange(), Episode: c.GetEpisode(), Policy: c.GetPolicy(),
		At: bus.Moment(c.GetAt()), DetectedAt: bus.Moment(c.GetDetectedAt()), FirstAt: bus.Moment(c.GetFirstAt()),
	}
}
