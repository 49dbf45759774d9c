// Command review is the review service as a program of its own.
package main

import (
	"context"

	"tocsin/pkg/config"
	"tocsin/pkg/run"
	"tocsin/services/review"
)

func main() {
	run.Main("review", func(ctx context.Context) error {
		cfg, err := config.Load[review.Config]()
		if err != nil {
			return err
		}
		return run.Alone(ctx, "review", cfg.Program, func(ctx context.Context, at run.Place) error {
			return review.Run(ctx, cfg, at)
		})
	})
}
