// Package monitoring watches the platform's signals and states which conditions
// of the policy hold, per tenant and for the platform as a whole.
//
// The rules are in internal/detect and know neither clock nor bus; internal/shard
// runs them over the ordered input and publishes what they find exactly once;
// internal/feed puts what others have found into that input.
package monitoring

import (
	"context"

	"tocsin/services/monitoring/internal/feed"
	"tocsin/services/monitoring/internal/shard"

	"tocsin/pkg/run"
)

// Config are the settings of monitoring.
type Config struct{ run.Program }

// Run owns the shards, or stands by while another process owns them, and tells
// them what others have found.
func Run(ctx context.Context, _ Config, at run.Place) error {
	at.Up()
	g := run.NewGroup(ctx, at.Log)
	feed.New(at.Conn, at.Policy).Start(g)
	g.Go("shards", shard.Elect(at.Conn, at.Log, func(ctx context.Context) error {
		return shard.NewOwner(at.Conn, at.Policy, at.Log).Run(ctx)
	}))
	return g.Wait()
}
