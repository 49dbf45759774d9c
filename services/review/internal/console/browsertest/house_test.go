package browsertest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/outlook"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
)

// token is what people sign in with here.
const token = "let-me-in"

// A house is the console with all that it stands on.
type house struct {
	*consoletest.House
	t    *testing.T
	mux  *http.ServeMux
	addr string
	stop func()
	conn *bus.Conn
	said int
}

// build opens the ledger, starts the bus and what runs beside, and serves the console.
func build(t *testing.T) *house {
	t.Helper()
	h := &house{House: consoletest.New(t, time.Now().UTC()), t: t, mux: http.NewServeMux(), addr: "127.0.0.1:0"}
	conn := natstest.Connect(t)

	relay := events.NewRelay(h.Ledger, conn, policy.Default(), slog.Default())
	live := &events.Live{Conn: conn}
	h.Told = relay.Nudge
	ctx, stop := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	h.conn = conn
	sees := outlook.New()
	watcher := events.Watcher{Conn: conn, Outlook: sees}
	for _, run := range []func(context.Context) error{relay.Run, live.Run, live.Advice, watcher.Looks, watcher.Changes, watcher.Sights} {
		tasks.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { stop(); tasks.Wait() })

	cfg := console.Config{Cases: h.Ledger, Desk: h.Desk(), Archive: events.Archive{Conn: conn}, Opinions: events.Opinions{Conn: conn}, Live: live, Outlook: sees, Past: watcher}
	cfg.Gate.Token, cfg.Gate.Book = token, h.Ledger
	cfg.Precedents, cfg.Previews = h.Ledger, events.Previews{Conn: conn, Policy: policy.Default()}
	c, err := console.New(cfg)
	h.must(err)
	c.Mount(h.mux)
	h.serve()
	t.Cleanup(func() { h.stop() })
	return h
}

// serve starts the HTTP server, at the address that it had before if it had one.
func (h *house) serve() {
	h.t.Helper()
	l, err := net.Listen("tcp", h.addr)
	h.must(err)
	h.addr = l.Addr().String()
	server := &http.Server{Handler: h.mux, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }()
	h.stop = func() { _ = server.Close() }
}

func (h *house) url(path string) string { return "http://" + h.addr + path }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}
