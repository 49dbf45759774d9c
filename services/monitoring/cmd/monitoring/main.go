// Command monitoring is the monitoring service as a program of its own.
package main

import (
	"context"

	"tocsin/pkg/config"
	"tocsin/pkg/run"
	"tocsin/services/monitoring"
)

func main() {
	run.Main("monitoring", func(ctx context.Context) error {
		cfg, err := config.Load[monitoring.Config]()
		if err != nil {
			return err
		}
		return run.Alone(ctx, "monitoring", cfg.Program, func(ctx context.Context, at run.Place) error {
			return monitoring.Run(ctx, cfg, at)
		})
	})
}
