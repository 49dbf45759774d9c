package courier_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/webhook"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/events"
	"tocsin/services/notification/internal/mutes"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A town has one destination, ops, and a clock that a test sets forward.
type town struct {
	t     *testing.T
	conn  *bus.Conn
	ahead atomic.Int64
	got   chan told
}

// told is what ops received.
type told struct {
	Kind, Case, Ticket, Title, Body string
}

// live lets a file of routes count, whose parts after the destination are rest; quiet
// is the destination's.
func live(t *testing.T, quiet, rest string) *town {
	t.Helper()
	c := &town{t: t, conn: natstest.Connect(t), got: make(chan told, 100)}
	c.live(quiet, rest)
	return c
}

// live is live on a bus that is there, with a clock that is set.
func (c *town) live(quiet, rest string) {
	t := c.t
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var sent struct{ Data told }
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &sent)
		}
		if err != nil {
			t.Errorf("ops can not read %s: %v", body, err)
		}
		c.got <- sent.Data
	}))
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "routes.yaml")
	text := fmt.Sprintf("destinations:\n  ops: {channel: webhook, with: {url: %q, secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G}%s}\n%s", server.URL, quiet, rest)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	book := &mutes.Book{Conn: c.conn}
	log := slog.New(slog.DiscardHandler)
	f := &courier.Fleet{
		Path: path, Conn: c.conn, Policy: policy.Default(), Words: events.Composing{Teller: deliver.Teller{Policy: policy.Default()}},
		Mutes: book, Log: log, Clock: c.now,
		Ladders: nobody{},
		Read: func(text []byte, _ func(string) ([]byte, error)) (*courier.Plan, error) {
			file, err := route.Read(text, route.Known{Channels: []string{"webhook"}, Kinds: []string{"case_opened"}, Reasons: policy.ReasonIDs()})
			if err != nil {
				return nil, err
			}
			ch, err := webhook.Open(file.Destinations["ops"].With)
			return &courier.Plan{File: file, Channels: map[string]channel.Channel{"ops": ch}}, err
		},
		Out: func(name string, ch channel.Channel) courier.Out {
			return &events.Delivering{Records: events.Recording(c.conn), Channel: ch, Name: name, Log: log}
		},
	}
	if err := f.Load(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{}, 2)
	go func() { _ = book.Run(ctx); done <- struct{}{} }()
	go func() { _ = f.Run(ctx); done <- struct{}{} }()
	t.Cleanup(func() { stop(); <-done; <-done })
	c.await("its place", func() bool {
		_, err := c.conn.JS().Consumer(t.Context(), topology.Notifications.Name, topology.Destinations+"ops")
		return err == nil
	})
}

// nobody is called: the files here have no ladders.
type nobody struct{}

func (nobody) Follow(*courier.Plan, func() route.World) {}
func (nobody) OnCase(*reviewv1.Case)                    {}
func (nobody) Run(ctx context.Context) error            { <-ctx.Done(); return nil }

func (c *town) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// pass sets the clock forward.
func (c *town) pass(d time.Duration) { c.ahead.Add(int64(d)) }

func (c *town) await(what string, is func() bool) {
	c.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); <-tick.C {
		if is() {
			return
		}
	}
	c.t.Fatalf("%s: not within 30 s", what)
}

// tell tells leadership of a case, as telling a change would.
func (c *town) tell(id string, change func(*notificationv1.Notification)) {
	c.t.Helper()
	n := &notificationv1.Notification{
		Id: "n-" + id, Audience: "leadership", Tenant: "acme", Case: "c-" + id, CaseVersion: 1, Kind: "case_opened", Language: "en",
		Title: "title of " + id, Body: "body", State: "pending_review", Reasons: []string{"insights_unavailable"}, At: timestamppb.Now(),
	}
	change(n)
	e := bus.Event{Subject: topology.NotificationSubject(n.GetAudience(), n.GetTenant(), n.GetCase()), ID: n.GetId(), Payload: n}
	if _, err := c.conn.Publish(c.t.Context(), e); err != nil {
		c.t.Fatal(err)
	}
}

func plain(*notificationv1.Notification) {}

// holds waits until a stream has so many messages.
func (c *town) holds(of topology.Stream, n uint64) {
	c.t.Helper()
	c.await(fmt.Sprint(n, " in ", of.Name), func() bool {
		s, err := c.conn.JS().Stream(c.t.Context(), of.Name)
		if err != nil {
			c.t.Fatal(err)
		}
		return s.CachedInfo().State.Msgs == n
	})
}

// held waits until so many wait.
func (c *town) held(n uint64) { c.t.Helper(); c.holds(topology.Held, n) }

// next is what ops receives next.
func (c *town) next() told {
	c.t.Helper()
	select {
	case r := <-c.got:
		return r
	case <-time.After(30 * time.Second):
		c.t.Fatal("ops received nothing for 30 s")
		return told{}
	}
}

// fates waits until so many records of ops are there, and gives them by outcome, with why.
func (c *town) fates(n uint64) map[string][]string {
	c.t.Helper()
	var all map[string][]string
	c.await(fmt.Sprint(n, " records"), func() bool {
		all = map[string][]string{}
		count := uint64(0)
		err := c.conn.Retained(c.t.Context(), topology.Deliveries, func(raw bus.Raw) error {
			records, err := deliveries.Of(raw)
			for _, r := range records {
				all[r.GetOutcome()] = append(all[r.GetOutcome()], r.GetAnswer())
				count++
			}
			return err
		})
		if err != nil {
			c.t.Fatal(err)
		}
		return count == n
	})
	return all
}
