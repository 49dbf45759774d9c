// Command notification is the notification service as a program of its own.
package main

import (
	"context"

	"tocsin/pkg/config"
	"tocsin/pkg/run"
	"tocsin/services/notification"
)

func main() {
	run.Main("notification", func(ctx context.Context) error {
		cfg, err := config.Load[notification.Config]()
		if err != nil {
			return err
		}
		return run.Alone(ctx, "notification", cfg.Program, func(ctx context.Context, at run.Place) error {
			return notification.Run(ctx, cfg, at)
		})
	})
}
