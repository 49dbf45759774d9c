package notification_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A site is a server that can be started again, and the service with a file of routes.
type site struct {
	testing.TB
	dir, file, url string
	server         *server.Server
	conn           *bus.Conn
	stop           func()
	told           <-chan request
}

// open starts a site whose destination ops answers with the statuses in turn.
func open(t testing.TB, when string, statuses ...int) *site {
	t.Helper()
	s := &site{TB: t, dir: t.TempDir()}
	s.url, s.told = receiver(t, statuses...)
	s.file = routes(t, s.url, leading(when))
	s.up()
	t.Cleanup(s.down)
	return s
}

// leading are routes to ops, one for each line of conditions.
func leading(when string) string {
	var b strings.Builder
	b.WriteString("routes:\n")
	for i, line := range strings.Split(when, "\n") {
		fmt.Fprintf(&b, "  - {name: r%d, to: [ops], when: {%s}}\n", i, line)
	}
	return b.String()
}

func (s *site) up() {
	s.Helper()
	var err error
	if s.server, err = natsserver.Start(natsserver.Options{Dir: s.dir}); err != nil {
		s.Fatal(err)
	}
	if s.conn, err = bus.Connect(s.Context(), bus.Settings{InProcess: s.server, Name: "test"}); err != nil {
		s.Fatal(err)
	}
	if err := topology.Apply(s.Context(), s.conn.JS(), 1); err != nil {
		s.Fatal(err)
	}
	_, s.stop = start(s, s.conn, notification.Config{RoutesFile: s.file})
	served(s, s.conn, "ops")
}

func (s *site) down() {
	s.stop()
	s.conn.Close()
	s.server.Shutdown()
	s.server.WaitForShutdown()
}

// change writes other routes and waits until the place of ops reads these filters.
func (s *site) change(when string, filters ...string) {
	s.Helper()
	write(s, s.file, s.url, leading(when))
	s.reads(filters...)
}

func (s *site) reads(filters ...string) {
	s.Helper()
	slices.Sort(filters)
	await(s, "the place of ops reads "+strings.Join(filters, ", "), func() bool {
		is, err := s.conn.JS().Consumer(s.Context(), topology.Notifications.Name, topology.ToDestination("ops").Name)
		return err == nil && slices.Equal(slices.Sorted(slices.Values(is.CachedInfo().Config.FilterSubjects)), filters)
	})
}

// say puts a notification on the stream.
func (s *site) say(audience, tenant, id string) {
	s.Helper()
	n := &notificationv1.Notification{Id: id, Audience: audience, Tenant: tenant, Case: id, Kind: "approved", Language: "en", Title: id, Body: id}
	e := bus.Event{Subject: topology.NotificationSubject(audience, tenant, id), ID: id, Payload: n}
	if _, err := s.conn.Publish(s.Context(), e); err != nil {
		s.Fatal(err)
	}
}

// hears waits until ops has heard of these cases, in any order, and of no other.
func (s *site) hears(cases ...string) {
	s.Helper()
	var got []string
	for range cases {
		got = append(got, next(s, s.told).data.Case)
	}
	slices.Sort(got)
	if want := slices.Sorted(slices.Values(cases)); !slices.Equal(got, want) {
		s.Fatalf("ops heard %q, want %q", got, want)
	}
}

// idle waits until ops has nothing left to hear.
func (s *site) idle() {
	s.Helper()
	await(s, "nothing waits for ops", func() bool {
		is, err := s.conn.JS().Consumer(s.Context(), topology.Notifications.Name, topology.ToDestination("ops").Name)
		return err == nil && is.CachedInfo().NumAckPending == 0 && is.CachedInfo().NumPending == 0
	})
	if len(s.told) > 0 {
		s.Fatalf("ops heard of %s as well", (<-s.told).data.Case)
	}
}

// The filters of the tests.
var (
	leadership = topology.AudienceFilter("leadership")
	requester  = topology.AudienceFilter("requester")
	acme       = topology.TenantFilter("leadership", "acme")
	globex     = topology.TenantFilter("leadership", "globex")
)

func TestAWiderRouteTellsNothingThatIsOlderThanItself(t *testing.T) {
	s := open(t, "audience: [leadership], tenants: [acme]")
	s.reads(acme)
	for i, to := range []struct {
		when    string
		filters []string
		heard   []string
	}{
		{"audience: [leadership]", []string{leadership}, []string{"acme", "globex"}},
		{"audience: [leadership, requester]", []string{leadership, requester}, []string{"acme", "globex", "rita"}},
		{"audience: [leadership], tenants: [globex]", []string{globex}, []string{"globex"}},
		{"audience: [leadership], tenants: [acme, globex]", []string{acme, globex}, []string{"acme", "globex"}},
		{"audience: [requester]", []string{requester}, []string{"rita"}},
		{"audience: [leadership], tenants: [acme]\naudience: [requester]", []string{acme, requester}, []string{"acme", "rita"}},
		{"audience: [leadership], tenants: [acme]", []string{acme}, []string{"acme"}},
	} {
		s.down() // and the server forgets how far it had passed over what did not match
		write(t, s.file, s.url, leading(to.when))
		s.up()
		s.reads(to.filters...)
		s.idle()
		of := func(who string) string { return fmt.Sprint(who, "-", i) }
		s.say("leadership", "acme", of("acme"))
		s.say("leadership", "globex", of("globex"))
		s.say("requester", "acme", of("rita"))
		var want []string
		for _, who := range to.heard {
			want = append(want, of(who))
		}
		s.hears(want...)
		s.idle()
	}
}

func TestWhatWaitsIsToldAfterAChangeAndARestartAndOldNewsIsNot(t *testing.T) {
	down := slices.Repeat([]int{http.StatusServiceUnavailable}, 4)
	s := open(t, "audience: [leadership], tenants: [acme]", down...)
	s.reads(acme)
	s.say("leadership", "globex", "old")
	s.say("leadership", "acme", "waits")
	s.hears("waits") // which is refused for now
	s.say("requester", "acme", "older")
	s.change("audience: [leadership, requester]", leadership, requester)
	s.down()
	s.up()
	s.say("requester", "acme", "new")
	heard := map[string]int{}
	for heard["waits"]+heard["new"] < len(down)-1+2 {
		heard[next(t, s.told).data.Case]++
	}
	s.idle()
	if heard["waits"] == 0 || heard["new"] == 0 || len(heard) != 2 {
		t.Errorf("heard %v", heard)
	}
	if of := fates(t, s.conn, "ops"); of["sent"] != 2 {
		t.Errorf("records: %v", of)
	}
}

func TestWhatARouteNoLongerLeadsThereIsNotToldWhenOneDoesAgain(t *testing.T) {
	s := open(t, "audience: [leadership, requester]")
	s.reads(leadership, requester)
	s.say("requester", "acme", unwelcome)
	s.hears(unwelcome)
	s.change("audience: [leadership]", leadership)
	for len(s.told) > 0 { // the attempts until then
		s.hears(unwelcome)
	}
	s.change("audience: [leadership, requester]", leadership, requester)
	s.say("requester", "acme", "given back")
	s.hears("given back")
	s.idle()
}

func TestADestinationThatNoRouteLeadsToLosesItsPlace(t *testing.T) {
	s := open(t, "audience: [leadership]")
	s.say("leadership", "acme", "one")
	s.hears("one")
	other := "destinations:\n  ops: {channel: webhook, with: {url: %q, secret: %q}}\n  chief: {channel: webhook, with: {url: %q, secret: %q}}\nroutes:\n  - {name: all, to: [chief], when: {audience: [requester]}}\n"
	writeText(t, s.file, fmt.Sprintf(other, s.url, secret, s.url, secret))
	await(t, "its place is gone", func() bool {
		_, err := s.conn.JS().Consumer(t.Context(), topology.Notifications.Name, topology.ToDestination("ops").Name)
		return err != nil
	})
	s.say("leadership", "acme", "meanwhile")
	s.change("audience: [leadership]", leadership)
	s.say("leadership", "acme", "again")
	s.hears("again")
	s.idle()
}

func writeText(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
