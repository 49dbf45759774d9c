package events

import (
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"tocsin/services/intake/internal/once"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	// rememberedFor is how long a signal is known at least after it was stored.
	rememberedFor = 2 * time.Hour
	// rememberedMost is how many signals are known at most: 128 MiB of them.
	rememberedMost = 4 << 20
	// readAtOnce is how many messages are asked for at once.
	readAtOnce = 64
)

// stored knows which signals stand in SIGNALS, and where their subject ends. Who writes
// expects that end: whatever another has written meanwhile, or we ourselves without
// hearing of it, is read before anything is written behind it.
type stored struct {
	conn *bus.Conn
	// waits is as Signals.Waits; nil is nothing.
	waits func() time.Time
	set   *once.Set
	// names give the keys, which go no further than this process.
	names *once.Namer
	// read is up to where the set knows them; end is the last message, as far as we
	// know, and nil before that was asked, or when what was asked held no more.
	read uint64
	end  *uint64
	// picked are the sets of the write under way, and to the message of each of their
	// signals.
	picked []pending
	to     []int
}

func newStored(conn *bus.Conn, most int) *stored {
	return &stored{conn: conn, set: once.New(rememberedFor, most), names: once.NewNamer()}
}

// asOf is a time as the set hears of it: not after what waits, so that nothing is forgotten
// that a repeat among it may be of.
func (k *stored) asOf(at time.Time) time.Time {
	if k.waits != nil {
		if since := k.waits(); !since.IsZero() && since.Before(at) {
			return since
		}
	}
	return at
}

// readBack reads what was stored lately.
func (k *stored) readBack(ctx context.Context) error {
	last, err := k.conn.LastSequence(ctx, topology.Signals)
	if err != nil {
		return err
	}
	begin := last + 1
	lately := bus.Following{Stream: topology.Signals, Filters: []string{topology.AllSignals}, Since: k.asOf(time.Now()).Add(-rememberedFor)}
	err = k.conn.Past(ctx, lately, func(_ context.Context, raw bus.Raw) error {
		begin = min(begin, raw.Sequence)
		k.learn(raw)
		return nil
	})
	k.read = max(k.read, begin-1)
	return err
}

// learn takes note of the signals of a message. What can not be read is passed over:
// whoever reads it after us can not either.
func (k *stored) learn(raw bus.Raw) {
	if raw.Subject == topology.MixedSignals {
		k.read, k.end = raw.Sequence, bus.Sequence(raw.Sequence)
	}
	at := k.asOf(raw.StoredAt)
	for data := raw.Data; len(data) > 0; {
		field, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return
		}
		data = data[n:]
		if n = protowire.ConsumeFieldValue(field, kind, data); n < 0 {
			return
		}
		if one, m := protowire.ConsumeBytes(data); field == fieldSignals && m >= 0 {
			k.set.Add(k.nameOf(one), 1, at)
		}
		data = data[n:]
	}
}

// The fields of ingress.v1.Signal that name it.
const (
	fieldID     = 1
	fieldSource = 2
	fieldTenant = 3
)

// nameOf is what an encoded signal is known by.
func (k *stored) nameOf(data []byte) once.Key {
	var names [fieldTenant + 1]string
	for len(data) > 0 {
		field, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			break
		}
		data = data[n:]
		if text, m := protowire.ConsumeBytes(data); kind == protowire.BytesType && field <= fieldTenant && m >= 0 {
			names[field] = string(text)
		}
		if n = protowire.ConsumeFieldValue(field, kind, data); n < 0 {
			break
		}
		data = data[n:]
	}
	return k.names.Of(names[fieldTenant], names[fieldSource], names[fieldID])
}

// catchUp reads what we do not know of, and where it ends, if that is not known: the
// last message may have been deleted.
func (k *stored) catchUp(ctx context.Context) error {
	for {
		page, err := k.conn.Among(ctx, topology.Signals, topology.MixedSignals, bus.Span{From: k.read + 1, N: readAtOnce})
		if err != nil {
			return err
		}
		for _, raw := range page {
			k.learn(raw)
		}
		if len(page) == 0 || page[len(page)-1].Pending == 0 {
			break
		}
	}
	if k.end != nil {
		return nil
	}
	last, err := k.conn.Last(ctx, topology.Signals, topology.MixedSignals)
	if err != nil {
		return err
	}
	if last.Sequence <= k.read { // else there is more to read, the next time
		k.end = bus.Sequence(last.Sequence)
	}
	return nil
}

// findEnd catches up, if it is not known where the signals end.
func (k *stored) findEnd(ctx context.Context) error {
	if k.end != nil {
		return nil
	}
	if err := k.catchUp(ctx); err != nil {
		return err
	}
	if k.end == nil {
		k.end = bus.Sequence(0) // which is refused, and asked again
	}
	return nil
}

// pick are the signals that are not known yet, as messages; each once. They are known
// from now on, unless they are dropped.
func (k *stored) pick(sets []pending) []message {
	k.picked = slices.DeleteFunc(slices.Clone(sets), pending.isGone)
	to, now := sorter{to: k.to[:0]}, k.asOf(time.Now())
	for _, set := range k.picked {
		from := 0
		for _, it := range set.items {
			if k.set.Claim(it.key, now) {
				to.add(it, it.end-from)
			} else {
				to.skip()
			}
			from = it.end
		}
	}
	k.to = to.to
	return to.fill(k.picked)
}

// drop forgets what was picked for the messages that are not stored.
func (k *stored) drop(out []message) {
	to := k.to
	for _, set := range k.picked {
		for i, it := range set.items {
			if to[i] >= 0 && !out[to[i]].stored {
				k.set.Forget(it.key)
			}
		}
		to = to[len(set.items):]
	}
}

// publish stores messages one after another, each if the signals end where we think.
// What it does not store it drops; where they end has to be found then.
//
// They go by themselves and not as a batch: a server writes a batch twice, and makes
// files for it, which takes it as long as ten messages and all their bytes do.
func (k *stored) publish(ctx context.Context, out []message) error {
	for i := range out {
		m := &out[i]
		seq, err := k.conn.Publish(ctx, bus.Event{
			Subject: topology.MixedSignals, Payload: (*intakev1.SignalsReceived)(nil), Encoded: m.data,
			ID:         bus.ID("signals", string(m.first[:]), fmt.Sprint(m.n, len(m.data), time.Now().UnixNano())),
			ExpectLast: k.end,
		})
		if err != nil {
			k.end = nil
			k.drop(out)
			return err
		}
		k.read, k.end = seq, &seq
		m.stored = true
	}
	return nil
}
