package courier

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/onetime"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/ladder"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// goodFor is how long the link of a call works.
const goodFor = 24 * time.Hour

// A Link is the address by which whoever holds it acknowledges a case once. It is
// made on the way to the destination, so that it stands nowhere else.
type Link func(ctx context.Context, c onetime.Claim) (string, error)

// onCall tells the destination that nobody has acknowledged a case, or, where
// somebody has by the time its turn comes, that this is no longer so. Quiet hours
// do not hold a call; what silences it is recorded.
func (c *Courier) onCall(ctx context.Context, m bus.Meta, call *notificationv1.Call) error {
	n := call.GetNotification()
	return c.carry(ctx, m, func() (*notificationv1.Notification, error) {
		now, f := c.now(), c.file.Load()
		w := c.World.Now()
		w.Mutes = c.Mutes.Current()
		if why, mute := f.Silenced(c.Name, NewsOf(n, m.StoredAt, c.Policy), now, w); why != "" {
			return nil, c.Out.Untold(ctx, []Untold{{n, "silenced", why, mute}})
		}
		is, err := c.overtaken(ctx, call)
		if err != nil {
			return nil, err
		}
		if is != "" {
			over, err := c.Words.Outdated(n, is)
			if err == nil {
				over.State = is
			}
			return over, err
		}
		return c.linked(ctx, m, call)
	})
}

// overtaken says what has ended a call: the state of its case, or acknowledged;
// empty where it still holds.
func (c *Courier) overtaken(ctx context.Context, call *notificationv1.Call) (string, error) {
	n, changed := call.GetNotification(), &reviewv1.CaseChanged{}
	raw, err := c.Conn.Last(ctx, topology.Cases, topology.CaseSubject(n.GetTenant(), n.GetCase()))
	if err != nil {
		return "", err
	}
	if err := bus.Decode(raw, changed); err != nil {
		return "", err
	}
	k := changed.GetCase()
	is := ladder.Case{State: k.GetState(), AcknowledgedAt: bus.Moment(k.GetAcknowledgedAt())}
	switch {
	case raw.Sequence == 0, k.GetRound() == call.GetRound() && is.Waits():
		return "", nil
	case k.GetRound() == call.GetRound() && k.GetState() == n.GetState():
		return "acknowledged", nil
	}
	return k.GetState(), nil
}

// linked is a call with the address by which its reader acknowledges.
func (c *Courier) linked(ctx context.Context, m bus.Meta, call *notificationv1.Call) (*notificationv1.Notification, error) {
	n := call.GetNotification()
	if c.Link == nil {
		return n, nil
	}
	address, err := c.Link(ctx, onetime.Claim{
		ID: n.GetId(), Case: n.GetCase(), Round: uint64(call.GetRound()),
		To: cmp.Or(call.GetPerson(), c.Name), Expires: m.StoredAt.Add(goodFor),
	})
	if err != nil {
		return nil, fmt.Errorf("make the link of a call: %w; trying again helps", err)
	}
	n = proto.CloneOf(n)
	n.Acknowledge = address
	return n, nil
}
