// Package classification reads support tickets, English and German, against the
// escalation policy, and says what it makes of them, with quotes as evidence.
//
// The method is in internal/text, score and classify and knows neither clock
// nor bus; internal/events connects it. Classify does the same for notes in a file.
package classification

import (
	"context"
	"fmt"
	"path/filepath"

	"tocsin/services/classification/internal/events"
	"tocsin/services/classification/internal/shadow"

	"tocsin/pkg/bus"
	"tocsin/pkg/gate"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
)

// Config are the settings of classification.
type Config struct {
	run.Program
	// Model is the file of a model that tocsin train wrote, which reads instead of the
	// one that the program carries; empty is that one.
	Model string `env:"TOCSIN_CLASSIFICATION_MODEL"`
	// ShadowModel is the file of a model that assesses every ticket beside the one
	// that counts and changes nothing; empty is none.
	ShadowModel string `env:"TOCSIN_CLASSIFICATION_SHADOW_MODEL"`
	// LeadershipToken is asked of who wants to see how far the shadow agrees.
	LeadershipToken string `env:"TOCSIN_LEADERSHIP_TOKEN"`
	SecondReader    SecondReader
}

// Run assesses tickets until the context ends.
func Run(ctx context.Context, cfg Config, at run.Place) error {
	beside, err := cfg.shadow(at)
	if err != nil {
		return err
	}
	conditions, looks := events.NewConditions(at.Conn), &events.Looks{}
	method, err := cfg.method(at)
	if err != nil {
		return err
	}
	opinion, err := cfg.SecondReader.opinion(ctx, method, at)
	if err != nil {
		return err
	}
	assessor := events.Assessor{Conn: at.Conn, Method: method, Conditions: conditions, Looks: looks, Shadow: beside}
	at.Mux.Handle("GET /v1/shadow", gate.Gate{Token: cfg.LeadershipToken, Door: at.Door}.Only(beside))
	at.Up()
	g := run.NewGroup(ctx, at.Log)
	g.Go("vocabularies", func(context.Context) error { method.Warm(); return nil })
	g.Go("conditions in", conditions.Run)
	g.Go("looks in", func(ctx context.Context) error { return looks.Follow(ctx, at.Conn) })
	g.Go("tickets in", bus.Consumer(at.Conn, topology.ClassificationOnTicketChanged, assessor.OnTicketChanged))
	if opinion != nil {
		g.Go("second reader", bus.Consumer(at.Conn, topology.ClassificationSecondRead, opinion.OnTicketAssessed))
	}
	return g.Wait()
}

// method is the one that counts.
func (cfg Config) method(at run.Place) (*Method, error) {
	if cfg.Model == "" {
		return NewMethod(at.Policy, nil), nil
	}
	model, err := ReadModelFile(cfg.Model)
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	at.Log.Info("notes are read with another model than the one that the program carries", "file", cfg.Model, "model", model.Name())
	return NewMethod(at.Policy, model), nil
}

// shadow is the method with the shadow model; nil where none is set.
func (cfg Config) shadow(at run.Place) (*shadow.Shadow, error) {
	if cfg.ShadowModel == "" {
		return nil, nil
	}
	model, err := ReadModelFile(cfg.ShadowModel)
	if err != nil {
		return nil, fmt.Errorf("read the shadow model: %w", err)
	}
	return shadow.New(filepath.Base(cfg.ShadowModel), NewMethod(at.Policy, model), at.Log), nil
}
