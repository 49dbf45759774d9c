// Package relay says what people are told once more as JSON, for readers of the
// bus that have no protobuf: each message of NOTIFICATIONS stands in
// NOTIFICATIONS_JSON under the same id, in the same order, once.
//
// It keeps nothing of its own. How far it has come stands in the stream it writes:
// each message names the sequence that it was made of, and is stored only behind
// the one that this process saw last.
//
//	read the last JSON message ──→ follow NOTIFICATIONS behind it ──→ store, behind the last
//	        ▲          ▲                                                  │
//	        │          └──────── something stands there for too long ──┐  │ another is the last
//	        └─ trouble                                          stand by ◄┘
//
// So a crash at any time repeats nothing and leaves nothing out, and of several
// processes one writes while the others stand by. A JSON stream that somebody
// empties is written anew, as far as NOTIFICATIONS reaches back. What does not
// decode is logged and left out.
package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/form"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const (
	// together is how many are stored at once at most.
	together = 500
	// pausing is how long to wait after trouble, and between two looks of one that stands by.
	pausing = time.Second
)

// A Relay writes what some audiences are told as JSON.
type Relay struct {
	Conn *bus.Conn
	// Audiences are those whose notifications it writes, at least one.
	Audiences []string
	Log       *slog.Logger
}

// Audiences reads a setting: audiences with commas between, or all; empty is none.
func Audiences(setting string) ([]string, error) {
	switch setting = strings.TrimSpace(setting); setting {
	case "":
		return nil, nil
	case "all":
		return deliver.Audiences(), nil
	}
	list := strings.Split(setting, ",")
	for i, a := range list {
		list[i] = strings.TrimSpace(a)
		if !slices.Contains(deliver.Audiences(), list[i]) {
			return nil, fmt.Errorf("audience %q: write all, or some of %s with commas between", list[i], strings.Join(deliver.Audiences(), ", "))
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// Run writes until the context ends.
func (r *Relay) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		last, after, err := r.begin(ctx)
		if err == nil {
			err = r.write(ctx, last, after)
		}
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, bus.ErrConflict):
			r.standBy(ctx)
		default:
			r.Log.Warn("JSON is not written now; trying again", "error", err)
			pause(ctx)
		}
	}
	return nil
}

// begin is where to go on: the last message of the JSON stream, and what it was
// made of. A NOTIFICATIONS that does not reach so far is another one than then,
// and is read from its beginning.
func (r *Relay) begin(ctx context.Context) (last, after uint64, err error) {
	if last, after, err = r.Conn.Copied(ctx, topology.NotificationsJSON); err != nil {
		return 0, 0, err
	}
	newest, err := r.Conn.LastSequence(ctx, topology.Notifications)
	if err == nil && after > newest {
		r.Log.Warn("NOTIFICATIONS is another one than was written as JSON; it is read from its beginning")
		after = 0
	}
	return last, after, err
}

// write follows NOTIFICATIONS and stores what comes; a burst goes together.
func (r *Relay) write(ctx context.Context, last, after uint64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	came := make(chan bus.Raw, together)
	go func() {
		cancel(r.Conn.Follow(ctx, bus.Following{Stream: topology.Notifications, Filters: r.filters(), After: after}, func(ctx context.Context, raw bus.Raw) error {
			select {
			case came <- raw:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}))
	}()
	for {
		list, err := r.take(ctx, came)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			continue
		}
		if last, err = r.Conn.PublishCopies(ctx, list, last); err != nil {
			return err
		}
	}
}

// take waits for one and takes what waits with it.
func (r *Relay) take(ctx context.Context, came <-chan bus.Raw) ([]bus.Copy, error) {
	var list []bus.Copy
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case raw := <-came:
		list = r.add(list, raw)
	}
	for len(list) < together {
		select {
		case raw := <-came:
			list = r.add(list, raw)
		default:
			return list, nil
		}
	}
	return list, nil
}

func (r *Relay) add(list []bus.Copy, raw bus.Raw) []bus.Copy {
	n := &notificationv1.Notification{}
	err := bus.Decode(raw, n)
	var text []byte
	if err == nil {
		text, err = form.JSON(n)
	}
	if err != nil {
		r.Log.Error("a notification is left out of the JSON stream", "sequence", raw.Sequence, "id", raw.ID, "error", err)
		return list
	}
	return append(list, bus.Copy{Of: raw, Subject: topology.JSONSubject(raw.Subject), ContentType: bus.JSONType, Data: text})
}

// standBy returns when what another process writes has stood still between two
// looks although there was something to write.
func (r *Relay) standBy(ctx context.Context) {
	stood := uint64(0)
	for waits := false; ; {
		pause(ctx)
		if ctx.Err() != nil {
			return
		}
		last, after, err := r.Conn.Copied(ctx, topology.NotificationsJSON)
		if err != nil {
			continue
		}
		if waits && last == stood {
			return
		}
		newest, err := r.newest(ctx)
		stood, waits = last, err == nil && newest > after
	}
}

// newest is the sequence of the last notification that there is to write.
func (r *Relay) newest(ctx context.Context) (uint64, error) {
	newest := uint64(0)
	for _, filter := range r.filters() {
		raw, err := r.Conn.Last(ctx, topology.Notifications, filter)
		if err != nil {
			return 0, err
		}
		newest = max(newest, raw.Sequence)
	}
	return newest, nil
}

func (r *Relay) filters() []string {
	list := make([]string, len(r.Audiences))
	for i, a := range r.Audiences {
		list[i] = topology.AudienceFilter(a)
	}
	return list
}

func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(pausing):
	}
}
