package vigil

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/pulse"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const (
	// every is how often it looks.
	every = 10 * time.Second
	// gathering is how long the facts of one look may take.
	gathering = 8 * time.Second
)

// A Teller tells people.
type Teller interface {
	// OnSilence tells leadership of a silence or its end; what is told already is not told again.
	OnSilence(ctx context.Context, n pulse.News, at time.Time) error
	// OnHeart sends one destination a heartbeat.
	OnHeart(ctx context.Context, h deliver.Heart) error
}

// A Vigil keeps watch.
type Vigil struct {
	Conn   *bus.Conn
	Teller Teller
	// File is the file of routes as it now is; nil, or a nil file, has none.
	File func() *route.File
	// Webhook is what the webhook of the settings is called; empty where there is none.
	Webhook string
	Log     *slog.Logger
	// Now is the clock.
	Now func() time.Time

	last   known
	figure figures
	// wrong is what was said last to be wrong, so that the log says each once, and
	// since when anything is.
	wrong      string
	wrongSince time.Time
}

// known is the last answer, with what was done about it since.
type known struct {
	state    pulse.State
	beat     beaten
	sequence uint64
}

// beaten is what became of the last beat.
type beaten struct {
	at     time.Time
	answer string
}

// Run looks until the context ends. What goes wrong is tried again at the next look.
func (v *Vigil) Run(ctx context.Context) error {
	for {
		if err := v.Look(ctx); err != nil && ctx.Err() == nil {
			v.Log.Warn("nobody can be watched now; no heartbeat is sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(every):
		}
	}
}

// file is the file of routes; an empty one where there is none.
func (v *Vigil) file() *route.File {
	if v.File != nil {
		if f := v.File(); f != nil {
			return f
		}
	}
	return &route.File{}
}

// Look looks once, unless somebody has just looked, and tells what there is to tell.
func (v *Vigil) Look(ctx context.Context) error {
	if err := v.recall(ctx); err != nil {
		return err
	}
	f, now := v.file(), v.Now()
	if ago := now.Sub(v.last.state.At); ago >= 0 && ago < every*9/10 {
		v.figure.record(v.last.state, f)
		return nil
	}
	within, cancel := context.WithTimeout(ctx, gathering)
	defer cancel()
	facts, err := v.facts(within, f, now)
	if err != nil {
		return err
	}
	was := v.last.beat
	next := known{state: v.last.state.Next(facts, limits(f)), beat: was}
	v.say(next.state)
	beats := v.due(f, next)
	if beats { // kept before it is sent: no other process sends it too
		next.beat.at = now
	}
	next.sequence, err = v.publish(within, next, v.last.sequence)
	if errors.Is(err, bus.ErrConflict) {
		return nil // another process has looked
	}
	if err != nil {
		return err
	}
	v.last = next
	v.figure.record(next.state, f)
	looked := message(v.last)
	if len(v.last.state.News()) > 0 {
		err = v.tell(ctx)
	} else {
		err = v.call(ctx, f)
	}
	err = errors.Join(err, v.keep(ctx, looked))
	if !beats {
		return err
	}
	failed := v.beat(ctx, f.Heartbeats.Beat)
	if failed != nil {
		v.last.beat.at = was.at // the next look sends it
	}
	return errors.Join(err, failed)
}

// keep publishes what was told since the look, so that whoever looks next does not
// take it for untold, and what is told of the next silence for told.
func (v *Vigil) keep(ctx context.Context, looked *notificationv1.Pulse) error {
	if proto.Equal(looked, message(v.last)) {
		return nil
	}
	sequence, err := v.publish(ctx, v.last, v.last.sequence)
	if errors.Is(err, bus.ErrConflict) {
		return nil // another process has looked; it tells again what it finds untold, which is told once
	}
	if err == nil {
		v.last.sequence = sequence
	}
	return err
}

// publish publishes an answer behind the one before.
func (v *Vigil) publish(ctx context.Context, k known, behind uint64) (uint64, error) {
	return v.Conn.Publish(ctx, bus.Event{
		Subject: topology.PulseSubject(), Time: k.state.At, Payload: message(k), ExpectLast: &behind,
		ID: bus.ID("pulse", k.state.At.String(), v.Conn.NC().Opts.Name, strconv.FormatUint(behind, 10)),
	})
}

// recall reads the last answer, unless it is this process's own.
func (v *Vigil) recall(ctx context.Context) error {
	raw, err := v.Conn.Last(ctx, topology.Pulse, topology.PulseSubject())
	if err != nil || raw.Sequence == v.last.sequence {
		return err
	}
	v.last, err = knownOf(raw)
	return err
}

func limits(f *route.File) pulse.Limits {
	h := f.Heartbeats
	if h == nil {
		return pulse.Limits{}
	}
	return pulse.Limits{Sources: h.Sources, Others: h.Others, Destinations: h.Destinations}
}
