package courier

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// untold leaves out what was told already. A server that crashes may bring back a
// part of what was deleted from HELD: without its beginning it would be another
// message, under another id, due later. What is older than the connection is
// therefore looked for in the records of what was told since it was held.
func (c *Courier) untold(ctx context.Context, list []waiting) ([]waiting, error) {
	if list[0].stored.After(c.Conn.Since()) {
		return list, nil
	}
	told := map[string]bool{}
	err := c.Conn.RetainedSince(ctx, topology.Deliveries, list[0].stored, func(raw bus.Raw) error {
		r := &notificationv1.DeliveryRecorded{}
		if err := bus.Decode(raw, r); err != nil {
			return nil //nolint:nilerr // it is no record of ours
		}
		ours := strings.HasPrefix(r.GetDestination(), c.Name+": ")
		if ours && (r.GetOutcome() == "grouped" || r.GetOutcome() == "sent") {
			told[r.GetNotification()] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look what of %s was told already: %w", c.Name, err)
	}
	return slices.DeleteFunc(list, func(w waiting) bool { return told[w.GetId()] }), nil
}
