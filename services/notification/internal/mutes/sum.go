package mutes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const (
	// looking is how often it is looked whether a mute is over.
	looking = time.Second
	// settling is how long after its end a mute is summed: what was silenced in its
	// last moment is recorded by then.
	settling = 5 * time.Second
)

// A Sum is what a mute silenced.
type Sum struct {
	*notificationv1.Mute
	// Ended is when the mute was over, of its own or by somebody.
	Ended time.Time
	// News is how many notifications it silenced; Tenants and Destinations are
	// whose they were, in the order in which they were silenced.
	News                  int
	Tenants, Destinations []string
	// Cases is how many cases they were of, Last what leadership was told last of
	// the first of them.
	Cases int
	Last  []*notificationv1.Notification
}

// listed is of how many cases a sum says how they stand.
const listed = 20

// Sums tell leadership what mutes silenced, once each is over.
type Sums struct {
	Book *Book
	// Tell tells leadership; of the same sum it tells once.
	Tell func(context.Context, Sum) error
	Log  *slog.Logger
}

// Run sums what is over until the context ends.
func (s Sums) Run(ctx context.Context) error {
	if s.Book.Wait(ctx) != nil {
		return nil
	}
	tick := time.NewTicker(looking)
	defer tick.Stop()
	for {
		for _, k := range s.Book.over(s.Book.now().Add(-settling)) {
			if err := s.sum(ctx, k); err != nil && ctx.Err() == nil {
				s.Log.Warn("what a mute silenced is summed again", "mute", k.GetId(), "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// sum tells what one mute silenced, and keeps that it did.
func (s Sums) sum(ctx context.Context, k kept) error {
	sum := Sum{Mute: k.Mute, Ended: ended(k.Mute)}
	cases, err := s.count(ctx, &sum)
	if err != nil {
		return err
	}
	if sum.News > 0 {
		if sum.Last, err = s.last(ctx, cases); err != nil {
			return err
		}
		if err := s.Tell(ctx, sum); err != nil {
			return err
		}
	}
	now := s.Book.now().UTC()
	m := proto.CloneOf(k.Mute)
	m.SummedAt, m.Silenced = bus.Stamp(now), uint32(sum.News) //nolint:gosec // far below
	err = s.Book.write(ctx, &notificationv1.MuteChanged{Mute: m, Change: "summed", Actor: "notification", At: bus.Stamp(now)}, k.sequence)
	if errors.Is(err, bus.ErrConflict) { // another process has, or will
		_, err = s.Book.last(ctx, k.GetId())
	}
	return err
}

// count reads what the mute silenced since it began; cases are the first of it.
func (s Sums) count(ctx context.Context, sum *Sum) (cases []*notificationv1.DeliveryRecorded, err error) {
	if !sum.Ended.After(bus.Moment(sum.GetFrom())) {
		return nil, nil // it was ended before it began
	}
	seen := map[[2]string]bool{}
	first := func(what, is string) bool {
		key := [2]string{what, is}
		defer func() { seen[key] = true }()
		return is != "" && !seen[key]
	}
	// The server's clock may be behind ours.
	err = s.Book.Conn.RetainedSince(ctx, topology.Deliveries, bus.Moment(sum.GetFrom()).Add(-time.Minute), func(raw bus.Raw) error {
		records, err := deliveries.Of(raw)
		if err != nil {
			return nil //nolint:nilerr // it is no record of ours
		}
		for _, r := range records {
			if r.GetMute() != sum.GetId() {
				continue
			}
			if first("notification", r.GetNotification()) {
				sum.News++
			}
			if first("tenant", r.GetTenant()) {
				sum.Tenants = append(sum.Tenants, r.GetTenant())
			}
			if first("destination", r.GetDestination()) {
				sum.Destinations = append(sum.Destinations, r.GetDestination())
			}
			if first("case", r.GetCase()) {
				if sum.Cases++; len(cases) < listed {
					cases = append(cases, r)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what mute %s silenced: %w", sum.GetId(), err)
	}
	return cases, nil
}

// last are leadership's last notifications of the cases that silenced ones were
// of; where there is none, one that names the case.
func (s Sums) last(ctx context.Context, cases []*notificationv1.DeliveryRecorded) ([]*notificationv1.Notification, error) {
	var list []*notificationv1.Notification
	for _, r := range cases {
		n := &notificationv1.Notification{Tenant: r.GetTenant(), Case: r.GetCase(), Title: r.GetCase(), At: r.GetAt()}
		for _, tenant := range []string{r.GetTenant(), platform} { // a ticket's tenant may not be its case's
			raw, err := s.Book.Conn.Last(ctx, topology.Notifications, topology.NotificationSubject("leadership", tenant, r.GetCase()))
			if err != nil {
				return nil, err
			}
			told := &notificationv1.Notification{}
			if raw.Sequence > 0 && bus.Decode(raw, told) == nil {
				n = told
				break
			}
		}
		list = append(list, n)
	}
	return list, nil
}

// platform is the tenant of a case that concerns all.
const platform = "platform"
