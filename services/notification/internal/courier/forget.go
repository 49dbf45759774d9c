package courier

import (
	"context"
	"slices"
	"strings"

	"tocsin/pkg/topology"
)

// forget removes the places of destinations that are no longer in the file, or
// that no ladder calls any more: one that comes back is told what comes from then on.
func (f *Fleet) forget(ctx context.Context, names []string) {
	for _, name := range f.gone(ctx, topology.Notifications, topology.Destinations, names) {
		f.drop(ctx, name, topology.ToDestination(name, nil), topology.DueAtDestination(name))
		for _, err := range []error{
			f.Conn.Purge(ctx, topology.Held, topology.AllHeld(name)), f.Conn.Purge(ctx, topology.Due, topology.DueSubject(name)),
		} {
			if err != nil {
				f.Log.Warn("what waited for a destination that is gone is kept for now", "destination", name, "error", err)
			}
		}
		f.Log.Info("a destination is gone from the file; what waited for it is dropped", "destination", name)
	}
	for _, name := range f.gone(ctx, topology.Calls, topology.CallsTo, f.plan.File.Called()) {
		f.drop(ctx, name, topology.CallsAtDestination(name))
	}
}

// gone are the destinations that have a place on a stream and are not among names.
func (f *Fleet) gone(ctx context.Context, s topology.Stream, begins string, names []string) (gone []string) {
	stream, err := f.Conn.JS().Stream(ctx, s.Name)
	if err != nil {
		f.Log.Warn("destinations that are gone are kept for now", "error", err)
		return nil
	}
	for consumer := range stream.ConsumerNames(ctx).Name() {
		if name, is := strings.CutPrefix(consumer, begins); is && !slices.Contains(names, name) {
			gone = append(gone, name)
		}
	}
	return gone
}

func (f *Fleet) drop(ctx context.Context, name string, places ...topology.Consumer) {
	for _, c := range places {
		if err := c.Forget(ctx, f.Conn.JS()); err != nil {
			f.Log.Warn("a destination that is gone is kept for now", "destination", name, "error", err)
		}
	}
}
