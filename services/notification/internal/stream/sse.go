package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/form"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// patience is how long a client may take to read what was sent before it is dropped.
const patience = 30 * time.Second

// Handler serves the stream as server-sent events: one "notification" for each,
// its JSON form as data, its position as id. The query's audience says whose,
// leadership's by default.
type Handler struct {
	Conn *bus.Conn
	Log  *slog.Logger
	// Heartbeat is how often a comment shows that the stream lives; zero is 15 s.
	Heartbeat time.Duration
	// Done ends all streams.
	Done <-chan struct{}
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	audience := cmp.Or(r.URL.Query().Get("audience"), "leadership")
	if err := known(audience); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	after, err := h.position(r)
	switch {
	case errors.Is(err, errPosition):
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	case err != nil:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the notifications cannot be read now; try again", http.StatusServiceUnavailable)
		h.Log.Warn("stream not begun", "error", err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // a proxy that buffers would hold events back
	h.serve(r.Context(), client{w, http.NewResponseController(w)}, From{Audience: audience, After: after})
}

var errPosition = errors.New("Last-Event-ID is the id of an event of this stream, a number") //nolint:revive // a header's name

// position is where to go on: after the client's last event, or after what was
// last told when it came. So nothing told while it connects is missed.
func (h *Handler) position(r *http.Request) (uint64, error) {
	last, err := h.Conn.LastSequence(r.Context(), topology.Notifications)
	if err != nil {
		return 0, err
	}
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		return last, nil
	}
	after, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", id, errPosition)
	}
	if after > last {
		return 0, nil // of a stream that is no more: this one is read from its beginning
	}
	return after, nil
}

type event struct {
	position uint64
	*notificationv1.Notification
}

// serve writes events and heartbeats until the client or the program leaves.
func (h *Handler) serve(ctx context.Context, c client, from From) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events, ended := make(chan event), make(chan error, 1)
	go func() {
		ended <- Follow(ctx, h.Conn, from, func(position uint64, n *notificationv1.Notification) error {
			select {
			case events <- event{position, n}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	beat := time.NewTicker(cmp.Or(h.Heartbeat, 15*time.Second))
	defer beat.Stop()
	// The position alone is no event; a client that comes back before the first one says it.
	err := c.write("id: " + strconv.FormatUint(from.After, 10) + "\n\n")
	for err == nil {
		select {
		case e := <-events:
			err = c.send(e)
		case <-beat.C:
			err = c.write(": alive\n\n")
		case err = <-ended:
			if err != nil && ctx.Err() == nil {
				h.Log.Warn("stream ended; the client will come back", "error", err)
			}
			return
		case <-ctx.Done():
			return
		case <-h.Done:
			return
		}
	}
}

// client is the other end of one stream.
type client struct {
	w http.ResponseWriter
	c *http.ResponseController
}

func (c client) send(e event) error {
	data, err := form.JSON(e.Notification)
	if err != nil {
		return err
	}
	return c.write(fmt.Sprintf("id: %d\nevent: notification\ndata: %s\n\n", e.position, data))
}

func (c client) write(text string) error {
	// Not every writer knows deadlines; without one a client that hangs is dropped by TCP.
	_ = c.c.SetWriteDeadline(time.Now().Add(patience))
	if _, err := c.w.Write([]byte(text)); err != nil {
		return err
	}
	return c.c.Flush()
}
