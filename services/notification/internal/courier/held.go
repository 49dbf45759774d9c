package courier

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Headers of a message in HELD.
const (
	headerDue  = "Tocsin-Due"  // when it is to be told
	headerTold = "Tocsin-Told" // when it was stored in NOTIFICATIONS
	// headerAgain is there where it may have been handed out before.
	headerAgain = "Tocsin-Again"
)

// readAhead is how many are read in one request.
const readAhead = 500

// together is how many notifications one message is made of at most.
const together = 2000

// waiting is a notification that is held.
type waiting struct {
	*notificationv1.Notification
	told, due, stored time.Time
	// sequence is its place in the stream that it was read from.
	sequence uint64
	// again says that somebody else may have had it before.
	again bool
}

// hold stores a notification until it is due. Held twice within the server's
// window, it is stored once; after that, the group drops the repeat.
func (c *Courier) hold(ctx context.Context, w waiting, v route.Verdict) error {
	e := bus.Event{
		Subject: topology.HeldSubject(c.Name, groupOf(w.Notification, v)), Payload: w.Notification,
		ID: bus.ID("held", c.Name, w.GetId(), strconv.FormatUint(w.sequence, 10), w.due.String()),
		Header: map[string]string{
			headerDue: v.Until.UTC().Format(time.RFC3339Nano), headerTold: w.told.UTC().Format(time.RFC3339Nano),
		},
	}
	if w.again {
		e.Header[headerAgain] = "1"
	}
	c.hasHeld()
	if err := c.Holds.Put(ctx, e); err != nil {
		return fmt.Errorf("hold notification %s for %s: %w; trying again helps", w.GetId(), c.Name, err)
	}
	c.timers.set(e.Subject, v.Until, false)
	return nil
}

// groupOf names the message that a notification becomes part of. What stands on
// a ticket, or is for one person, is never told to another.
func groupOf(n *notificationv1.Notification, v route.Verdict) string {
	if v.Group == "" {
		return "alone/" + n.GetId()
	}
	parts := []string{n.GetAudience(), n.GetLanguage(), v.Group}
	if n.GetAudience() != deliver.Leadership {
		parts = append(parts, n.GetTenant(), n.GetTicket(), n.GetRecipient())
	}
	return strings.Join(parts, "/")
}

// read reads a held notification.
func (c *Courier) read(raw bus.Raw) (*waiting, error) {
	w := &waiting{Notification: &notificationv1.Notification{}, stored: raw.StoredAt, sequence: raw.Sequence}
	if err := proto.Unmarshal(raw.Data, w.Notification); err != nil {
		return nil, fmt.Errorf("read what is held for %s, number %d: %w", c.Name, raw.Sequence, err)
	}
	// Times that cannot be read are zero: it is due at once.
	w.due, _ = time.Parse(time.RFC3339Nano, raw.Header(headerDue))
	w.told, _ = time.Parse(time.RFC3339Nano, raw.Header(headerTold))
	w.again = raw.Header(headerAgain) != ""
	return w, nil
}

// group reads what is told together: what was stored until the first of it is
// due, each once. The same notifications are read however late it is, and
// whoever reads, if it is read after it is due; what is not due now is not read on.
// last is the place of the last.
func (c *Courier) group(ctx context.Context, subject string, now time.Time) (list []waiting, last uint64, err error) {
	seen, n := map[string]bool{}, 1
	for {
		raws, err := c.Conn.Among(ctx, topology.Held, subject, bus.Span{From: last + 1, N: n})
		if err != nil {
			return nil, 0, fmt.Errorf("read what is held for %s: %w", c.Name, err)
		}
		for _, raw := range raws {
			w, err := c.read(raw)
			if err != nil || len(list) == together || len(list) > 0 && w.stored.After(list[0].due) {
				return list, last, err
			}
			last = w.sequence
			if !seen[w.GetId()] {
				seen[w.GetId()] = true
				list = append(list, *w)
			}
		}
		if len(raws) == 0 || raws[len(raws)-1].Pending == 0 || now.Before(list[0].due) {
			return list, last, nil
		}
		n = readAhead
	}
}

// release makes what is due on a subject one message and puts it into RELEASED. Each
// step is done again after a crash, under the same ids.
func (c *Courier) release(ctx context.Context, subject string) error {
	now := c.now() // before anything is read: what is due then is read whole
	list, last, err := c.group(ctx, subject, now)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		c.timers.drop(subject)
		return nil
	}
	if list[0].due.After(now) {
		c.timers.set(subject, list[0].due, true)
		return nil
	}
	if list, err = c.untold(ctx, list); err != nil {
		return err
	}
	tell, untold, err := c.again(ctx, list, now)
	if err != nil {
		return err
	}
	if len(tell) > 0 {
		one, parts, err := c.compose(tell)
		if err != nil {
			return err
		}
		e := bus.Event{Subject: topology.DueSubject(c.Name), ID: bus.ID("due", c.Name, one.GetId(), strconv.FormatUint(last, 10)), Payload: one}
		if _, err := c.Conn.Publish(ctx, e); err != nil {
			return err
		}
		untold = append(untold, parts...)
	}
	if err := c.Out.Untold(ctx, untold); err != nil {
		return err
	}
	return c.purge(ctx, subject, last)
}

// purge deletes what was read of a subject, and leaves the time to what came since.
func (c *Courier) purge(ctx context.Context, subject string, last uint64) error {
	s, err := c.Conn.JS().Stream(ctx, topology.Held.Name)
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", topology.Held.Name, err)
	}
	if err := s.Purge(ctx, jetstream.WithPurgeSubject(subject), jetstream.WithPurgeSequence(last+1)); err != nil {
		return fmt.Errorf("delete what was held for %s: %w", c.Name, err)
	}
	c.timers.set(subject, c.now(), true) // the next look drops it where nothing is left
	return nil
}

// again judges what was held: it may be silenced by now, or held for longer. The
// group's time is that of its first: what came while that one waited goes with it.
func (c *Courier) again(ctx context.Context, list []waiting, now time.Time) (tell []waiting, untold []Untold, err error) {
	for _, w := range list {
		switch v := c.judge(w.Notification, list[0].told, now); v.Fate {
		case route.Silence:
			untold = append(untold, Untold{w.Notification, "silenced", strings.Join(v.Why, "; "), v.Mute})
		case route.Hold:
			if err := c.hold(ctx, w, v); err != nil {
				return nil, nil, err
			}
		case route.Send:
			tell = append(tell, w)
		}
	}
	return tell, untold, nil
}

// compose makes one message, and says of each of several that it is part of it.
func (c *Courier) compose(tell []waiting) (*notificationv1.Notification, []Untold, error) {
	if len(tell) == 1 {
		return tell[0].Notification, nil, nil
	}
	list := make([]*notificationv1.Notification, len(tell))
	for i, w := range tell {
		list[i] = w.Notification
	}
	one, err := c.Words.Several(list)
	if err != nil {
		return nil, nil, err
	}
	one.Id = bus.ID("several", c.Name, list[0].GetId(), strconv.FormatUint(tell[0].sequence, 10))
	parts := make([]Untold, len(list))
	for i, n := range list {
		parts[i] = Untold{Notification: n, Outcome: "grouped", Why: "told in message " + one.GetId()}
	}
	return one, parts, nil
}
