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
	// readAtOnce is how many messages of a shard are asked for at once.
	readAtOnce = 64
)

// stored knows which signals stand in SIGNALS, and where each shard ends. Who writes
// expects that end: whatever another has written meanwhile, or we ourselves without
// hearing of it, is read before anything is written behind it.
type stored struct {
	conn *bus.Conn
	// waits is as Signals.Waits; nil is nothing.
	waits func() time.Time
	set   *once.Set
	now   *once.Draft // what is in the write under way
	// names give the keys, which go no further than this process.
	names *once.Namer
	// read is up to where the set knows each shard; ends is its last message, as far
	// as we know, and nil before that was asked.
	read [topology.Shards]uint64
	ends [topology.Shards]*uint64
	to   []int // a sorter's, of the write before
	// looked is the last message of the stream when all before it were known, nil before
	// the first time; wrote is how many were stored here since.
	looked *uint64
	wrote  uint64
}

func newStored(conn *bus.Conn, most int) *stored {
	set := once.New(rememberedFor, most)
	return &stored{conn: conn, set: set, now: set.Draft(), names: once.NewNamer()}
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
	for shard := range k.read {
		k.read[shard] = max(k.read[shard], begin-1)
	}
	return err
}

// learn takes note of the signals of a message. What can not be read is passed over:
// whoever reads it after us can not either.
func (k *stored) learn(raw bus.Raw) {
	shard, is := topology.ShardOfSignals(raw.Subject)
	if !is {
		return
	}
	k.read[shard], k.ends[shard] = raw.Sequence, bus.Sequence(raw.Sequence)
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

// look reads what other intakes have stored in any shard, if there is something: the
// messages of the stream are counted without a gap, so nobody else has stored one where
// as many came as were stored here.
func (k *stored) look(ctx context.Context) error {
	last, err := k.conn.LastSequence(ctx, topology.Signals)
	if err != nil {
		return err
	}
	if k.looked == nil || last != *k.looked+k.wrote {
		for shard := range topology.Shards {
			if err := k.catchUp(ctx, shard, false); err != nil {
				return err
			}
		}
	}
	k.looked, k.wrote = &last, 0
	return nil
}

// ended asks where the shards of messages end of which that is not known. Asked says that
// there were some: what was learnt by that may be what the messages say.
func (k *stored) ended(ctx context.Context, out []message) (asked bool, err error) {
	for _, m := range out {
		if k.ends[m.shard()] != nil {
			continue
		}
		asked = true
		if err := k.catchUp(ctx, m.shard(), false); err != nil {
			return asked, err
		}
		if k.ends[m.shard()] == nil {
			k.ends[m.shard()] = bus.Sequence(0) // which is refused, and asked again
		}
	}
	return asked, nil
}

// pick are the signals that are not stored yet, as messages; each once. The sets stay as
// they are.
func (k *stored) pick(sets []pending) []message {
	k.now.Clear()
	waited := slices.DeleteFunc(slices.Clone(sets), pending.isGone)
	to := sorter{to: k.to[:0]}
	for _, set := range waited {
		from := 0
		for _, it := range set.items {
			if k.now.Add(it.key) {
				to.add(it, it.end-from)
			} else {
				to.skip()
			}
			from = it.end
		}
	}
	k.to = to.to
	return to.fill(waited)
}

// publish stores messages, if each of their shards ends where we think.
func (k *stored) publish(ctx context.Context, out []message) error {
	var first [topology.Shards]bool
	events := make([]bus.Event, len(out))
	at := time.Now().UnixNano()
	for i, m := range out {
		events[i] = bus.Event{
			Subject: topology.SignalsSubject(m.shard()), Payload: (*intakev1.SignalsReceived)(nil), Encoded: m.data,
			ID: bus.ID("signals", string(m.first[:]), fmt.Sprint(m.shard(), m.n, len(m.data), at)),
		}
		if !first[m.shard()] {
			first[m.shard()], events[i].ExpectLast = true, k.ends[m.shard()]
		}
	}
	last, err := k.conn.PublishBatch(ctx, events)
	if err != nil {
		return err
	}
	for i, m := range out { // a batch stands together in the stream
		seq := last - uint64(len(out)-1-i) //nolint:gosec // an index
		k.read[m.shard()], k.ends[m.shard()] = seq, bus.Sequence(seq)
	}
	k.wrote += uint64(len(out))
	k.now.Keep(k.asOf(time.Now()))
	return nil
}
