package browsertest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/services/review/internal/api"
	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/wall"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

// token is what people sign in with where there is no provider.
const token = "let-me-in"

// A house is the console with all that it stands on, and the API.
type house struct {
	*consoletest.House
	t    *testing.T
	mux  *http.ServeMux
	addr string
	stop func()
	conn *bus.Conn
	said int
}

// build opens the ledger, starts the bus and what runs beside, and serves the
// console, to whom the doors say; leadership's token lets in else.
func build(t *testing.T, doors ...func(*house, *who.Gate)) *house {
	t.Helper()
	h := &house{House: consoletest.New(t, time.Now().UTC()), t: t, mux: http.NewServeMux(), addr: "127.0.0.1:0", conn: natstest.Connect(t)}
	h.serve()
	t.Cleanup(func() { h.stop() })
	gate := who.Gate{Book: h.Ledger, Tries: &who.Tries{}}
	gate.Token = token
	for _, door := range doors {
		door(h, &gate)
	}
	relay := events.NewRelay(h.Ledger, h.conn, policy.Default(), slog.Default())
	live := &events.Live{Conn: h.conn}
	h.Told = relay.Nudge
	watcher := events.Watcher{Conn: h.conn, Outlook: outlook.New()}
	in := events.In{Ledger: h.Ledger, Policy: policy.Default()}
	h.run(relay.Run, live.Run, live.Advice, watcher.Looks, watcher.Changes, watcher.Sights,
		bus.BatchConsumer(h.conn, topology.ReviewOnDeliveryRecorded, in.OnDeliveriesRecorded))
	h.furnish(gate, live, watcher)
	return h
}

// run runs tasks until the test ends.
func (h *house) run(tasks ...func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, task := range tasks {
		all.Go(func() {
			if err := task(ctx); err != nil && ctx.Err() == nil {
				h.t.Error(err)
			}
		})
	}
	h.t.Cleanup(func() { stop(); all.Wait() })
}

// furnish mounts console and API as the service does: behind the wall.
func (h *house) furnish(gate who.Gate, live *events.Live, watcher events.Watcher) {
	h.t.Helper()
	seen, staff, previews := wall.New(h.Ledger), duty.Desk{Ledger: h.Ledger}, events.Previews{Conn: h.conn, Policy: policy.Default()}
	archive, reports := wall.Archive{Kept: events.Archive{Conn: h.conn}}, &report.Desk{Source: h.Ledger, Policy: policy.Default()}
	muted := &events.Mutes{Conn: h.conn}
	h.run(muted.Run)
	pages, err := console.New(console.Config{
		Mutes: wall.Mutes{Kept: muted}, Cases: seen, Desk: h.Desk(), Gate: gate, Live: wall.Live{Changing: live, Wall: seen}, Outlook: watcher.Outlook, Past: wall.Memory{Stated: watcher},
		Archive: archive, Opinions: wall.Opinions{Said: events.Opinions{Conn: h.conn}}, Precedents: seen, Roster: staff, Previews: previews, Reports: reports,
		Links: &events.Links{Conn: h.conn, Now: time.Now}, Parked: parked.Desk{Box: events.Letters{Conn: h.conn}, Book: h.Ledger, Now: time.Now},
		Hearings: wall.Hearings{Asked: events.Hearings{Conn: h.conn}},
	})
	h.must(err)
	pages.Mount(h.mux)
	(&api.API{
		Cases: seen, History: seen, Outlook: watcher.Outlook, Labels: seen, Archive: archive, Desk: h.Desk(), Gate: gate, Policy: policy.Default(), Log: slog.Default(),
		Book: h.Ledger, Duty: staff, Reports: reports, Previews: previews,
	}).Mount(h.mux)
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

// team is who works on cases; all are on duty at any time, but for one who is away.
const team = `id,name,skills,zone,shifts,capacity,load
ito,Sora Ito,sso_unavailable;auth_failures_over_100,UTC,mon-sun 00:00-24:00,2,0
mia,Mia Weiß,,Europe/Berlin,mon-sun 00:00-24:00,3,1
noor,Noor Rahman,reports_failing_24h;pathways,Asia/Kolkata,mon-sun 00:00-24:00,1,2
raj,Raj Patel,ftp_denied,America/New_York,sun-thu 22:00-06:00,2,0
`

// staff puts the team on the roster.
func (h *house) staff() {
	h.t.Helper()
	all, err := roster.ReadCSV(strings.NewReader(team))
	h.must(err)
	_, _, err = h.ChangeRoster(h.t.Context(), ledger.Editor{By: "ada", At: h.At}, func(b roster.Book) (roster.Book, error) {
		if b, err = b.SetAll(all, false); err != nil {
			return nil, err
		}
		return b.Away("raj", roster.Absence{From: h.At.Add(-20 * time.Hour), Until: h.At.Add(76 * time.Hour), Why: "training"})
	})
	h.must(err)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}
