package events

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"tocsin/services/intake/internal/receive"

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
)

// A pack is a message of signals of one shard that is being filled: a
// SignalsReceived in the wire format, in which the signals of two stand behind one
// another as they would if they had been put together at first.
type pack struct {
	shard       int
	n           int
	data        []byte
	head        int // how many bytes of data stand before the signals
	first, last *ingressv1.Signal
}

// packAll packs signals by shard, each shard's in order.
func packAll(signals []*ingressv1.Signal) (pending, error) {
	p := pending{done: make(chan error, 1)}
	var open [receive.Shards]pack
	var one []byte
	for _, sig := range signals {
		var err error
		if one, err = plain.Append(one[:0], sig); err != nil {
			return p, bus.Permanent(fmt.Errorf("encode signal %s/%s: %w", sig.GetSource(), sig.GetId(), err))
		}
		shard := receive.Shard(sig.GetTenant())
		if !open[shard].fits(1, len(one)) {
			p.add(open[shard])
			open[shard] = pack{}
		}
		open[shard].add(shard, sig, one)
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
func (p *pack) add(shard int, sig *ingressv1.Signal, data []byte) {
	if p.n == 0 {
		if p.shard, p.first = shard, sig; shard != 0 {
			p.data = protowire.AppendVarint(protowire.AppendTag(p.data, fieldShard, protowire.VarintType), uint64(shard)) //nolint:gosec // 0 to 15
		}
		p.head = len(p.data)
	}
	p.data = protowire.AppendBytes(protowire.AppendTag(p.data, fieldSignals, protowire.BytesType), data)
	p.n, p.last = p.n+1, sig
}

// join takes the signals of another pack of the same shard, if they fit.
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
		Subject: topology.SignalsSubject(p.shard), Payload: (*intakev1.SignalsReceived)(nil), Encoded: p.data,
		ID: bus.ID("signals", p.first.GetSource(), p.first.GetId(), p.last.GetSource(), p.last.GetId(), fmt.Sprint(p.n, len(p.data), time.Now().UnixNano())),
	}
}
