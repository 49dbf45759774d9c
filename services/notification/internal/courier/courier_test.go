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
	"slices"
	"strings"
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

func TestADigestTellsOnceADayWhatCameSince(t *testing.T) {
	t.Parallel()
	began := time.Now().UTC().Add(2 * time.Hour).Format("15:04")
	c := live(t, "", fmt.Sprintf("routes:\n  - {name: daily, to: [ops], when: {audience: [leadership]}, digest: {at: %q, zone: Etc/UTC}}\n", began))
	c.tell("1", plain)
	c.tell("2", plain)
	c.held(2)
	c.pass(time.Hour)
	c.tell("3", plain) // and whoever looks at the clock finds that it is too early
	c.held(3)
	if len(c.got) > 0 {
		t.Errorf("ahead of its time was told %+v", <-c.got)
	}
	c.pass(2 * time.Hour)
	if r := c.next(); r.Kind != "several" || !strings.Contains(r.Body, "title of 1") || !strings.Contains(r.Body, "title of 3") {
		t.Errorf("told %+v", r)
	}
	if f := c.fates(4); len(f["grouped"]) != 3 || len(f["sent"]) != 1 {
		t.Errorf("recorded %v", f)
	}
}

func TestWhatQuietHoursHeldIsOneMessageWhenTheyEnd(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return time.Now().UTC().Add(d).Format("15:04") }
	quiet := fmt.Sprintf(", quiet: {from: %q, to: %q, zone: Etc/UTC, except: [critical]}", at(-time.Hour), at(2*time.Hour))
	c := live(t, quiet, "routes:\n  - {name: all, to: [ops]}\n")
	c.tell("1", plain)
	c.tell("2", plain)
	ticket := func(id string) func(*notificationv1.Notification) {
		return func(n *notificationv1.Notification) { n.Audience, n.Ticket, n.Recipient = "requester", id, "rita" }
	}
	c.tell("3", ticket("T-3"))
	c.tell("4", ticket("T-4"))
	c.held(4)
	c.tell("5", func(n *notificationv1.Notification) { n.Reasons = []string{"site_outage"} })
	if r := c.next(); r.Case != "c-5" {
		t.Errorf("what is critical was held, and told is %+v", r)
	}
	c.pass(3 * time.Hour)
	var got []string
	for range 3 {
		r := c.next()
		got = append(got, r.Kind+" "+r.Ticket)
		if r.Kind == "several" && (!strings.Contains(r.Body, "title of 1") || !strings.Contains(r.Body, "title of 2")) {
			t.Errorf("told together is %+v", r)
		}
	}
	slices.Sort(got)
	if want := []string{"case_opened T-3", "case_opened T-4", "several "}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q: what stands on a ticket stays alone", got, want)
	}
	if f := c.fates(6); len(f["grouped"]) != 2 || len(f["sent"]) != 4 {
		t.Errorf("recorded %v", f)
	}
}

func TestAWindowThatBeginsWhileSomethingWaitsSilencesIt(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return time.Now().UTC().Add(d).Format(time.RFC3339) }
	c := live(t, "", fmt.Sprintf(`routes:
  - {name: later, to: [ops], when: {audience: [leadership]}, group: {by: [tenant], wait: 90m}}
windows:
  - {name: move, from: %s, until: %s, when: {tenants: [acme]}}
`, at(time.Hour), at(3*time.Hour)))
	c.tell("1", plain)
	c.tell("2", func(n *notificationv1.Notification) { n.Tenant = "globex" })
	c.held(2)
	c.pass(2 * time.Hour)
	if r := c.next(); r.Case != "c-2" {
		t.Errorf("told %+v", r)
	}
	if f := c.fates(2); len(f["silenced"]) != 1 || !strings.Contains(f["silenced"][0], `window "move"`) {
		t.Errorf("recorded %v", f)
	}
}

func TestAnOutageThatIsFoundWhileItsConsequencesWaitSilencesThem(t *testing.T) {
	t.Parallel()
	c := live(t, "", `routes:
  - {name: later, to: [ops], when: {audience: [leadership]}, group: {by: [tenant], wait: 90m}}
inhibit:
  - {name: site down, while: [site_outage], silence: [insights_unavailable]}
`)
	c.tell("1", plain)
	c.held(1)
	outage := &reviewv1.CaseChanged{Case: &reviewv1.Case{Id: "c-9", Tenant: "platform", State: "pending_review", Version: 1, Reasons: []string{"site_outage"}}}
	if _, err := c.conn.Publish(t.Context(), bus.Event{Subject: topology.CaseSubject("platform", "c-9"), ID: "outage", Payload: outage}); err != nil {
		t.Fatal(err)
	}
	later := uint64(0)
	c.await("what comes behind the outage is silenced", func() bool {
		s, err := c.conn.JS().Stream(t.Context(), topology.Deliveries.Name)
		if err != nil {
			t.Fatal(err)
		}
		if s.CachedInfo().State.Msgs > 0 {
			return true
		}
		later++
		c.tell(fmt.Sprint("later-", later), plain)
		return false
	})
	c.pass(2 * time.Hour)
	f := c.fates(1 + later)
	if why := f["silenced"]; uint64(len(why)) != 1+later || !strings.Contains(why[0], "case c-9 explains it") {
		t.Errorf("recorded %v", f)
	}
}

func TestARateSpreadsWhatIsTold(t *testing.T) {
	t.Parallel()
	c := live(t, ", rate: 5/s", "routes:\n  - {name: all, to: [ops]}\n")
	for i := range 10 {
		c.tell(fmt.Sprint(i), plain)
	}
	var first time.Time
	for i := range 10 {
		if c.next(); i == 0 {
			first = time.Now()
		}
	}
	if took := time.Since(first); took < 900*time.Millisecond {
		t.Errorf("ten were told within %s, five a second are allowed", took)
	}
}
