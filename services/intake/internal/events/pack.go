package events

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"tocsin/services/intake/internal/once"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/bus"
	"tocsin/pkg/plain"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	packed      = 4000      // signals in one message
	packedBytes = 512 << 10 // bytes in one message
)

// The fields of intake.v1.SignalsReceived.
const (
	fieldShard   = 1
	fieldSignals = 2
	fieldTrust   = 3
)

// A lane is what signals are packed apart by: whose word they are.
type lane uint8

const (
	platform lane = iota
	tenants
	lanes
)

func laneOf(t source.Trust) lane {
	if t == source.Tenant {
		return tenants
	}
	return platform
}

// An item is a signal of a set: what it is known by, its lane, and where it ends among
// the set's encoded signals.
type item struct {
	key  once.Key
	lane lane
	end  int
}

// packAll makes a set of signals: each is encoded as the field of SignalsReceived that it
// will be, whichever message it will stand in.
func packAll(signals []*ingressv1.Signal, names *once.Namer, sources *source.Book) (pending, error) {
	const usual = 112 // bytes of a signal
	p := pending{done: make(chan error, 1), items: make([]item, len(signals)), data: make([]byte, 0, usual*len(signals))}
	var one []byte
	for i, sig := range signals {
		var err error
		if one, err = plain.Append(one[:0], sig); err != nil {
			return p, bus.Permanent(fmt.Errorf("encode signal %s/%s: %w", sig.GetSource(), sig.GetId(), err))
		}
		p.data = protowire.AppendBytes(protowire.AppendTag(p.data, fieldSignals, protowire.BytesType), one)
		p.items[i] = item{names.Of(sig.GetTenant(), sig.GetSource(), sig.GetId()), laneOf(sources.Trust(sig.GetSource())), len(p.data)}
	}
	return p, nil
}

// A message is signals of one trust that are to be stored together: a
// SignalsReceived in the wire format.
type message struct {
	lane   lane
	n      int      // signals
	first  once.Key // of them
	size   int      // bytes; data has as many when it is filled
	data   []byte
	stored bool
}

// begin writes what stands before the signals.
func (m *message) begin() {
	trust := intakev1.Trust_PLATFORM_MONITOR
	if m.lane == tenants {
		trust = intakev1.Trust_TENANT
	}
	m.data = protowire.AppendVarint(protowire.AppendTag(m.data, fieldShard, protowire.VarintType), topology.Shards)
	m.data = protowire.AppendVarint(protowire.AppendTag(m.data, fieldTrust, protowire.VarintType), uint64(trust)) //nolint:gosec // 1 or 2
}

// headBytes is how much begin writes at most.
const headBytes = 4

// A sorter puts the signals of sets into messages, each lane's in order.
type sorter struct {
	out  []message
	open [lanes]int // the lane's last message, and one more; 0 is none
	to   []int      // the message of each signal, in order; -1 is none
}

// add says that the next signal goes into a message of its lane.
func (s *sorter) add(it item, size int) {
	at := s.open[it.lane] - 1
	if at < 0 || s.out[at].n == packed || s.out[at].size+size > packedBytes {
		at = len(s.out)
		s.out, s.open[it.lane] = append(s.out, message{lane: it.lane, first: it.key, size: headBytes}), at+1
	}
	s.out[at].n, s.out[at].size = s.out[at].n+1, s.out[at].size+size
	s.to = append(s.to, at)
}

// skip says that the next signal goes nowhere.
func (s *sorter) skip() { s.to = append(s.to, -1) }

// fill gives the messages their signals.
func (s *sorter) fill(sets []pending) []message {
	total := 0
	for _, m := range s.out {
		total += m.size
	}
	room := make([]byte, total)
	for i := range s.out {
		m := &s.out[i]
		m.data, room = room[:0:m.size], room[m.size:]
		m.begin()
	}
	to := s.to
	for _, set := range sets {
		from := 0
		for i, it := range set.items {
			if at := to[i]; at >= 0 {
				s.out[at].data = append(s.out[at].data, set.data[from:it.end]...)
			}
			from = it.end
		}
		to = to[len(set.items):]
	}
	return s.out
}
