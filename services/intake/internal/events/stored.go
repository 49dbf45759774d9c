package events

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/once"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	// rememberedFor is how long a signal is known at least after it was stored.
	rememberedFor = 2 * time.Hour
	// rememberedMost is how many signals are known at most: 128 MiB of them.
	rememberedMost = 4 << 20
	// readAtOnce is how many messages of a shard are asked for at once.
	readAtOnce = 64
)

// stored knows which signals stand in SIGNALS, and where each shard ends. Who writes
// expects that end: whatever another has written meanwhile, or we ourselves without
// hearing of it, is read before anything is written behind it.
type stored struct {
	conn *bus.Conn
	set  *once.Set
	now  map[once.Key]uint32 // what is in the write under way
	// read is up to where the set knows each shard; ends is its last message, as far
	// as we know, and nil before that was asked.
	read [topology.Shards]uint64
	ends [topology.Shards]*uint64
}

func newStored(conn *bus.Conn, most int) *stored {
	return &stored{conn: conn, set: once.New(rememberedFor, most), now: map[once.Key]uint32{}}
}

// readBack reads what was stored lately.
func (k *stored) readBack(ctx context.Context) error {
	last, err := k.conn.LastSequence(ctx, topology.Signals)
	if err != nil {
		return err
	}
	begin := last + 1
	lately := bus.Following{Stream: topology.Signals, Filters: []string{topology.AllSignals}, Since: time.Now().Add(-rememberedFor)}
	err = k.conn.Past(ctx, lately, func(_ context.Context, raw bus.Raw) error {
		begin = min(begin, raw.Sequence)
		k.learn(raw)
		return nil
	})
	for shard := range k.read {
		k.read[shard] = max(k.read[shard], begin-1)
	}
	return err
}

// learn takes note of the signals of a message. What can not be read is passed over:
// whoever reads it after us can not either.
func (k *stored) learn(raw bus.Raw) {
	shard := -1
	for n := range topology.Shards {
		if raw.Subject == topology.SignalsSubject(n) {
			shard = n
		}
	}
	if shard < 0 {
		return
	}
	k.read[shard], k.ends[shard] = raw.Sequence, bus.Sequence(raw.Sequence)
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
			var sig ingressv1.Signal
			if proto.Unmarshal(one, &sig) == nil {
				k.set.Add(keyOf(&sig), once.TagOf(one), raw.StoredAt)
			}
		}
		data = data[n:]
	}
}

// keyOf is what a signal is known by.
func keyOf(sig *ingressv1.Signal) once.Key {
	return once.KeyOf(sig.GetTenant(), sig.GetSource(), sig.GetId())
}

// catchUp reads what a shard has that we do not know of. After a conflict its end is
// asked for, too: the last message may have been deleted since.
func (k *stored) catchUp(ctx context.Context, shard int, conflict bool) error {
	subject, found := topology.SignalsSubject(shard), false
	for {
		page, err := k.conn.Among(ctx, topology.Signals, subject, bus.Span{From: k.read[shard] + 1, N: readAtOnce})
		if err != nil {
			return err
		}
		for _, raw := range page {
			k.learn(raw)
		}
		found = found || len(page) > 0
		if len(page) == 0 || page[len(page)-1].Pending == 0 {
			break
		}
	}
	if found || !conflict && k.ends[shard] != nil {
		return nil
	}
	last, err := k.conn.Last(ctx, topology.Signals, subject)
	if err != nil {
		return err
	}
	if last.Sequence <= k.read[shard] { // else there is more to read, the next time
		k.ends[shard] = bus.Sequence(last.Sequence)
	}
	return nil
}

// ended asks where the shards of messages end of which that is not known.
func (k *stored) ended(ctx context.Context, out []message) error {
	for _, m := range out {
		if k.ends[m.shard] != nil {
			continue
		}
		if err := k.catchUp(ctx, m.shard, false); err != nil {
			return err
		}
		if k.ends[m.shard] == nil {
			k.ends[m.shard] = bus.Sequence(0) // which is refused, and asked again
		}
	}
	return nil
}

// A message is a pack that is to be stored.
type message struct {
	pack  pack
	shard int
}

// pick are the signals that are not stored yet, packed; each once. The sets stay as
// they are.
func (k *stored) pick(sets []pending) (out []message) {
	clear(k.now)
	var open [lanes]*pack
	for _, set := range sets {
		if set.isGone() {
			continue
		}
		for i := range set.packs {
			next := set.packs[i].without(k.isKnown)
			p := open[next.lane]
			if next.n == 0 || p != nil && p.join(&next) {
				continue
			}
			if p != nil {
				out = append(out, message{*p, p.lane / 2})
			}
			open[next.lane] = &next
		}
	}
	for _, p := range open {
		if p != nil {
			out = append(out, message{*p, p.lane / 2})
		}
	}
	return out
}

// isKnown says whether a signal is stored, or in this write already; from now on it is.
func (k *stored) isKnown(key once.Key, tag uint32) bool {
	if _, is := k.now[key]; is || k.set.Tag(key) != 0 {
		return true
	}
	k.now[key] = tag
	return false
}

// publish stores messages, if each of their shards ends where we think.
func (k *stored) publish(ctx context.Context, out []message) error {
	var first [topology.Shards]bool
	events := make([]bus.Event, len(out))
	at := time.Now().UnixNano()
	for i, m := range out {
		events[i] = bus.Event{
			Subject: topology.SignalsSubject(m.shard), Payload: (*intakev1.SignalsReceived)(nil), Encoded: m.pack.data,
			ID: bus.ID("signals", string(m.pack.name[:]), fmt.Sprint(m.shard, m.pack.n, len(m.pack.data), at)),
		}
		if !first[m.shard] {
			first[m.shard], events[i].ExpectLast = true, k.ends[m.shard]
		}
	}
	last, err := k.conn.PublishBatch(ctx, events)
	if err != nil {
		return err
	}
	for i, m := range out { // a batch stands together in the stream
		seq := last - uint64(len(out)-1-i) //nolint:gosec // an index
		k.read[m.shard], k.ends[m.shard] = seq, bus.Sequence(seq)
	}
	now := time.Now()
	for key, tag := range k.now {
		k.set.Add(key, tag, now)
	}
	return nil
}
