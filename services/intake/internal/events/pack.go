package events

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

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
	lane        int
	n           int
	data        []byte
	head        int // how many bytes of data stand before the signals
	first, last *ingressv1.Signal
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
		p.lane, p.first = lane, sig
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
	p.n, p.last = p.n+1, sig
}

// join takes the signals of another pack of the same lane, if they fit.
func (p *pack) join(o *pack) bool {
	if !p.fits(o.n, len(o.data)-o.head) {
		return false
	}
	p.data = append(p.data, o.data[o.head:]...)
	p.n, p.last = p.n+o.n, o.last
	return true
}

// event is the pack as an event; its id is of its first and last signal, since a
// repeat of a signal is of no matter to the rules.
func (p *pack) event() bus.Event {
	return bus.Event{
		Subject: topology.SignalsSubject(p.lane / 2), Payload: (*intakev1.SignalsReceived)(nil), Encoded: p.data,
		ID: bus.ID("signals", p.first.GetSource(), p.first.GetId(), p.last.GetSource(), p.last.GetId(), fmt.Sprint(p.n, len(p.data), time.Now().UnixNano())),
	}
}
