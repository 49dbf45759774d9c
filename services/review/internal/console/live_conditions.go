package console

import (
	"net/http"
	"time"
)

// together is how long changes are gathered before the browser hears of them.
const together = time.Second

// liveConditions streams that the board has changed: one event "changed" for
// all that came within a second.
func (c *Console) liveConditions(w http.ResponseWriter, r *http.Request) {
	changed, leave := c.Outlook.Watch()
	defer leave()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	say := sayer(w)
	if say("retry: 1000\nevent: ready\ndata: {}\n\n") != nil {
		return
	}
	alive := time.NewTicker(beat)
	defer alive.Stop()
	rest := time.NewTimer(0)
	defer rest.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-alive.C:
			err = say(": alive\n\n")
		case <-changed:
			select {
			case <-rest.C:
			case <-r.Context().Done():
				return
			}
			rest.Reset(together)
			err = say("event: changed\ndata: {}\n\n")
		}
		if err != nil {
			return
		}
	}
}
