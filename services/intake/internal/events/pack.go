package events

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"tocsin/services/intake/internal/once"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/bus"
	"tocsin/pkg/plain"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	packed      = 2000      // signals in one message
	packedBytes = 512 << 10 // bytes in one message
)

// Where receive puts a signal, the bus has a subject: the two say the same number.
var _ [receive.Shards]struct{} = [topology.Shards]struct{}{}

// The fields of intake.v1.SignalsReceived.
const (
	fieldShard   = 1
	fieldSignals = 2
	fieldTrust   = 3
)

// lanes are what signals are packed apart by: the shard, and whose word they are.
const lanes = 2 * topology.Shards

func laneOf(shard int, t source.Trust) int {
	if t == source.Tenant {
		return 2*shard + 1
	}
	return 2 * shard
}

// A pack is a message of signals of one shard and one trust that is being filled: a
// SignalsReceived in the wire format, in which the signals of two stand behind one
// another as they would if they had been put together at first.
type pack struct {
	lane int
	n    int
	data []byte
	head int // how many bytes of data stand before the signals
	// name is the first signal's; keys, tags and ends are each signal's: what it is known
	// by, what it says, and where it ends in data. They are of what came together.
	name once.Key
	keys []once.Key
	tags []uint32
	ends []int
}

// packAll packs signals by lane, each lane's in order.
func packAll(signals []*ingressv1.Signal, sources *source.Book) (pending, error) {
	p := pending{done: make(chan error, 1)}
	var open [lanes]pack
	var one []byte
	for _, sig := range signals {
		var err error
		if one, err = plain.Append(one[:0], sig); err != nil {
			return p, bus.Permanent(fmt.Errorf("encode signal %s/%s: %w", sig.GetSource(), sig.GetId(), err))
		}
		lane := laneOf(receive.Shard(sig.GetTenant()), sources.Trust(sig.GetSource()))
		if !open[lane].fits(1, len(one)) {
			p.add(open[lane])
			open[lane] = pack{}
		}
		open[lane].add(lane, sig, one)
	}
	for _, o := range open {
		p.add(o)
	}
	return p, nil
}

// add takes a pack, unless it is empty.
func (p *pending) add(o pack) {
	if o.n > 0 {
		p.packs, p.bytes = append(p.packs, o), p.bytes+len(o.data)
	}
}

// fits says whether so many more signals, of so many bytes, may join.
func (p *pack) fits(n, bytes int) bool {
	return p.n == 0 || p.n+n <= packed && len(p.data)+bytes <= packedBytes
}

// add puts a signal into the pack, in the wire format.
func (p *pack) add(lane int, sig *ingressv1.Signal, data []byte) {
	if p.n == 0 {
		p.lane = lane
		trust := intakev1.Trust_PLATFORM_MONITOR
		if lane%2 == 1 {
			trust = intakev1.Trust_TENANT
		}
		if shard := lane / 2; shard != 0 {
			p.data = protowire.AppendVarint(protowire.AppendTag(p.data, fieldShard, protowire.VarintType), uint64(shard)) //nolint:gosec // 0 to 15
		}
		p.data = protowire.AppendVarint(protowire.AppendTag(p.data, fieldTrust, protowire.VarintType), uint64(trust)) //nolint:gosec // 1 or 2
		p.head = len(p.data)
	}
	p.data = protowire.AppendBytes(protowire.AppendTag(p.data, fieldSignals, protowire.BytesType), data)
	p.n++
	p.keys, p.tags, p.ends = append(p.keys, keyOf(sig)), append(p.tags, once.TagOf(data)), append(p.ends, len(p.data))
	p.name = p.keys[0]
}

// without is the pack without the signals that are known. The pack stays as it is.
func (p *pack) without(known func(once.Key, uint32) bool) pack {
	next := pack{lane: p.lane, head: p.head, name: p.name}
	from := 0 // of what is kept and not copied yet
	for i, key := range p.keys {
		begin := p.head
		if i > 0 {
			begin = p.ends[i-1]
		}
		if !known(key, p.tags[i]) {
			next.n++
			continue
		}
		next.data = append(next.data, p.data[from:begin]...)
		from = p.ends[i]
	}
	if from == 0 {
		next.data = p.data[:len(p.data):len(p.data)]
	} else {
		next.data = append(next.data, p.data[from:]...)
	}
	return next
}

// join takes the signals of another pack of the same lane, if they fit.
func (p *pack) join(o *pack) bool {
	if !p.fits(o.n, len(o.data)-o.head) {
		return false
	}
	p.data = append(p.data, o.data[o.head:]...)
	p.n += o.n
	return true
}
