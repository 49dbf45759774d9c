// Package monitoring watches the platform's signals and states which conditions
// of the policy hold, per tenant and for the platform as a whole.
//
// The rules are in internal/detect and know neither clock nor bus; internal/shard
// runs them over the ordered input and publishes what they find exactly once.
package monitoring

import (
	"context"
	"fmt"

	"tocsin/services/monitoring/internal/shard"

	"tocsin/pkg/run"
	"tocsin/pkg/topology"
)

// Config are the settings of monitoring.
type Config struct{ run.Program }

// Run owns the shards, or stands by while another process owns them.
func Run(ctx context.Context, _ Config, at run.Place) error {
	at.Up()
	g := run.NewGroup(ctx, at.Log)
	g.Go("shards", shard.Elect(at.Conn, at.Log, func(ctx context.Context) error {
		return own(ctx, at)
	}))
	return g.Wait()
}

// own runs every shard; they stop together.
func own(ctx context.Context, at run.Place) error {
	g := run.NewGroup(ctx, at.Log)
	for n := range topology.Shards {
		g.Go(fmt.Sprintf("shard %d", n), shard.Tenants(at.Conn, at.Policy, n, at.Log).Run)
	}
	g.Go("platform shard", shard.Platform(at.Conn, at.Policy, at.Log).Run)
	return g.Wait()
}
