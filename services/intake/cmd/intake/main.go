// Command intake is the intake service as a program of its own.
package main

import (
	"context"

	"tocsin/pkg/config"
	"tocsin/pkg/run"
	"tocsin/services/intake"
)

func main() {
	run.Main("intake", func(ctx context.Context) error {
		cfg, err := config.Load[intake.Config]()
		if err != nil {
			return err
		}
		cfg.Early = cfg.Spool != "" // it takes events in without the bus
		return run.Alone(ctx, "intake", cfg.Program, func(ctx context.Context, at run.Place) error {
			return intake.Run(ctx, cfg, at)
		})
	})
}
