// Package review keeps the cases that leadership decides, and the decisions.
//
// What a case is and who may change it how, is decided in internal/decide;
// internal/ledger keeps it in SQL with its audit and outbox; people act through
// internal/console and internal/api, which both lead to internal/desk.
package review

import (
	"context"
	"strings"
	"time"

	"tocsin/services/review/internal/api"
	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/doorstep"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/keys"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/postgres"
	"tocsin/services/review/internal/ledger/sqlite"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/seal"
	"tocsin/services/review/internal/timers"
	"tocsin/services/review/internal/wall"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/run"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Config are the settings of review.
type Config struct {
	run.Program
	// LedgerURL is a postgres:// URL, or the path of an SQLite file.
	LedgerURL string `env:"TOCSIN_LEDGER_URL" envDefault:"tocsin-ledger.db"`
	// LeadershipToken lets in as admin: it bootstraps the rest. Without it and a
	// provider only this machine is served.
	LeadershipToken string `env:"TOCSIN_LEADERSHIP_TOKEN"`
	// Provider proves who people are.
	Provider Provider
	// Links, if not nil, are where the program makes sign-in links; else one is logged.
	Links *Links `env:"-"`
}

// Run hears the other services, serves console and API, and publishes what
// changes, until the context ends.
func Run(ctx context.Context, cfg Config, at run.Place) error {
	sealing, err := tenantkey.Open(ctx, at.Conn.JS())
	if err != nil {
		return err
	}
	defer sealing.Close()
	book, err := open(ctx, cfg.LedgerURL, ledger.Sealed(seal.New(sealing)))
	if err != nil {
		return err
	}
	defer book.Close()
	at.Health.Add("ledger", func(ctx context.Context) error {
		_, err := book.Cases(ctx, ledger.Query{Limit: 1})
		return err
	})
	relay := events.NewRelay(book, at.Conn, at.Policy, at.Log)
	erased, err := erasure.Open(ctx, at.Conn.JS())
	if err != nil {
		return err
	}
	defer erased.Close()
	in := events.In{Ledger: book, Policy: at.Policy, Changed: relay.Nudge, Erased: erased}
	live := &events.Live{Conn: at.Conn}
	archive := wall.Archive{Kept: events.Archive{Conn: at.Conn}}
	sees := events.Watcher{Conn: at.Conn, Outlook: outlook.New()}
	orders := desk.Desk{Ledger: book, Roster: book, Policy: at.Policy, Now: time.Now, Changed: relay.Nudge}
	door, err := cfg.door(book, at.Log)
	if err != nil {
		return err
	}
	at.Door.Keep(door.Leads)
	seen := wall.New(book)
	kept := &events.Mutes{Conn: at.Conn}
	staff, reports := duty.Desk{Ledger: book}, &report.Desk{Source: book, Policy: at.Policy}
	letters := parked.Desk{Box: events.Letters{Conn: at.Conn}, Book: book, Now: time.Now}
	rejects := doorstep.Desk{Box: events.Rejects{Conn: at.Conn, Log: at.Log}}
	hearings := wall.Hearings{Asked: events.Hearings{Conn: at.Conn}}
	pages, err := console.New(console.Config{
		Cases: seen, Desk: orders, Gate: door, Policy: at.Policy, Live: wall.Live{Changing: live, Wall: seen}, Outlook: sees.Outlook,
		Past: wall.Memory{Stated: sees}, Archive: archive, Opinions: wall.Opinions{Said: events.Opinions{Conn: at.Conn}}, Log: at.Log, Reports: reports, Mutes: wall.Mutes{Kept: kept},
		Links: &events.Links{Conn: at.Conn, Now: time.Now}, Precedents: seen, Roster: staff, Parked: letters, Rejected: rejects, Hearings: hearings,
		Ladders: events.Ladders{Conn: at.Conn}, Previews: events.Previews{Conn: at.Conn, Policy: at.Policy}, Pulse: wall.Pulses{Found: events.Pulses{Conn: at.Conn}},
	})
	if err != nil {
		return err
	}
	pages.Mount(at.Mux)
	(&api.API{
		Cases: seen, History: seen, Outlook: sees.Outlook, Labels: seen, Archive: archive, Desk: orders, Gate: door, Policy: at.Policy, Log: at.Log,
		Book: book, Duty: staff, Reports: reports, Mutes: wall.Mutes{Kept: kept}, Parked: letters, Rejected: rejects, Hearings: hearings, Previews: events.Previews{Conn: at.Conn, Policy: at.Policy},
	}).Mount(at.Mux)
	keys.Keys{Book: book, Gate: door, Log: at.Log, Now: time.Now}.Mount(at.Mux)
	at.Up()

	g := run.NewGroup(ctx, at.Log)
	g.Go("assessments in", bus.BatchConsumer(at.Conn, topology.ReviewOnTicketAssessed, in.OnTicketsAssessed))
	g.Go("conditions in", bus.BatchConsumer(at.Conn, topology.ReviewOnConditionChanged, in.OnConditionsChanged))
	g.Go("deliveries in", bus.BatchConsumer(at.Conn, topology.ReviewOnDeliveryRecorded, in.OnDeliveriesRecorded))
	g.Go("cases out", relay.Run)
	g.Go("heads of the audit out", events.Heads{Book: book, Conn: at.Conn, Log: at.Log}.Run)
	alive := &events.Alive{Outbox: book, Now: time.Now}
	g.Go("alive", bus.Answering(at.Conn, "review", topology.AskReviewSubject(), func() *reviewv1.PulseAsked { return &reviewv1.PulseAsked{} }, alive.OnAsked))
	tenants(g, at, book, relay.Nudge)
	g.Go("timers", timers.Timers{Ledger: book, Changed: relay.Nudge, Log: at.Log}.Run)
	g.Go("live", live.Run)
	g.Go("advice", live.Advice)
	g.Go("mutes", kept.Run)
	g.Go("how the rules stand", sees.Looks)
	g.Go("what is raised", sees.Changes)
	g.Go("what monitoring sees", sees.Sights)
	return g.Wait()
}

// open opens the ledger that the URL names.
func open(ctx context.Context, url string, options ...ledger.Option) (*ledger.Ledger, error) {
	if inPostgres(url) {
		return postgres.Open(ctx, url, options...)
	}
	return sqlite.Open(ctx, url, options...)
}

func inPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}
