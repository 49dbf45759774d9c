package intake_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	intakev1 "tocsin/proto/gen/intake/v1"
)

// place is a bus of its own, with nothing on it.
func place(t *testing.T) run.Place {
	t.Helper()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	log := slog.New(slog.DiscardHandler)
	conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: s, Name: "test", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	return run.Place{Conn: conn, Policy: policy.Default(), Mux: http.NewServeMux(), Health: &run.Health{}, Log: log}
}

// start runs the service as the environment sets it, until stop is called.
func start(t *testing.T, environment map[string]string) (conn *bus.Conn, url string, stop func()) {
	t.Helper()
	at := place(t)
	cfg, err := config.From[intake.Config](environment)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	up, ended := make(chan struct{}), make(chan error, 1)
	at.OnUp = func() { close(up) }
	go func() { ended <- intake.Run(ctx, cfg, at) }()
	select {
	case <-up:
	case err := <-ended:
		t.Fatalf("Run ended before it was up: %v", err)
	}
	web := httptest.NewServer(at.Mux)
	t.Cleanup(web.Close)
	return at.Conn, web.URL, func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func post(t *testing.T, url, token, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

const (
	note = `{"id":"1","source":"desk","tenant":"acme","ticket":"T-1","occurred_at":"2026-01-20T09:00:00Z","note":{"author_kind":"CUSTOMER","text":"It is broken."}}`
	down = `{"id":"p1","source":"probes","occurred_at":"2026-01-20T09:00:00Z","probe":{"component":"site","prober":"eu","status":"DOWN"}}`
	page = `{"version":"4","groupKey":"g","alerts":[{"status":"firing","labels":{"alertname":"LoginDown"},"startsAt":"2026-01-20T09:00:00Z","fingerprint":"f1"}]}`
)

func TestTheServiceTakesWhatItsSettingsAllow(t *testing.T) {
	_, url, stop := start(t, map[string]string{
		"TOCSIN_PRODUCER_TOKEN": "p", "TOCSIN_ALERTMANAGER_TOKEN": "a", "TOCSIN_ALERTMANAGER_COMPONENTS": "LoginDown:sso",
		"TOCSIN_ZENDESK_SECRET": "z", "TOCSIN_ZENDESK_TENANTS": "123:acme,456:nordwind",
	})
	defer stop()
	for _, tt := range []struct {
		path, token, body string
		status            int
	}{
		{"/v1/tickets", "p", note, 202},
		{"/v1/signals", "p", down, 202},
		{"/v1/hooks/alertmanager", "a", page, 202},
		{"/v1/tickets", "a", note, 401},
		{"/v1/signals", "", down, 401},
		{"/v1/hooks/alertmanager", "p", page, 401},
		{"/v1/hooks/zendesk", "p", "{}", 401},
	} {
		if got := post(t, url+tt.path, tt.token, tt.body); got != tt.status {
			t.Errorf("%s with %q: status %d, want %d", tt.path, tt.token, got, tt.status)
		}
	}
}

func TestWithoutSettingsProducersAreLetInAndVendorsAreNot(t *testing.T) {
	_, url, stop := start(t, nil)
	defer stop()
	for path, want := range map[string]int{"/v1/tickets": 202, "/v1/hooks/zendesk": 403, "/v1/hooks/alertmanager": 403} {
		if got := post(t, url+path, "", note); got != want {
			t.Errorf("%s: status %d, want %d", path, got, want)
		}
	}
}

func TestTheServiceReadsWhatProducersSayOnNATS(t *testing.T) {
	conn, _, stop := start(t, nil)
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := conn.JS().Publish(ctx, topology.IngressTicketSubject("desk"), []byte("no event")); err != nil {
		t.Fatal(err)
	}
	parked := false
	_ = conn.Follow(ctx, bus.Following{Stream: topology.DeadLetter}, func(context.Context, bus.Raw) error {
		parked = true
		cancel()
		return nil
	})
	if !parked {
		t.Error("nobody read it")
	}
}

func TestWhatTheServiceTookOutlivesIt(t *testing.T) {
	conn, url, stop := start(t, nil)
	if got := post(t, url+"/v1/tickets", "", note); got != http.StatusAccepted {
		t.Fatalf("status %d", got)
	}
	stop()
	raw, err := conn.Last(t.Context(), topology.Tickets, topology.TicketSubject("acme", "T-1"))
	if err != nil {
		t.Fatal(err)
	}
	var ev intakev1.TicketChanged
	if err := bus.Decode(raw, &ev); err != nil || ev.GetTicket().GetHead().GetRevision() != 1 {
		t.Errorf("ticket %v: %v", ev.GetTicket(), err)
	}
}
