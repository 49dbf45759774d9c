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
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/postgres"
	"tocsin/services/review/internal/ledger/sqlite"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/seal"
	"tocsin/services/review/internal/timers"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/bus"
	"tocsin/pkg/gate"
	"tocsin/pkg/run"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
)

// Config are the settings of review.
type Config struct {
	run.Program
	// LedgerURL is a postgres:// URL, or the path of an SQLite file.
	LedgerURL string `env:"TOCSIN_LEDGER_URL" envDefault:"tocsin-ledger.db"`
	// LeadershipToken is what people sign in with; without one only this machine is served.
	LeadershipToken string `env:"TOCSIN_LEADERSHIP_TOKEN"`
}

// Run hears the other services, serves console and API, and publishes what
// changes, until the context ends.
func Run(ctx context.Context, cfg Config, at run.Place) error {
	keys, err := tenantkey.Open(ctx, at.Conn.JS())
	if err != nil {
		return err
	}
	defer keys.Close()
	book, err := open(ctx, cfg.LedgerURL, ledger.Sealed(seal.New(keys)))
	if err != nil {
		return err
	}
	defer book.Close()
	at.Health.Add("ledger", func(ctx context.Context) error {
		_, err := book.Cases(ctx, ledger.Query{Limit: 1})
		return err
	})
	relay := events.NewRelay(book, at.Conn, at.Policy, at.Log)
	in := events.In{Ledger: book, Policy: at.Policy, Changed: relay.Nudge}
	live := &events.Live{Conn: at.Conn}
	archive := events.Archive{Conn: at.Conn}
	sees := events.Watcher{Conn: at.Conn, Outlook: outlook.New()}
	orders := desk.Desk{Ledger: book, Policy: at.Policy, Now: time.Now, Changed: relay.Nudge}
	door := who.Gate{Gate: gate.Gate{Token: cfg.LeadershipToken}}
	pages, err := console.New(console.Config{
		Cases: book, Desk: orders, Gate: door, Policy: at.Policy, Live: live, Outlook: sees.Outlook, Past: sees, Archive: archive,
		Opinions: events.Opinions{Conn: at.Conn}, Log: at.Log,
	})
	if err != nil {
		return err
	}
	pages.Mount(at.Mux)
	(&api.API{
		Cases: book, History: book, Outlook: sees.Outlook, Labels: book, Archive: archive, Desk: orders, Gate: door, Policy: at.Policy, Log: at.Log,
	}).Mount(at.Mux)
	at.Up()

	g := run.NewGroup(ctx, at.Log)
	g.Go("assessments in", bus.Consumer(at.Conn, topology.ReviewOnTicketAssessed, in.OnTicketAssessed))
	g.Go("conditions in", bus.Consumer(at.Conn, topology.ReviewOnConditionChanged, in.OnConditionChanged))
	g.Go("deliveries in", bus.Consumer(at.Conn, topology.ReviewOnDeliveryRecorded, in.OnDeliveryRecorded))
	g.Go("cases out", relay.Run)
	g.Go("heads of the audit out", events.Heads{Book: book, Conn: at.Conn, Log: at.Log}.Run)
	g.Go("timers", timers.Timers{Ledger: book, Changed: relay.Nudge, Log: at.Log}.Run)
	g.Go("live", live.Run)
	g.Go("advice", live.Advice)
	g.Go("how the rules stand", sees.Looks)
	g.Go("what is raised", sees.Changes)
	g.Go("what monitoring sees", sees.Sights)
	return g.Wait()
}

// open opens the ledger that the URL names.
func open(ctx context.Context, url string, options ...ledger.Option) (*ledger.Ledger, error) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return postgres.Open(ctx, url, options...)
	}
	return sqlite.Open(ctx, url, options...)
}
