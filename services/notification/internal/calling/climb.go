package calling

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/ladder"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A climb is a case's ladder as it stands.
type climb struct {
	k     *reviewv1.Case
	news  route.News
	plan  *courier.Plan
	world route.World
	// climbed is how far it was climbed in this round, and sequence where that stands.
	climbed  *notificationv1.LadderClimbed
	sequence uint64
	// began is the tenant that the case had when its first ladder began: how far it is
	// climbed stands there.
	began string
	// ladder is nil where there is none; later says that there is one at another hour.
	ladder *route.Ladder
	later  bool
}

// at reads how a case's ladder stands.
func (c *Caller) at(ctx context.Context, name key, now time.Time) (*climb, error) {
	changed := &reviewv1.CaseChanged{}
	if _, err := c.last(ctx, topology.Cases, topology.CaseSubject(name.tenant, name.id), changed); err != nil {
		return nil, err
	}
	s := &climb{k: changed.GetCase(), climbed: &notificationv1.LadderClimbed{}}
	var err error
	// Of whichever tenant: a case that came to be of another, or of all, is climbed on.
	if s.sequence, err = c.last(ctx, topology.Calls, topology.ClimbedOfCase(name.id), s.climbed); err != nil {
		return nil, err
	}
	s.began = cmp.Or(s.climbed.GetTenant(), s.k.GetTenant())
	if s.climbed.GetRound() != s.k.GetRound() {
		s.climbed = &notificationv1.LadderClimbed{}
	}
	c.mu.Lock()
	s.plan, s.world = c.plan, c.world()
	c.mu.Unlock()
	s.news = courier.NewsOf(&notificationv1.Notification{
		Audience: deliver.Leadership, Tenant: s.k.GetTenant(), Case: s.k.GetId(), Kind: string(deliver.Call), Reasons: s.k.GetReasons(),
	}, now, c.Policy)
	if s.ladder = s.plan.File.Ladder(s.climbed.GetLadder()); s.ladder == nil {
		s.climbed = &notificationv1.LadderClimbed{}
		s.ladder, s.later, _ = s.plan.File.Climbs(s.news, now)
		if at := s.k.GetUpdatedAt(); at != nil && now.Sub(at.AsTime()) > oldest {
			s.ladder, s.later = nil, false
		}
	}
	return s, nil
}

// last reads the last message of a subject; its sequence is 0 where there is none.
func (c *Caller) last(ctx context.Context, s topology.Stream, subject string, into proto.Message) (uint64, error) {
	raw, err := c.Conn.Last(ctx, s, subject)
	if err != nil || raw.Sequence == 0 {
		return 0, err
	}
	return raw.Sequence, bus.Decode(raw, into)
}

// climb calls whose turn it is. It returns when to look again; zero where nothing
// will be due unless the case changes.
func (c *Caller) climb(ctx context.Context, name key, w *waiting) (again time.Time, err error) {
	now := time.Now()
	s, err := c.at(ctx, name, now)
	if err != nil {
		return again, err
	}
	switch {
	case !standing(s.k).Waits():
		return again, nil
	case s.ladder == nil && s.later:
		return now.Add(looking), nil
	case s.ladder == nil:
		return again, nil
	}
	calls := callsOf(s.climbed)
	turns := ladder.Climb{Ladder: s.ladder, Schedules: s.plan.Schedules}
	due, next := turns.Due(calls, now)
	if len(due) > 0 {
		quiet, err := c.call(ctx, s, append(calls, due...), w)
		switch {
		case errors.Is(err, bus.ErrConflict): // another process was first
			return now, nil
		case err != nil:
			return again, err
		case quiet:
			return now.Add(looking), nil
		}
	}
	if next == nil {
		return again, nil
	}
	return next.At, nil
}

// call stores the calls that are due, with how far the ladder is climbed by them.
// Quiet says that all of them are silenced, so that it waits.
func (c *Caller) call(ctx context.Context, s *climb, calls []ladder.Call, w *waiting) (quiet bool, err error) {
	climbed := &notificationv1.LadderClimbed{
		Tenant: s.began, Case: s.k.GetId(), Round: s.k.GetRound(), Ladder: s.ladder.Name, Steps: s.climbed.GetSteps(),
	}
	var events []bus.Event
	anybody := false
	for i := len(climbed.GetSteps()); i < len(calls); i++ {
		step := stepOf(calls[i])
		for _, who := range step.GetCalled() {
			anybody = true
			one, err := c.one(s, calls[:i+1], who)
			if err != nil {
				return false, err
			}
			n := one.GetNotification()
			if why, mute := s.plan.File.Silenced(who.GetDestination(), s.news, n.GetAt().AsTime(), s.world); why != "" {
				if err := c.silence(ctx, s, who, courier.Untold{Notification: n, Outcome: "silenced", Why: why, Mute: mute}, w); err != nil {
					return false, err
				}
				continue
			}
			if err := c.prepare(ctx, who.GetDestination()); err != nil {
				return false, err
			}
			who.Notification = n.GetId()
			events = append(events, bus.Event{Subject: topology.CallSubject(who.GetDestination()), ID: n.GetId(), Time: n.GetAt().AsTime(), Payload: one})
		}
		climbed.Steps = append(climbed.Steps, step)
	}
	if anybody && len(events) == 0 {
		return true, nil
	}
	last := climbed.GetSteps()[len(climbed.GetSteps())-1]
	state := bus.Event{
		Subject: topology.ClimbedSubject(climbed.GetTenant(), climbed.GetCase()), ExpectLast: &s.sequence,
		ID:   c.id(s, last.GetRepetition(), last.GetLevel(), ""),
		Time: last.GetAt().AsTime(), Payload: climbed,
	}
	if _, err := c.Conn.PublishBatch(ctx, append([]bus.Event{state}, events...)); err != nil {
		return false, fmt.Errorf("call level %d of %s about case %s: %w", last.GetLevel(), s.ladder.Name, s.k.GetId(), err)
	}
	c.say(s, calls[len(s.climbed.GetSteps()):])
	return false, nil
}

// say logs where nobody was to be called.
func (c *Caller) say(s *climb, made []ladder.Call) {
	for _, call := range made {
		for _, schedule := range call.Absent {
			c.Log.Warn("nobody is on call", "schedule", schedule, "ladder", s.ladder.Name, "level", call.Level, "case", s.k.GetId())
		}
		if call.LastWord() {
			c.Log.Warn("nobody has acknowledged a case", "ladder", s.ladder.Name, "case", s.k.GetId())
		}
	}
}

// id is that of a level's call at a destination; of none, that of the level.
func (c *Caller) id(s *climb, repetition, level uint32, destination string) string {
	number := func(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
	return bus.ID("call", s.ladder.Name, s.k.GetId(), number(s.k.GetRound()), number(repetition), number(level), destination)
}

// one is what the last of some calls says at one destination.
func (c *Caller) one(s *climb, calls []ladder.Call, who *notificationv1.Callee) (*notificationv1.Call, error) {
	before, call := calls[:len(calls)-1], calls[len(calls)-1]
	turn := deliver.Turn{
		ID:     c.id(s, uint32(call.Repetition), uint32(call.Level), who.GetDestination()),                                         //nolint:gosec // at most 21 levels
		Ladder: s.ladder.Name, Level: uint32(call.Level), Levels: uint32(len(s.ladder.Steps)), Repetition: uint32(call.Repetition), //nolint:gosec // as above
		At: call.At, Until: call.Until, Schedule: who.GetSchedule(), Person: who.GetPerson(),
	}
	for _, b := range before {
		turn.Before = append(turn.Before, deliver.Called{At: b.At, Who: strings.Join(names(b.Called), ", "), Absent: strings.Join(b.Absent, ", ")})
	}
	turns := ladder.Climb{Ladder: s.ladder, Schedules: s.plan.Schedules}
	if _, next := turns.Due(calls, call.At); next != nil && !next.LastWord() {
		turn.Next = append(names(next.Called), next.Absent...)
	}
	n, err := c.Words.Call(s.k, turn)
	if err != nil {
		return nil, err
	}
	return &notificationv1.Call{
		Notification: n, Ladder: turn.Ladder, Level: turn.Level, Repetition: turn.Repetition, Round: s.k.GetRound(),
		Schedule: turn.Schedule, Person: turn.Person,
	}, nil
}

// names are whom a level calls, for people: a person by schedule, or a destination.
func names(list []ladder.Callee) (all []string) {
	for _, who := range list {
		name := who.Destination
		if who.Person != "" {
			name = who.Person + " (" + who.Schedule + ")"
		}
		if len(all) == 0 || all[len(all)-1] != name { // a person has several destinations
			all = append(all, name)
		}
	}
	return all
}

// silence records once that a call is silenced.
func (c *Caller) silence(ctx context.Context, s *climb, who *notificationv1.Callee, u courier.Untold, w *waiting) error {
	id := u.Notification.GetId()
	if w.silenced[id] {
		return nil
	}
	if err := c.Out(who.GetDestination(), s.plan.Channels[who.GetDestination()]).Untold(ctx, []courier.Untold{u}); err != nil {
		return err
	}
	if w.silenced == nil {
		w.silenced = map[string]bool{}
	}
	w.silenced[id] = true
	return nil
}

// prepare gives a destination its place on CALLS, so that it is told what is
// stored there from now on.
func (c *Caller) prepare(ctx context.Context, destination string) error {
	c.mu.Lock()
	places := c.ready // of this plan
	ready := places[destination]
	c.mu.Unlock()
	if ready {
		return nil
	}
	if err := topology.CallsAtDestination(destination).Apply(ctx, c.Conn.JS()); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	places[destination] = true
	return nil
}
