//go:build unix

package drill

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"tocsin/pkg/bus"
	"tocsin/pkg/proctest"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
	"tocsin/services/notification/internal/channel/mailtest"
)

// An upset is a time in which a process was killed, or halted.
type upset struct {
	who         string
	from, until time.Time
}

// A scene is the processes under test and those that they talk to.
type scene struct {
	server, review *proctest.Process
	two            [2]*proctest.Process
	conn           *bus.Conn
	load           *load
	out            *receivers
	mail           *mailtest.Server
	r              *rand.Rand
	upsets         []upset
	// alone is until when one process of notification ran by itself, and undisturbed.
	alone time.Time
	mute  string
}

const ready = `"msg":"ready"`

// routes are who hears what. All that is at the receivers' is at url.
func (s *scene) routes(long bool) string {
	var b strings.Builder
	b.WriteString("destinations:\n")
	for _, name := range []string{"flaky", "hangs", "busy", "breaks", "refuses", "grouped"} {
		fmt.Fprintf(&b, "  %s: {channel: webhook, with: {url: %q, secret: %q}}\n", name, s.out.url+"/"+name, secret)
	}
	now := time.Now().UTC()
	ends := now.Truncate(time.Minute).Add(time.Minute)
	if long {
		ends = ends.Add(time.Minute)
	}
	if !long && ends.Sub(now) >= 25*time.Second {
		ends = now.Truncate(time.Minute) // they are just over
	}
	fmt.Fprintf(&b, "  rests: {channel: webhook, with: {url: %q, secret: %q}, quiet: {from: %q, to: %q, zone: UTC}}\n",
		s.out.url+"/rests", secret, ends.Add(-10*time.Minute).Format("15:04"), ends.Format("15:04"))
	fmt.Fprintf(&b, "  post: {channel: email, with: {host: 127.0.0.1, port: %d, tls: none, from: tocsin@acme.example, to: [lead@acme.example]}}\n", s.mail.Port)
	fmt.Fprintf(&b, "  desk: {channel: zendesk, with: {url: %q, user: bot@acme.example, token: s3cret}}\n", s.out.url)
	b.WriteString(`routes:
  - {name: at once, to: [flaky, hangs, busy, breaks, rests, post], when: {audience: [leadership]}}
  - {name: refused, to: [refuses], when: {audience: [leadership], kinds: [case_opened]}}
  - {name: together, to: [grouped], when: {audience: [leadership]}, group: {by: [tenant], wait: 2s}}
  - {name: on the ticket, to: [desk], when: {audience: [requester, agent], sources: [zendesk]}}
`)
	return b.String()
}

// stage starts all but the second process of notification.
func stage(t testing.TB, seed uint64, long bool) *scene {
	t.Helper()
	bin := proctest.Build(t, "tocsin/services/notification/cmd/notification", "tocsin/services/review/cmd/review")
	s := &scene{r: rand.New(rand.NewPCG(seed, 1)), out: receive(t, rand.New(rand.NewPCG(seed, 2))), mail: mailtest.Serve(t)}
	var url string
	s.server, url = proctest.NATS(t, bin)
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: url, Name: "drill", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "routes.yaml")
	if err := os.WriteFile(file, []byte(s.routes(long)), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"TOCSIN_NATS_URL=" + url, "TOCSIN_HTTP_ADDR=127.0.0.1:0"}
	s.conn, s.load = conn, &load{conn: conn, r: rand.New(rand.NewPCG(seed, 3)), pause: 25 * time.Millisecond}
	s.review = proctest.Run(t, &proctest.Process{Name: "review", Args: []string{filepath.Join(bin, "review")}, Env: append(env[:2:2], "TOCSIN_LEDGER_URL="+filepath.Join(dir, "ledger.db"))})
	env = append(env, "TOCSIN_ROUTES_FILE="+file, "TOCSIN_WEBHOOK_URL="+s.out.url+"/hook", "TOCSIN_WEBHOOK_SECRET="+secret)
	for i, name := range []string{"a", "b"} {
		s.two[i] = &proctest.Process{Name: name, Args: []string{filepath.Join(bin, "notification")}, Env: env}
	}
	proctest.Run(t, s.two[0])
	s.review.Await(t, ready, 0)
	s.two[0].Await(t, ready, 0)
	for _, name := range append(direct(), "grouped", "refuses", "desk") {
		until(t, "the place of "+name, func(ctx context.Context) bool {
			_, err := conn.JS().Consumer(ctx, topology.Notifications.Name, topology.Destinations+name)
			return name == "hook" || err == nil
		})
	}
	s.hush(t)
	return s
}

// hush mutes leadership of one tenant for the whole drill.
func (s *scene) hush(t testing.TB) {
	t.Helper()
	order := &notificationv1.MuteAsked{Lasts: durationpb.New(24 * time.Hour), Key: "drill", Mute: &notificationv1.Mute{
		By: "lena", Why: "the drill", Tenants: []string{mutedTenant}, Audiences: []string{"leadership"},
	}}
	answer := &notificationv1.MuteAnswered{}
	until(t, "a mute", func(ctx context.Context) bool {
		return s.conn.Ask(ctx, topology.SetMuteSubject(), order, answer) == nil && answer.GetMute().GetId() != ""
	})
	s.mute = answer.GetMute().GetId()
}

// both starts the second process beside the first.
func (s *scene) both(t testing.TB) {
	s.alone = time.Now()
	proctest.Run(t, s.two[1])
	s.two[1].Await(t, ready, 0)
}

// kill ends a process at once, and starts it again.
func (s *scene) kill(t testing.TB, p *proctest.Process) {
	t.Helper()
	u := upset{who: p.Name, from: time.Now()}
	from := p.Log.Len()
	p.End(t, syscall.SIGKILL)
	p.Start(t)
	up := ready
	if p == s.server {
		up = "Server is ready"
	}
	p.Await(t, up, from)
	u.until = time.Now()
	s.upsets = append(s.upsets, u)
	t.Logf("%s was killed, and is ready again after %s", p.Name, u.until.Sub(u.from).Round(time.Millisecond))
}

// halt stops a process's time until what it had in its hands is handed to the other.
func (s *scene) halt(t testing.TB, p *proctest.Process, meanwhile func()) {
	t.Helper()
	u := upset{who: p.Name, from: time.Now()}
	p.Halt(t)
	meanwhile()
	<-time.After(time.Until(u.from.Add(12 * time.Second))) // longer than the server waits for an acknowledgement
	p.Signal(t, syscall.SIGCONT)
	u.until = time.Now()
	s.upsets = append(s.upsets, u)
	t.Logf("%s was halted for %s", p.Name, u.until.Sub(u.from).Round(time.Second))
}

// upsetting says whether something was upset in a time.
func (s *scene) upsetting(from, until time.Time, who ...string) bool {
	for _, u := range s.upsets {
		if u.from.Before(until) && u.until.After(from) && (len(who) == 0 || strings.Contains(strings.Join(who, " "), u.who)) {
			return true
		}
	}
	return false
}

// until asks again and again until a fact holds. A server that was just killed may
// leave a request without any answer: each asking has a time of its own.
func until(t testing.TB, what string, is func(ctx context.Context) bool, instead ...func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*proctest.Patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !within(ctx, is) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			for _, of := range instead {
				t.Log(of())
			}
			t.Fatalf("%s: not within %s", what, 2*proctest.Patience)
		}
	}
}

// within asks once, for some seconds at most.
func within(ctx context.Context, is func(ctx context.Context) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return is(ctx)
}
