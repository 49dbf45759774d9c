package events_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/outlook"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// A bus that monitoring speaks on.
type monitored struct {
	*bus.Conn
	t *testing.T
	n int
}

func newMonitored(t *testing.T) *monitored {
	t.Helper()
	conn := natstest.Connect(t)
	return &monitored{Conn: conn, t: t}
}

func (m *monitored) say(e bus.Event) {
	m.t.Helper()
	m.n++
	e.ID = fmt.Sprint(e.ID, m.n)
	if _, err := m.Publish(m.t.Context(), e); err != nil {
		m.t.Fatal(err)
	}
}

func (m *monitored) stands(scope, state string, value uint32, at time.Time) {
	m.t.Helper()
	const reason = "provider_content_missing"
	m.say(bus.Event{Subject: topology.StandingSubject(scope, reason, "acme co/CONTENT"), Payload: &monitoringv1.Standing{
		Scope: scope, Reason: reason, Subject: "acme co/CONTENT", State: state, Value: value, Threshold: 3, Shard: "00", At: timestamppb.New(at),
	}})
}

func (m *monitored) looked(at time.Time) {
	m.t.Helper()
	m.say(bus.Event{Subject: topology.LookedSubject("00"), Payload: &monitoringv1.Looked{Shard: "00", At: timestamppb.New(at)}})
}

func (m *monitored) changes(scope, change string, value uint32, at time.Time) {
	m.t.Helper()
	const reason = "sso_unavailable"
	m.say(bus.Event{ID: change, Subject: topology.ConditionSubject(scope, reason, ""), Payload: &monitoringv1.ConditionChanged{Condition: &monitoringv1.Condition{
		Id: change, Scope: scope, Reason: reason, Change: change, Value: value, Threshold: 20, At: timestamppb.New(at), DetectedAt: timestamppb.New(at), Episode: "e1",
	}}})
}

// watched is an outlook that is kept up to date, and its watcher.
func (m *monitored) watched() (*outlook.Outlook, events.Watcher) {
	o := outlook.New()
	w := events.Watcher{Conn: m.Conn, Outlook: o}
	ctx, stop := context.WithCancel(m.t.Context())
	var tasks sync.WaitGroup
	for _, run := range []func(context.Context) error{w.Looks, w.Changes, w.Sights} {
		tasks.Go(func() {
			if err := run(ctx); err != nil {
				m.t.Error(err)
			}
		})
	}
	m.t.Cleanup(func() { stop(); tasks.Wait() })
	return o, w
}

// await waits until a view is as wanted.
func await(t *testing.T, o *outlook.Outlook, what string, so func(outlook.View) bool) outlook.View {
	t.Helper()
	changed, leave := o.Watch()
	defer leave()
	late := time.After(20 * time.Second)
	for {
		v := o.View(time.Now())
		if so(v) {
			return v
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("%s is not so: %+v", what, v)
		}
	}
}

func TestWhatMonitoringSaysIsSeen(t *testing.T) {
	m := newMonitored(t)
	now := time.Now().UTC()
	m.changes("acme", "raised", 20, now.Add(-time.Minute))
	m.changes("acme", "updated", 31, now)
	m.stands("globex", "near", 2, now)
	m.looked(now)
	m.say(bus.Event{Subject: topology.SightSubject("00"), Payload: &monitoringv1.Sight{
		Shard: "00", ReadUntil: timestamppb.New(now.Add(time.Second)), SaidAt: timestamppb.New(now), BlindSince: timestamppb.New(now.Add(-time.Hour)), Why: "silent",
	}})
	o, w := m.watched()
	v := await(t, o, "ready", func(v outlook.View) bool { return v.Ready })
	if len(v.Raised) != 1 || v.Raised[0].Value != 31 || v.Raised[0].Episode != "e1" || len(v.Near) != 1 || v.Near[0].Subject != "acme co/CONTENT" {
		t.Errorf("at the start it sees %+v", v)
	}
	if !v.Looked.Equal(now.Add(time.Second)) || len(v.Blind) != 1 || v.Blind[0].Why != "silent" {
		t.Errorf("it was seen until %s, and not: %+v", v.Looked, v.Blind)
	}
	m.changes("acme", "cleared", 0, now.Add(time.Second))
	m.stands("globex", "calm", 0, now.Add(time.Minute))
	await(t, o, "calm", func(v outlook.View) bool { return len(v.Raised)+len(v.Near) == 0 })

	all, err := w.History(t.Context(), topology.ConditionPath("acme", "sso_unavailable", ""))
	if err != nil || len(all) != 3 || all[0].Kind != "raised" || all[2].Kind != "cleared" {
		t.Errorf("its history is %+v (%v)", all, err)
	}
	for _, path := range []string{topology.ConditionPath("nobody", "sso_unavailable", ""), "", "*/*/*", "acme/>"} {
		if all, err := w.History(t.Context(), path); err != nil || all != nil {
			t.Errorf("the history at %q is %+v (%v)", path, all, err)
		}
	}
}

func TestAnEmptyBusIsSeenAsSuch(t *testing.T) {
	o, _ := newMonitored(t).watched()
	v := await(t, o, "ready", func(v outlook.View) bool { return v.Ready })
	if !v.Looked.IsZero() {
		t.Errorf("somebody looked: %+v", v)
	}
}
