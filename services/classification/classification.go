// Package classification reads support tickets, English and German, against the
// escalation policy, and says what it makes of them, with quotes as evidence.
//
// The method is in internal/classify and internal/text and knows neither clock
// nor bus; internal/events connects it. Classify does the same for notes in a file.
package classification

import (
	"context"

	"tocsin/services/classification/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
)

// Config are the settings of classification.
type Config struct{ run.Program }

// Run assesses tickets until the context ends.
func Run(ctx context.Context, _ Config, at run.Place) error {
	conditions := events.NewConditions(at.Conn)
	method := NewMethod(at.Policy, nil)
	assessor := events.Assessor{Conn: at.Conn, Method: method, Conditions: conditions}
	at.Up()
	g := run.NewGroup(ctx, at.Log)
	g.Go("vocabularies", func(context.Context) error { method.Warm(); return nil })
	g.Go("conditions in", conditions.Run)
	g.Go("tickets in", bus.Consumer(at.Conn, topology.ClassificationOnTicketChanged, assessor.OnTicketChanged))
	return g.Wait()
}
