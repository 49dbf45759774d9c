package run

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/config"
	"tocsin/pkg/gate"
	"tocsin/pkg/policy"
	"tocsin/pkg/telemetry"
	"tocsin/pkg/topology"
)

// A Place is what a service runs on: by itself, or beside others in one process.
type Place struct {
	Conn   *bus.Conn
	Policy *policy.Policy
	// Mux takes the service's HTTP routes; it is served by whoever made the place.
	Mux    *http.ServeMux
	Health *Health
	Log    *slog.Logger
	// Door, if not nil, is where review says for the others beside it who comes in.
	Door *gate.Door
	// OnUp, if not nil, hears once that the service's routes are on Mux.
	OnUp func()
}

// Up is called by the service once its routes are on Mux.
func (p Place) Up() {
	if p.OnUp != nil {
		p.OnUp()
	}
}

// Program are the settings that every service has.
type Program struct {
	Bus config.Bus
	// HTTPAddr is where the service listens: its own routes, health and metrics.
	HTTPAddr string `env:"TOCSIN_HTTP_ADDR" envDefault:"127.0.0.1:8080"`
	// PolicyFile replaces the built-in policy.
	PolicyFile string     `env:"TOCSIN_POLICY_FILE"`
	LogLevel   slog.Level `env:"TOCSIN_LOG_LEVEL" envDefault:"INFO"`
}

// Alone runs one service as a program of its own: connects to the bus, sets up
// the topology, and serves the service's routes, health and metrics.
func Alone(ctx context.Context, name string, p Program, service func(context.Context, Place) error) error {
	log := telemetry.Logger(p.LogLevel).With("service", name)
	tel, err := telemetry.Setup(ctx, "tocsin-"+name)
	if err != nil {
		return err
	}
	defer tel.Stop(ctx)
	pol, err := Policy(p.PolicyFile)
	if err != nil {
		return err
	}
	var conn *bus.Conn
	err = patiently(ctx, log, func() (err error) {
		conn, err = bus.Connect(ctx, bus.Settings{URL: p.Bus.URL, Creds: p.Bus.Creds, Name: "tocsin-" + name, Log: log})
		return err
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := patiently(ctx, log, func() error { return topology.Apply(ctx, conn.JS(), p.Bus.Replicas) }); err != nil {
		return err
	}
	at := Place{Conn: conn, Policy: pol, Mux: http.NewServeMux(), Health: &Health{}, Log: log}
	at.Health.Add("bus", func(context.Context) error { return conn.Up() })
	at.Health.Mount(at.Mux)
	at.Mux.Handle("GET /metrics", tel.Metrics)
	up := make(chan struct{})
	at.OnUp = sync.OnceFunc(func() { close(up) })
	g := NewGroup(ctx, log)
	g.Go(name, func(ctx context.Context) error {
		if err := service(ctx, at); err != nil {
			return err // which is not ready, and says so to nobody
		}
		at.Up()
		return nil
	})
	g.Go("http", func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-up:
		}
		return Serve(p.HTTPAddr, at.Mux, func(a net.Addr) { log.Info("ready", "http", a.String()) })(ctx)
	})
	return g.Wait()
}

// Policy reads the policy file, or gives the built-in policy if there is no path.
func Policy(path string) (*policy.Policy, error) {
	if path == "" {
		return policy.Default(), nil
	}
	return policy.Load(path)
}

// patiently keeps trying for a minute, so that services and servers may start in
// any order, and a server may be away while a service starts.
func patiently(ctx context.Context, log *slog.Logger, try func() error) error {
	deadline := time.Now().Add(time.Minute)
	for {
		err := try()
		if err == nil || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		log.Warn("waiting for the bus", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// Health answers whether the program is alive and ready.
type Health struct {
	mu     sync.Mutex
	checks []check
}

type check struct {
	name string
	ok   func(context.Context) error
}

// Add names one thing that must work for the program to be ready.
func (h *Health) Add(name string, ok func(context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checks = append(h.checks, check{name, ok})
}

// Mount serves /healthz and /readyz on mux.
func (h *Health) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", h.ready)
}

// ready lists every check, with what is wrong, as JSON; 503 if one fails.
func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	h.mu.Lock()
	checks := h.checks
	h.mu.Unlock()
	status, result := http.StatusOK, map[string]string{}
	for _, c := range checks {
		result[c.name] = "ok"
		if err := c.ok(ctx); err != nil {
			status, result[c.name] = http.StatusServiceUnavailable, err.Error()
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(result)
}
