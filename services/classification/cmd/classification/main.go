// Command classification is the classification service as a program of its own.
package main

import (
	"context"

	"tocsin/pkg/config"
	"tocsin/pkg/run"
	"tocsin/services/classification"
)

func main() {
	run.Main("classification", func(ctx context.Context) error {
		cfg, err := config.Load[classification.Config]()
		if err != nil {
			return err
		}
		return run.Alone(ctx, "classification", cfg.Program, func(ctx context.Context, at run.Place) error {
			return classification.Run(ctx, cfg, at)
		})
	})
}
