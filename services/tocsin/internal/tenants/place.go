package tenants

import (
	"context"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// A place is a stream in which something of a tenant may lie.
type place struct {
	stream topology.Stream
	// filters narrow it to what can be the tenant's.
	filters []string
	// stays says what is left there, why and until when; empty: nothing.
	stays string
}

// kept are the streams that hold nothing of a tenant's people, and why.
var kept = map[string]string{
	topology.Sources.Name:    "names of sources and times; 90 days",
	topology.Delivered.Name:  "hashes of vendors' deliveries; 2 days",
	topology.Pulse.Name:      "names of destinations and times; 90 days",
	topology.AuditHeads.Name: "hashes of the audit; always",
	topology.Checkpoints.Name: "counts and people hidden with the key that is destroyed; " +
		"each is overwritten by the next but one, and what a window held leaves it with time",
}

const (
	letGo  = "no message; of revisions that the stream had let go by itself, bytes in its file until the server writes that anew"
	mixed  = "messages that hold other tenants' signals too: people in them are hidden with the key that is destroyed; until the stream's age, 8 days"
	staged = "messages that are in no checkpoint of monitoring yet are left until they are (erase again after a minute)"
)

// places are where to look for a tenant, in flow order.
func (w *Whose) places() []place {
	filters := topology.OfTenant(w.Tenant)
	stays := map[string]string{
		topology.Tickets.Name: letGo, topology.Assessments.Name: letGo, topology.SecondReads.Name: letGo,
		topology.Ingress.Name:   "batches with other tenants' signals, until intake reads them, which passes over the tenant's",
		topology.Signals.Name:   mixed + "; " + staged,
		topology.Rejected.Name:  "bodies that were not understood and do not name the tenant; 30 days",
		topology.Standings.Name: "what monitoring counts goes on being said while its windows hold it: numbers only; 2 days",
		topology.Cases.Name:     "that each case was erased, by whom and when, with what leadership wrote on those that other tenants share; 90 days",
	}
	var all []place
	for _, s := range topology.Streams() {
		if _, none := kept[s.Name]; none {
			continue
		}
		p := place{s, filters[s.Name], stays[s.Name]}
		if len(p.filters) == 0 {
			p.filters = []string{">"}
		}
		all = append(all, p)
	}
	return all
}

// pageOf is how many messages are read in one request.
const pageOf = 500

// walk hands each message of a place to on, oldest first.
func walk(ctx context.Context, conn *bus.Conn, p place, on func(bus.Raw) error) error {
	for _, filter := range p.filters {
		for from := uint64(1); ; {
			page, err := conn.Among(ctx, p.stream, filter, bus.Span{From: from, N: pageOf})
			if err != nil {
				return err
			}
			for _, raw := range page {
				if err := on(raw); err != nil {
					return err
				}
			}
			if len(page) == 0 || page[len(page)-1].Pending == 0 {
				break
			}
			from = page[len(page)-1].Sequence + 1
		}
	}
	return nil
}
