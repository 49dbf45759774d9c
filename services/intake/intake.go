// Package intake takes in ticket events from helpdesks and signals from
// platform monitors, over HTTP and over NATS, and lets only valid, attributed
// events into the house.
//
// What a ticket is, is decided in internal/receive; internal/door and
// internal/doors speak with producers; internal/events stores.
package intake

import (
	"context"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/limit"
	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/config"
	"tocsin/pkg/forms"
	"tocsin/pkg/run"
)

// Config are the settings of intake.
type Config struct {
	run.Program
	// ProducerToken, if set, is asked of producers as a bearer token.
	ProducerToken string `env:"TOCSIN_PRODUCER_TOKEN"`
	// DoorsFile says which accounts have a door, who is let in and what they mean; empty
	// goes by the settings below.
	DoorsFile string `env:"TOCSIN_DOORS_FILE"`
	// ZendeskSecret is the signing secret of the Zendesk webhook; without it the door is closed.
	ZendeskSecret string `env:"TOCSIN_ZENDESK_SECRET"`
	// ZendeskTenant is the tenant of tickets without an organization; without it they are ignored.
	ZendeskTenant string `env:"TOCSIN_ZENDESK_TENANT"`
	// ZendeskTenants gives organization ids their tenants, as "123:acme,456:nordwind".
	ZendeskTenants map[string]string `env:"TOCSIN_ZENDESK_TENANTS"`
	// AlertmanagerToken is what Alertmanager sends as a bearer token; without it the door is closed.
	AlertmanagerToken string `env:"TOCSIN_ALERTMANAGER_TOKEN"`
	// AlertmanagerComponents gives alert names their components, as "LoginDown:sso".
	AlertmanagerComponents map[string]string `env:"TOCSIN_ALERTMANAGER_COMPONENTS"`
	// Spool is the folder that keeps events while the bus is away; empty refuses them then.
	Spool string `env:"TOCSIN_SPOOL"`
	// SpoolMax is how many bytes may lie there.
	SpoolMax config.Size `env:"TOCSIN_SPOOL_MAX" envDefault:"1GiB"`
}

// bodiesAtOnce is how many bytes of bodies are held while they are read and stored.
const bodiesAtOnce = 256 << 20

// Run serves the doors and reads the producers' subjects until the context ends.
func Run(ctx context.Context, cfg Config, at run.Place) error {
	if err := forms.Warm(); err != nil {
		return err
	}
	file := &doorsFile{path: cfg.DoorsFile, base: cfg.hooks(), log: at.Log, asks: cfg.TLS.ClientCA != ""}
	now, err := file.load()
	if err != nil {
		return err
	}
	sources := &source.Register{}
	sources.Follow(now.sources)
	in := events.Intake{
		Tickets: events.NewTickets(at.Conn), Signals: events.NewSignals(at.Conn, nil), Deliveries: events.NewDeliveries(at.Conn),
		Now: time.Now, Sources: sources,
	}
	in.Signals.Sources = sources
	at.Health.Add("signals", in.Signals.Ready)
	h, err := newHouse(cfg, at, in)
	if err != nil {
		return err
	}
	d := &door.Door{
		Intake: in, Token: cfg.ProducerToken, Sources: sources, Hooks: now.hooks, Limits: limit.NewKeeper(time.Now), Room: limit.NewRoom(bodiesAtOnce),
		Shelf: h, Log: at.Log,
	}
	if h.spool != nil {
		d.Spool = h.spool
		defer func() { _ = h.spool.Close() }()
		stop, err := h.spool.Measure()
		if err != nil {
			return err
		}
		defer stop()
	} else if err := h.open(ctx); err != nil {
		return err
	}
	d.Mount(at.Mux)
	at.Up()
	g := run.NewGroup(ctx, at.Log)
	g.Go("house", func(ctx context.Context) error { return h.run(ctx, retrier{at.Conn, d, at.Log}) })
	g.Go("doors' file", file.follow(func(n opened) {
		sources.Follow(n.sources)
		d.Follow(n.hooks)
	}))
	return g.Wait()
}

// hooks are the vendors' doors as the settings open them.
func (c Config) hooks() door.Hooks {
	hooks := door.Hooks{}
	for _, d := range doors.All() {
		hooks[d.Name] = door.Hook{Door: d, Setting: opens(d.Name)}
	}
	hooks["zendesk"] = door.Hook{
		Door: hooks["zendesk"].Door, Setting: "TOCSIN_ZENDESK_SECRET, or " + opens("zendesk"), Lets: credential.Set{Secrets: some(c.ZendeskSecret)},
		Account: webhook.Account{Desk: desk.Account{Tenants: c.ZendeskTenants, DefaultTenant: c.ZendeskTenant}},
	}
	hooks["alertmanager"] = door.Hook{
		Door: hooks["alertmanager"].Door, Setting: "TOCSIN_ALERTMANAGER_TOKEN, or " + opens("alertmanager"), Lets: credential.Set{Tokens: some(c.AlertmanagerToken)},
		Account: webhook.Account{Alerts: alert.Account{Components: c.AlertmanagerComponents}},
	}
	return hooks
}

// some is a setting as a list; empty if it is not set.
func some(setting string) []string {
	if setting == "" {
		return nil
	}
	return []string{setting}
}
