package courier

import (
	"context"
	"strings"

	"tocsin/pkg/topology"
)

// forget removes the places of destinations that are no longer in the file, or that
// no route leads to or no ladder calls any more: one that comes back is told what
// comes from then on.
func (f *Fleet) forget(ctx context.Context) {
	file := f.plan.File
	told := func(name string) bool { return len(file.Reaches(name)) > 0 }
	for _, name := range f.gone(ctx, topology.Notifications, topology.Destinations, told) {
		if err := f.drop(ctx, name); err != nil {
			f.keeps(name, err)
			continue
		}
		f.Log.Info("a destination is told nothing any more; what waited for it is dropped", "destination", name)
	}
	for _, name := range f.gone(ctx, topology.Calls, topology.CallsTo, file.Calls) {
		if err := topology.CallsAtDestination(name).Forget(ctx, f.Conn.JS()); err != nil {
			f.keeps(name, err)
		}
	}
}

func (f *Fleet) keeps(name string, err error) {
	f.Log.Warn("a destination that is gone is kept for now", "destination", name, "error", err)
}

// gone are the destinations that have a place on a stream and are to have none.
func (f *Fleet) gone(ctx context.Context, s topology.Stream, begins string, has func(name string) bool) (gone []string) {
	stream, err := f.Conn.JS().Stream(ctx, s.Name)
	if err != nil {
		f.Log.Warn("destinations that are gone are kept for now", "error", err)
		return nil
	}
	all := stream.ConsumerNames(ctx)
	for consumer := range all.Name() {
		if name, is := strings.CutPrefix(consumer, begins); is && !has(name) {
			gone = append(gone, name)
		}
	}
	if err := all.Err(); err != nil {
		f.Log.Warn("destinations that are gone may be kept for now", "error", err)
	}
	return gone
}

// drop removes what there is for a destination. Its place on NOTIFICATIONS goes
// last: while it is there, a drop that broke off is found.
func (f *Fleet) drop(ctx context.Context, name string) error {
	if err := topology.DueAtDestination(name).Forget(ctx, f.Conn.JS()); err != nil {
		return err
	}
	if err := f.Conn.Purge(ctx, topology.Held, topology.AllHeld(name)); err != nil {
		return err
	}
	if err := f.Conn.Purge(ctx, topology.Due, topology.DueSubject(name)); err != nil {
		return err
	}
	return topology.ToDestination(name).Forget(ctx, f.Conn.JS())
}
