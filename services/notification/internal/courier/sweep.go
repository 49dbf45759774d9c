package courier

import (
	"context"
	"time"

	"tocsin/pkg/topology"
)

// sweep hands each courier what stands for it on HELD and RELEASED: what another
// process put there, or this one before it started. One look is for all of them, so
// that a destination that holds nothing costs nothing.
func (f *Fleet) sweep(ctx context.Context) {
	f.swept = time.Now()
	by := map[string]*Courier{}
	for name, s := range f.serves {
		by[topology.Token(name)] = s.courier
	}
	standing := func(s topology.Stream, filter string, on func(c *Courier, subject string)) {
		subjects, err := f.Conn.Subjects(ctx, s, filter)
		if err != nil && ctx.Err() == nil {
			f.Log.Warn("what is held is looked for again", "stream", s.Name, "error", err)
		}
		for _, subject := range subjects {
			if c := by[topology.DestinationToken(subject)]; c != nil {
				c.hasHeld()
				on(c, subject)
			}
		}
	}
	standing(topology.Held, topology.HeldForAll, func(c *Courier, subject string) {
		c.timers.set(subject, c.now(), false) // the first look finds its time
	})
	standing(topology.Due, topology.DueAtAll, func(*Courier, string) {})
}
