package courier

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/topology"
)

const (
	// deleting is how long ago, at most, another process began to delete what it told.
	deleting = time.Minute
	// soon is within what time a notification is held after it was stored, where
	// nothing went wrong.
	soon = 5 * time.Second
)

// untold leaves out what was told already. Who reads HELD while another process
// deletes what it has told, or after a server has crashed and brought a part of that
// back, finds the end of a message: without its beginning it would be another one,
// under another id. Its records are stored before anything is deleted, so they are
// looked for: where it is older than the connection, since it was held. One that
// was held again, or late, may have been in the hands of a process that was halted or
// killed, and have been told by another since it was stored.
func (c *Courier) untold(ctx context.Context, list []waiting) ([]waiting, error) {
	since := list[0].stored
	if recent := time.Now().Add(-deleting); since.After(c.Conn.Since()) && since.Before(recent) {
		since = recent
	}
	for _, w := range list {
		if late := w.again || w.stored.Sub(w.told) > soon; late && w.told.Before(since) {
			since = w.told
		}
	}
	told := map[string]bool{}
	err := c.Conn.RetainedSince(ctx, topology.Deliveries, since, func(raw bus.Raw) error {
		records, err := deliveries.Of(raw)
		if err != nil {
			return nil //nolint:nilerr // it is no record of ours
		}
		for _, r := range records {
			ours := strings.HasPrefix(r.GetDestination(), c.Name+": ")
			if ours && (r.GetOutcome() == "grouped" || r.GetOutcome() == "sent") {
				told[r.GetNotification()] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look what of %s was told already: %w", c.Name, err)
	}
	return slices.DeleteFunc(list, func(w waiting) bool { return told[w.GetId()] }), nil
}
