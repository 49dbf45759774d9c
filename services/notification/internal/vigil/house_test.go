package vigil_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/events"
	"tocsin/services/notification/internal/route"
	"tocsin/services/notification/internal/vigil"

	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A house is a bus with every reader at work, monitoring that looks and review
// that answers, and the clock by which it is watched.
type house struct {
	t    *testing.T
	conn *bus.Conn
	now  time.Time
	file *route.File
	// stop ends one of the readers; review ends review's answers.
	stop   map[string]context.CancelFunc
	ledger error
}

func build(t *testing.T, file *route.File) *house {
	h := &house{t: t, conn: natstest.Connect(t), now: time.Now(), file: file, stop: map[string]context.CancelFunc{}}
	for _, c := range topology.Consumers() {
		if !c.Optional && !c.Pinned {
			h.reads(c, func(context.Context, bus.Raw) error { return nil })
		}
	}
	asked := func() *reviewv1.PulseAsked { return &reviewv1.PulseAsked{} }
	h.during("review", bus.Answering(h.conn, "review", topology.AskReviewSubject(), asked, func(*reviewv1.PulseAsked) (proto.Message, error) {
		return &reviewv1.PulseAnswered{}, h.ledger
	}))
	h.publish(topology.LookedSubject("00"), &monitoringv1.Looked{Shard: "00"})
	return h
}

// reads reads a consumer until it is stopped.
func (h *house) reads(c topology.Consumer, on func(context.Context, bus.Raw) error) {
	h.during(c.Name, bus.RawConsumer(h.conn, c, on))
	for h.info(c) == 0 { // until it asks for messages
		if h.t.Context().Err() != nil {
			h.t.Fatal("nobody reads " + c.Name)
		}
	}
}

// info is how many questions for messages a consumer has.
func (h *house) info(c topology.Consumer) int {
	cons, err := h.conn.JS().Consumer(h.t.Context(), c.Stream.Name, c.Name)
	if err != nil {
		h.t.Fatal(err)
	}
	return cons.CachedInfo().NumWaiting
}

func (h *house) during(name string, task func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = task(ctx) })
	h.stop[name] = func() { stop(); wg.Wait() }
	h.t.Cleanup(h.stop[name])
}

func (h *house) publish(subject string, m proto.Message) {
	h.t.Helper()
	if _, err := h.conn.Publish(h.t.Context(), bus.Event{Subject: subject, ID: bus.ID(subject, fmt.Sprint(time.Now().UnixNano())), Payload: m}); err != nil {
		h.t.Fatal(err)
	}
}

// hears makes intake say that it heard a source now.
func (h *house) hears(source string) {
	h.publish(topology.HeardSubject(source), &intakev1.SourceHeard{Source: source, Kind: "signal", ReceivedAt: timestamppb.New(h.now), Count: 1})
}

// vigil is a process that keeps watch.
func (h *house) vigil() *vigil.Vigil {
	telling := &events.Telling{Conn: h.conn, Teller: deliver.Teller{Policy: policy.Default()}, Records: events.Recording(h.conn)}
	return &vigil.Vigil{
		Conn: h.conn, Teller: telling, File: func() *route.File { return h.file },
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return h.now },
	}
}

// pass looks every ten seconds for so long, with each of the processes.
func (h *house) pass(long time.Duration, all ...*vigil.Vigil) {
	h.t.Helper()
	for ; long > 0; long -= 10 * time.Second {
		h.now = h.now.Add(10 * time.Second)
		var wg sync.WaitGroup
		for _, v := range all {
			wg.Go(func() {
				if err := v.Look(h.t.Context()); err != nil {
					h.t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

// told are the kinds of all notifications, and whom they are about, in order.
func (h *house) told() string {
	h.t.Helper()
	var said []string
	err := h.conn.Retained(h.t.Context(), topology.Notifications, func(raw bus.Raw) error {
		n := &notificationv1.Notification{}
		if err := bus.Decode(raw, n); err != nil {
			return err
		}
		if n.GetTenant() != "platform" || n.GetAudience() != "leadership" || n.GetCase() != "" || n.GetTitle() == "" {
			h.t.Errorf("told %v", n)
		}
		said = append(said, n.GetKind()+" "+n.GetSource()+n.GetDestination())
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.Join(said, "; ")
}

func (h *house) pulse() *notificationv1.Pulse {
	h.t.Helper()
	raw, err := h.conn.Last(h.t.Context(), topology.Pulse, topology.PulseSubject())
	if err != nil {
		h.t.Fatal(err)
	}
	m := &notificationv1.Pulse{}
	if err := bus.Decode(raw, m); err != nil {
		h.t.Fatal(err)
	}
	return m
}
