package intake_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake"

	"tocsin/pkg/bus"
	"tocsin/pkg/config"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
)

// A site is a server that can be taken away, and an intake that can be started again.
type site struct {
	t          *testing.T
	addr, data string
	via        string // where intake finds the server; empty is where it is
	shut       func() // ends the server; nil where there is none
	settings   map[string]string
	spool      string

	url  string
	stop func()
}

// newSite is a site whose server runs; its intake does not yet.
func newSite(t *testing.T, settings ...string) *site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, addr: l.Addr().String(), data: t.TempDir(), spool: filepath.Join(t.TempDir(), "spool")}
	_ = l.Close()
	s.settings = map[string]string{
		"TOCSIN_SPOOL": s.spool, "TOCSIN_ZENDESK_SECRET": "z", "TOCSIN_ZENDESK_TENANTS": "77:acme", "TOCSIN_ALERTMANAGER_TOKEN": "a",
	}
	for i := 0; i < len(settings); i += 2 {
		s.settings[settings[i]] = settings[i+1]
	}
	t.Cleanup(func() {
		if s.stop != nil {
			s.end()
		}
		s.away()
	})
	s.back()
	return s
}

// away takes the server away, back gives it back with what it had.
func (s *site) away() {
	if s.shut != nil {
		s.shut()
		s.shut = nil
	}
}

func (s *site) back() {
	s.t.Helper()
	server, err := natsserver.Start(natsserver.Options{Addr: s.addr, Dir: s.data})
	if err != nil {
		s.t.Fatal(err)
	}
	s.shut = func() { server.Shutdown(); server.WaitForShutdown() }
}

// conn is a connection of the test's own.
func (s *site) conn() *bus.Conn {
	s.t.Helper()
	conn, err := bus.Connect(s.t.Context(), bus.Settings{URL: "nats://" + s.addr, Name: "test", Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		s.t.Cleanup(conn.Close)
		err = topology.Apply(s.t.Context(), conn.JS(), 1)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return conn
}

// begin starts intake, whether the bus is there or not.
func (s *site) begin() {
	s.t.Helper()
	cfg, err := config.From[intake.Config](s.settings)
	if err != nil {
		s.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	conn, err := bus.Connect(s.t.Context(), bus.Settings{URL: "nats://" + cmp.Or(s.via, s.addr), Name: "intake", Patient: true, Log: log})
	if err != nil {
		s.t.Fatal(err)
	}
	up, ended := make(chan struct{}), make(chan error, 1)
	at := run.Place{Conn: conn, Policy: policy.Default(), Mux: http.NewServeMux(), Health: &run.Health{}, Log: log, OnUp: func() { close(up) }}
	at.Reach = func(ctx context.Context) error {
		for conn.Up() != nil || topology.Apply(ctx, conn.JS(), 1) != nil {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(20 * time.Millisecond):
			}
		}
		return nil
	}
	at.Health.Add("bus", func(context.Context) error { return conn.Up() })
	at.Health.Mount(at.Mux)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { ended <- intake.Run(ctx, cfg, at) }()
	select {
	case <-up:
	case err := <-ended:
		s.t.Fatalf("Run ended before it was up: %v", err)
	}
	web := httptest.NewServer(at.Mux)
	s.url, s.stop = web.URL, func() {
		web.Close()
		cancel()
		if err := <-ended; err != nil {
			s.t.Errorf("Run: %v", err)
		}
		conn.Close()
	}
}

func (s *site) end() {
	s.stop()
	s.stop = nil
}

// said is what intake answers.
type said struct {
	status   int
	again    string
	Accepted int
	Spooled  int
	Type     string
	Ignored  []string
}

func (s *site) post(path, body string, headers ...string) said {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	a := said{status: res.StatusCode, again: res.Header.Get("Retry-After")}
	data, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", data, err)
	}
	return a
}

// takes has a body taken, so many events of it into the spool.
func (s *site) takes(path, body string, spooled int, headers ...string) {
	s.t.Helper()
	if got := s.post(path, body, headers...); got.status != http.StatusAccepted || got.Spooled != spooled {
		s.t.Fatalf("%s %.200s: %+v, want %d events in the spool", path, body, got, spooled)
	}
}

// ready is what intake says of whether it is ready.
func (s *site) ready() (status int, parts map[string]string) {
	s.t.Helper()
	res, err := http.Get(s.url + "/readyz")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if err := json.NewDecoder(res.Body).Decode(&parts); err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, parts
}

// awaitParts waits until the parts are as they should be.
func (s *site) awaitParts(is func(parts map[string]string) bool) {
	s.t.Helper()
	var parts map[string]string
	s.until(func() bool { _, parts = s.ready(); return is(parts) }, &parts)
}

// until asks again and again until something is so; says is what it was, if it is not.
func (s *site) until(is func() bool, says any) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("it is not as it should be: %v", says)
		}
	}
}

// direct waits until what comes is stored on the bus at once.
func (s *site) direct() {
	s.t.Helper()
	s.awaitParts(func(parts map[string]string) bool { return parts["bus"] == "ok" && parts["signals"] == "ok" })
	s.until(func() bool { return s.post("/v1/signals", attempt("first", "first", "u")).Spooled == 0 }, "spooled still")
}

// drained waits until the bus is back and nothing lies in the spool.
func (s *site) drained() {
	s.t.Helper()
	s.awaitParts(func(parts map[string]string) bool {
		return parts["bus"] == "ok" && parts["signals"] == "ok" && parts["spool"] == "ok"
	})
	if left, err := filepath.Glob(filepath.Join(s.spool, "*")); err != nil || len(left) != 1 {
		s.t.Errorf("when all is stored there lie %v in the spool's folder: %v", left, err)
	}
}

func ticketEvent(n int, ticket string) string {
	return fmt.Sprintf(`{"id":"e%d","source":"desk","tenant":"acme","ticket":%q,"occurred_at":%q,"note":{"author_kind":"CUSTOMER","text":"Es geht noch immer nicht (%d)."}}`,
		n, ticket, time.Now().UTC().Format(time.RFC3339Nano), n)
}

func attempt(id, tenant, user string) string {
	return fmt.Sprintf(`{"id":%q,"source":"okta","tenant":%q,"occurred_at":%q,"auth_attempt":{"user":%q,"method":"SSO","outcome":"FAILURE","failure":"TIMEOUT"}}`,
		id, tenant, time.Now().UTC().Format(time.RFC3339Nano), user)
}

// lies says whether a word stands in a file of the spool.
func (s *site) lies(word string) bool {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(s.spool, "*.spool"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			s.t.Fatal(err)
		}
		if bytes.Contains(data, []byte(word)) {
			return true
		}
	}
	return false
}
