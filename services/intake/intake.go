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

	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/keys"

	"tocsin/pkg/bus"
	"tocsin/pkg/forms"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
)

// Config are the settings of intake.
type Config struct {
	run.Program
	// ProducerToken, if set, is asked of producers as a bearer token.
	ProducerToken string `env:"TOCSIN_PRODUCER_TOKEN"`
}

// Run serves the doors and reads the producers' subjects until the context ends.
func Run(ctx context.Context, cfg Config, at run.Place) error {
	if err := forms.Warm(); err != nil {
		return err
	}
	ring, err := keys.Open(ctx, at.Conn.JS())
	if err != nil {
		return err
	}
	signals := events.NewSignals(at.Conn, ring)
	in := events.Intake{Tickets: events.Tickets{Conn: at.Conn}, Signals: signals, Now: time.Now}
	d := door.Door{Intake: in, Token: cfg.ProducerToken, Log: at.Log}
	d.Mount(at.Mux)
	at.Up()
	g := run.NewGroup(ctx, at.Log)
	g.Go("signals out", signals.Run)
	g.Go("ingress in", bus.RawConsumer(at.Conn, topology.IntakeOnIngress, in.OnIngress))
	return g.Wait()
}
