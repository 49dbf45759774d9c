package door

import (
	"encoding/json"
	"net/http"
	"strconv"

	"tocsin/services/intake/internal/events"
)

// store stores a lot within its time, and says how many of its events lie on this
// machine only, until the bus is back. Where there is no spool, the producer hears at
// once that the bus is away.
func (d *Door) store(r *http.Request, l *events.Lot) (spooled int, err error) {
	l.Received, l.Trace = d.Intake.Now(), events.TraceOf(r.Context())
	if d.Spool == nil {
		err = d.Intake.StoreNow(r.Context(), l)
	} else {
		spooled, err = d.Spool.Take(r.Context(), l)
	}
	if n := len(l.Contradicted); n > 0 {
		d.Log.Warn(events.OtherContent, "ids", l.Contradicted[:min(n, 20)], "events", n)
	}
	return spooled, err
}

// taken is the answer to who stated events whole.
type taken struct {
	Accepted int      `json:"accepted"`
	IDs      []string `json:"ids"`
	// Spooled is how many of them wait on a disk of intake until the bus is back.
	Spooled int `json:"spooled,omitempty"`
	// Contradicted are those of the ids that were accepted before with other content: what
	// was accepted first stands, and nothing of what they say now is stored.
	Contradicted []string `json:"contradicted,omitempty"`
}

// saysSpooled says how many events wait on a disk of intake until the bus is back, where
// the answer has a form of the sender's, that has no room for it.
func saysSpooled(w http.ResponseWriter, n int) {
	if n > 0 {
		w.Header().Set("Tocsin-Spooled", strconv.Itoa(n))
	}
}

// idsOf are the ids of events, in their order.
func idsOf[M any](evs []M) []string {
	ids := make([]string, len(evs))
	for i, ev := range evs {
		ids[i] = any(ev).(interface{ GetId() string }).GetId()
	}
	return ids
}

// accepted answers 202: all that is named is on disk.
func accepted(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(v)
}
