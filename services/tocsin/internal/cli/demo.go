package cli

import (
	"fmt"
	"time"

	"tocsin/services/tocsin/internal/demo"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

type demoCmd struct {
	natsFlag
	Fast bool `help:"Play it all at once."`
}

func (demoCmd) Help() string {
	return `Plays a quiet morning, an SSO outage at three tenants with tickets in English and German, two
requests that the policy does not support, a day without reports, and recovery.

Example:
  tocsin up &
  tocsin demo`
}

// Run is `tocsin demo`.
func (c *demoCmd) Run(s *streams) error {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := publisher{ctx: s.ctx, conn: conn, bar: &bar{}}
	began, said := time.Now(), ""
	for _, scene := range demo.Day(began) {
		if !c.Fast {
			select {
			case <-s.ctx.Done():
				return s.ctx.Err()
			case <-time.After(time.Until(began.Add(scene.At))):
			}
		}
		if scene.Title != said {
			said = scene.Title
			fmt.Fprintf(s.out, "%s  %s\n", time.Now().Format(time.TimeOnly), said)
		}
		if err := p.scene(scene); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, "That was the day: %d events.\n", p.acked)
	return nil
}

// scene sends what happens in one scene.
func (p *publisher) scene(scene demo.Scene) error {
	for _, sig := range scene.Signals {
		if err := p.add(sig); err != nil {
			return err
		}
	}
	if err := p.flush(); err != nil {
		return err
	}
	for _, ev := range scene.Tickets {
		if err := p.send(topology.IngressTicketSubject(ev.GetSource()), bus.ID("ingress", ev.GetSource(), ev.GetId()), ev, 1); err != nil {
			return err
		}
	}
	return nil
}
