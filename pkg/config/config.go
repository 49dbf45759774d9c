// Package config reads a program's settings from its environment.
//
// Settings are a struct whose fields carry `env` and `envDefault` tags; the
// zero value of everything else works. Load reports all problems at once.
package config

import (
	"errors"
	"fmt"
	"os"

	"github.com/caarlos0/env/v11"
)

// Load reads T from the environment.
func Load[T any]() (T, error) { return From[T](env.ToMap(os.Environ())) }

// From reads T from vars, as Load does from the environment.
func From[T any](vars map[string]string) (T, error) {
	c, err := env.ParseAsWithOptions[T](env.Options{Environment: vars})
	var all env.AggregateError
	if errors.As(err, &all) {
		return c, fmt.Errorf("settings from the environment: %w", errors.Join(all.Errors...))
	}
	if err != nil {
		return c, fmt.Errorf("settings from the environment: %w", err)
	}
	return c, nil
}

// Bus are the settings of a service's connection to NATS.
type Bus struct {
	// URL of the NATS server or servers.
	URL string `env:"TOCSIN_NATS_URL" envDefault:"nats://127.0.0.1:4222"`
	// Creds is the path of a NATS credentials file; empty for none.
	Creds string `env:"TOCSIN_NATS_CREDS"`
	// Replicas of the streams: 1 on one machine, 3 in a cluster.
	Replicas int `env:"TOCSIN_NATS_REPLICAS" envDefault:"1"`
}
