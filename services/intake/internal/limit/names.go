package limit

import (
	"fmt"
	"hash/maphash"
	"time"
)

// names are the different ones that were named in the hour that is running.
type names struct {
	most  int
	until time.Time
	seen  map[uint64]struct{}
}

var seed = maphash.MakeSeed()

// Names takes note that the source names a tenant and, if it is not empty, a ticket of
// it. It refuses (*TooMuch) one that is new when there were too many in this hour.
func (m *Meter) Names(tenant, ticket string) error {
	if m == nil || m.limits.TenantsPerHour >= Endless && m.limits.TicketsPerHour >= Endless {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if tenant != "" {
		if err := m.tenants.add(tenant, "tenants", m.now()); err != nil {
			return err
		}
	}
	if ticket == "" {
		return nil
	}
	return m.tickets.add(tenant+"\x00"+ticket, "tickets", m.now())
}

func (n *names) add(name, what string, now time.Time) error {
	if n.most >= Endless { // nothing is counted, so that nothing grows
		return nil
	}
	if !now.Before(n.until) {
		n.until, n.seen = now.Add(time.Hour), map[uint64]struct{}{}
	}
	key := maphash.String(seed, name)
	if _, known := n.seen[key]; known {
		return nil
	}
	if len(n.seen) >= n.most {
		return &TooMuch{n.until.Sub(now), fmt.Sprintf(
			"this source has named %d different %s within the hour, which is its limit (%s_per_hour in the doors' file); those that it has named are still taken", n.most, what, what)}
	}
	n.seen[key] = struct{}{}
	return nil
}
