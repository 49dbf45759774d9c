package run

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/certs"
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
	// Reach, if not nil, returns when the bus is there, with its topology: the service was
	// started before. Its error is the context's.
	Reach func(context.Context) error
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
	// TLS are the files of a certificate; without them it speaks HTTP in plain.
	TLS certs.Files
	// PolicyFile replaces the built-in policy.
	PolicyFile string     `env:"TOCSIN_POLICY_FILE"`
	LogLevel   slog.Level `env:"TOCSIN_LOG_LEVEL" envDefault:"INFO"`
	// Early starts the service although the bus may not be there yet; it has to Reach it.
	Early bool
}

// Alone runs one service as a program of its own: connects to the bus, sets up
// the topology, and serves the service's routes, health and metrics.
func Alone(ctx context.Context, name string, p Program, service func(context.Context, Place) error) error {
	log := telemetry.Logger(p.LogLevel).With("service", name)
	shown, err := certs.Open(p.TLS, log)
	if err != nil {
		return err
	}
	tel, err := telemetry.Setup(ctx, "tocsin-"+name)
	if err != nil {
		return err
	}
	defer tel.Stop(ctx)
	pol, err := Policy(p.PolicyFile)
	if err != nil {
		return err
	}
	conn, err := connect(ctx, name, p, log)
	if err != nil {
		return err
	}
	defer conn.Close()
	at := Place{Conn: conn, Policy: pol, Mux: http.NewServeMux(), Health: &Health{}, Log: log}
	prepare := func() error { return topology.Apply(ctx, conn.JS(), p.Bus.Replicas) }
	if p.Early {
		at.Reach = func(ctx context.Context) error { return reach(ctx, conn, log, prepare) }
	} else if err := patiently(ctx, log, prepare); err != nil {
		return err
	}
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
		return Site{
			Addr: p.HTTPAddr, Handler: at.Mux, Certs: shown, Log: log,
			Listening: func(a net.Addr) { log.Info("ready", p.TLS.Scheme(), a.String()) },
		}.Serve(ctx)
	})
	g.Go("certificates", shown.Watch)
	return g.Wait()
}

// connect connects to the bus, or begins to.
func connect(ctx context.Context, name string, p Program, log *slog.Logger) (conn *bus.Conn, err error) {
	err = patiently(ctx, log, func() (err error) {
		conn, err = bus.Connect(ctx, bus.Settings{URL: p.Bus.URL, Creds: p.Bus.Creds, Name: "tocsin-" + name, Patient: p.Early, Log: log})
		return err
	})
	return conn, err
}

// reach tries until the bus is there and prepared, however long that takes.
func reach(ctx context.Context, conn *bus.Conn, log *slog.Logger, prepare func() error) error {
	for said := false; ; said = true {
		err := conn.Up()
		if err == nil {
			if err = prepare(); err == nil {
				return nil
			}
		}
		if !said {
			log.Warn("the bus is not there yet", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second / 4):
		}
	}
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

// A Notice is what a check says of a thing that is worth a look, while the program is
// ready all the same.
type Notice string

// Error is what it says.
func (n Notice) Error() string { return string(n) }

// A Fault is what a check says of a thing that is wrong, while the program does its work
// and is ready all the same.
type Fault string

// Error is what it says.
func (f Fault) Error() string { return string(f) }

// NoticesHeader names in an answer of /readyz the checks that say a Notice.
const NoticesHeader = "Tocsin-Notices"

// Add names one thing that must work for the program to be ready. A check of the same
// name goes.
func (h *Health) Add(name string, ok func(context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checks = slices.DeleteFunc(slices.Clone(h.checks), func(c check) bool { return c.name == name })
	h.checks = append(h.checks, check{name, ok})
}

// Mount serves /healthz and /readyz on mux. They answer by whatever name they are asked: a
// kubelet asks by the pod's address, others by a service's name, and what they say is of
// the program alone. So it is with /metrics.
func (h *Health) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", h.ready)
}

// ready lists every check, with what is wrong, as JSON; 503 if one fails with more than
// a Notice or a Fault.
func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	h.mu.Lock()
	checks := h.checks
	h.mu.Unlock()
	status, result, notices := http.StatusOK, map[string]string{}, []string{}
	for _, c := range checks {
		result[c.name] = "ok"
		err := c.ok(ctx)
		if err == nil {
			continue
		}
		result[c.name] = err.Error()
		switch err.(type) { //nolint:errorlint // one that wraps a notice says more
		case Notice:
			notices = append(notices, c.name)
		case Fault:
		default:
			status = http.StatusServiceUnavailable
		}
	}
	w.Header().Set(NoticesHeader, strings.Join(notices, ", "))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(result)
}
