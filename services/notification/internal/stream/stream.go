// Package stream shows people what they are told as it happens: over HTTP as
// server-sent events, and to callers in this process.
//
// Whoever follows keeps their own position: it is the id of each event, and a
// client that comes back with it as Last-Event-ID misses nothing and reads
// nothing twice. The server keeps nothing of a client. It leaves to others who
// may read: whoever serves the handler lets in only those who may.
package stream

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// From says whose notifications to follow and where to begin: with the oldest
// kept, unless it says otherwise.
type From struct {
	// Audience is leadership, requester, csm or agent.
	Audience string
	// After is the position to go on from, as a former event's id.
	After uint64
	// Since begins with what was told at or after this time, if After is 0.
	Since time.Time
	// New begins with what is told from now on.
	New bool
}

// Follow hands over what one audience is told, in order, with the position of
// each, until the context ends or on returns an error.
func Follow(ctx context.Context, conn *bus.Conn, from From, on func(uint64, *notificationv1.Notification) error) error {
	if err := known(from.Audience); err != nil {
		return err
	}
	f := bus.Following{
		Stream: topology.Notifications, Filters: []string{topology.AudienceFilter(from.Audience)},
		After: from.After, Since: from.Since, New: from.New,
	}
	return conn.Follow(ctx, f, func(_ context.Context, raw bus.Raw) error {
		n := &notificationv1.Notification{}
		if err := bus.Decode(raw, n); err != nil {
			return err
		}
		return on(raw.Sequence, n)
	})
}

func known(audience string) error {
	if !slices.Contains(deliver.Audiences(), audience) {
		return fmt.Errorf("audience %q: choose one of %s", audience, strings.Join(deliver.Audiences(), ", "))
	}
	return nil
}
