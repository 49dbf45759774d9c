package events

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/pulse"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// OnSilence tells leadership that somebody is silent or heard again, and records
// it. Told again, it tells nothing: the last message of who it is about says so.
func (t *Telling) OnSilence(ctx context.Context, n pulse.News, at time.Time) error {
	s := deliver.Silence{
		Kind: deliver.SourceHeard, Name: n.Name, Mark: strconv.FormatUint(n.Mark, 10), At: at,
		HeardAt: n.HeardAt, Quiet: n.Quiet, Limit: n.Limit, Waiting: uint32(min(n.Waiting, 1<<31)), //nolint:gosec // bounded
	}
	switch {
	case n.Destination && n.Silent:
		s.Kind = deliver.DestinationSilent
	case n.Destination:
		s.Kind = deliver.DestinationHeard
	case n.Silent:
		s.Kind = deliver.SourceSilent
	}
	told, err := t.Teller.Silence(s)
	if err != nil {
		return err
	}
	m := notificationOf(told)
	if err := t.aside(ctx, m); err != nil {
		return fmt.Errorf("tell that %s is %s: %w", n.Name, s.Kind, err)
	}
	return t.Records.Put(ctx, onStream([]*notificationv1.Notification{m})...)
}

// aside publishes what is of no case, unless it is the last of its subject.
func (t *Telling) aside(ctx context.Context, m *notificationv1.Notification) error {
	subject := subjectOf(m)
	raw, err := t.Conn.Last(ctx, topology.Notifications, subject)
	if err != nil {
		return err
	}
	last := &notificationv1.Notification{}
	if err := bus.Decode(raw, last); err != nil {
		return err
	}
	if last.GetId() == m.GetId() {
		return nil
	}
	_, err = t.Conn.Publish(ctx, bus.Event{Subject: subject, ID: m.GetId(), Time: timeOf(m.GetAt()), Payload: m, ExpectLast: &raw.Sequence})
	if errors.Is(err, bus.ErrConflict) {
		return fmt.Errorf("%w; the next look finds out", err)
	}
	return err
}

// OnHeart sends a destination of the file a heartbeat, behind the routes: nobody
// else is told.
func (t *Telling) OnHeart(ctx context.Context, h deliver.Heart) error {
	told, err := t.Teller.Heart(h)
	if err != nil {
		return err
	}
	m := notificationOf(told)
	if _, err := t.Conn.Publish(ctx, bus.Event{Subject: topology.DueSubject(h.Destination), ID: m.GetId(), Time: h.At, Payload: m}); err != nil {
		return fmt.Errorf("send %s a heartbeat: %w", h.Destination, err)
	}
	return nil
}
