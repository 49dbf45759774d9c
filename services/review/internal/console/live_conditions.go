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
	rest := time.NewTimer(0)
	defer rest.Stop()
	tell(w, r, changed, func(struct{}) string {
		select {
		case <-rest.C:
		case <-r.Context().Done():
		}
		rest.Reset(together)
		return "event: changed\ndata: {}\n\n"
	})
}
