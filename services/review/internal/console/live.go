package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"tocsin/services/review/internal/events"
)

const (
	// beat is how often a quiet stream shows that it is alive.
	beat = 15 * time.Second
	// stalled is how long one event may take to reach the browser.
	stalled = 30 * time.Second
)

// live streams which cases change: one event "changed" each; and of which ticket a
// second reader said something: one event "advice". The stream ends
// where changes were missed; the browser then comes back and reads all anew.
func (c *Console) live(w http.ResponseWriter, r *http.Request) {
	if c.Live == nil {
		http.Error(w, "nothing tells of changes here; reload to see them", http.StatusNotFound)
		return
	}
	tell(w, r, c.Live.Changes(r.Context()), func(g events.Glance) string {
		if g.Advice {
			data, _ := json.Marshal(map[string]string{"tenant": g.Tenant, "ticket": g.Ticket})
			return fmt.Sprintf("event: advice\ndata: %s\n\n", data)
		}
		data, _ := json.Marshal(map[string]any{"case": g.Case, "version": g.Version})
		return fmt.Sprintf("event: changed\ndata: %s\n\n", data)
	})
}

// tell streams what is seen, as the events it makes, with a beat between, until
// there is no more or the browser has gone.
func tell[T any](w http.ResponseWriter, r *http.Request, seen <-chan T, event func(T) string) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	say := sayer(w)
	if say("retry: 1000\nevent: ready\ndata: {}\n\n") != nil {
		return
	}
	alive := time.NewTicker(beat)
	defer alive.Stop()
	for {
		text := ": alive\n\n"
		select {
		case <-r.Context().Done():
			return
		case <-alive.C:
		case what, ok := <-seen:
			if !ok {
				return
			}
			text = event(what)
		}
		if say(text) != nil {
			return
		}
	}
}

// sayer writes text to the browser at once, or gives up on a stalled one.
func sayer(w http.ResponseWriter) func(string) error {
	out := http.NewResponseController(w)
	return func(text string) error {
		// Not every writer has deadlines; the tests' recorder has none.
		_ = out.SetWriteDeadline(time.Now().Add(stalled))
		if _, err := w.Write([]byte(text)); err != nil {
			return err
		}
		return out.Flush()
	}
}
