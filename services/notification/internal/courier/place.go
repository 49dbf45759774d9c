package courier

import (
	"context"
	"fmt"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/route"
)

// unread is how long what another process routes waits until this one has read
// the same file.
const unread = time.Second

// toDestination is the place on NOTIFICATIONS of a destination, as the file leads there.
func toDestination(f *route.File, name string) topology.Consumer {
	var filters []string
	for _, r := range f.Reaches(name) {
		if len(r.Tenants) == 0 {
			filters = append(filters, topology.AudienceFilter(r.Audience))
		}
		for _, t := range r.Tenants {
			filters = append(filters, topology.TenantFilter(r.Audience, t))
		}
	}
	return topology.ToDestination(name, filters...)
}

// seldom gives the destination a place on a stream, and reads it, when there is
// something to read, or people have sent something back.
func (c *Courier) seldom(at topology.Consumer, there <-chan struct{}, read func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-there:
		case <-c.Conn.SentBack(at):
		}
		if err := c.patiently(ctx, func() error { return at.Apply(ctx, c.Conn.JS()) }); err != nil {
			return nil //nolint:nilerr // the context has ended
		}
		return read(ctx)
	}
}

// take makes the destination's place on NOTIFICATIONS what the file says.
func (c *Courier) take(ctx context.Context, to topology.Consumer) error {
	eras, err := to.Refilter(ctx, c.Conn.JS())
	if err == nil {
		c.eras.Store(&eras)
	}
	return err
}

// news says whether a message of NOTIFICATIONS is for the destination at all, or
// older than what the file says of it. One that people sent back is: they meant it.
func (c *Courier) news(ctx context.Context, m bus.Meta) (bool, error) {
	if m.Returned {
		return true, nil
	}
	if eras := *c.eras.Load(); eras.Now(m.Subject) {
		return eras.Want(m.Subject, m.Sequence), nil
	}
	now, err := topology.ToDestination(c.Name).Eras(ctx, c.Conn.JS())
	if err != nil {
		return false, err
	}
	if now.Want(m.Subject, m.Sequence) {
		return false, bus.Later(fmt.Errorf("what %s is told has been changed by another process, whose file of routes this one has not read", c.Name), unread)
	}
	return false, nil
}
