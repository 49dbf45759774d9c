package detect

import (
	"encoding/binary"
	"math"
	"slices"
)

// timed holds things by key, each until its time lies a window back. It is flat
// (an open-addressed index over a list, nothing that points anywhere), so that a
// million of them cost the garbage collector nothing, and it allocates only to grow.
//
// Times only grow. When a thing leaves is found lazily: things stand in buckets
// by the time at which they came, and are moved to that of their newest time
// when their bucket's turn comes. Only the bucket in which the window begins is
// in order, and only where somebody asks for it.
type timed[V any] struct {
	index  []uint64 // place in list + 1, below part of the key; 0: empty
	list   []item[V]
	free   uint32 // the first free place + 1, chained by next
	live   int
	window int64
	ring   *ring // nil while there are few: those are simply looked through
}

type item[V any] struct {
	key  key
	at   int64  // longAgo: the place is free
	next uint32 // place + 1 of the next in its bucket, or of the next free place
	val  V
}

// few is up to how many things are looked through one by one.
const few = 32

// find gives a thing's place.
func (t *timed[V]) find(k key) (uint32, bool) {
	if len(t.index) == 0 {
		return 0, false
	}
	mask, tag := uint64(len(t.index)-1), tagOf(k)
	for i := slotOf(k) & mask; ; i = (i + 1) & mask {
		entry := t.index[i]
		if entry == 0 {
			return 0, false
		}
		if at := uint32(entry) - 1; entry&^math.MaxUint32 == tag && t.list[at].key == k {
			return at, true
		}
	}
}

// slotOf is where a key's place is looked for first; tagOf tells most keys
// apart that meet there.
func slotOf(k key) uint64 { return binary.LittleEndian.Uint64(k[:8]) }

func tagOf(k key) uint64 { return binary.LittleEndian.Uint64(k[8:]) &^ math.MaxUint32 }

// add takes in a thing whose key is not there yet.
func (t *timed[V]) add(k key, at int64, val V) {
	if (t.live+1)*4 > len(t.index)*3 {
		t.grow()
	}
	var i uint32
	if t.free > 0 {
		i = t.free - 1
		t.free = t.list[i].next
	} else {
		i = uint32(len(t.list))
		t.list = append(t.list, item[V]{})
	}
	t.list[i] = item[V]{key: k, at: at, val: val}
	t.place(i)
	t.live++
	switch {
	case t.ring != nil:
		t.enter(i)
	case t.live > few:
		t.arrange()
	}
}

func (t *timed[V]) place(at uint32) {
	mask, k := uint64(len(t.index)-1), t.list[at].key
	i := slotOf(k) & mask
	for t.index[i] != 0 {
		i = (i + 1) & mask
	}
	t.index[i] = tagOf(k) | uint64(at+1)
}

// reserve makes room for n things in an empty table. Things that come in the
// order of their keys need it: a table that grew with them would be full of
// those that belong at its beginning.
func (t *timed[V]) reserve(n int) {
	if n == 0 {
		return
	}
	size := 4
	for n*4 > size*3 {
		size *= 2
	}
	t.index = make([]uint64, size)
	t.list = make([]item[V], 0, n)
}

func (t *timed[V]) grow() {
	t.index = make([]uint64, max(4, 2*len(t.index)))
	for i := range t.list {
		if t.list[i].at != longAgo {
			t.place(uint32(i))
		}
	}
}

// leave takes out what is as old as the floor and tells of each, in no
// particular order.
func (t *timed[V]) leave(floor int64, gone func(*item[V])) {
	if t.ring == nil {
		for i := range t.list {
			if at := t.list[i].at; at != longAgo && at <= floor {
				gone(&t.list[i])
				if t.remove(uint32(i)); t.live == 0 {
					return
				}
			}
		}
		return
	}
	for t.ring != nil && t.first() <= floor {
		i := t.ring.front.pop()
		gone(&t.list[i])
		t.remove(i)
	}
}

// first is the least time of all things, never if there are none.
func (t *timed[V]) first() int64 {
	if t.ring == nil {
		first := never
		for i := range t.list {
			if at := t.list[i].at; at != longAgo {
				first = min(first, at)
			}
		}
		return first
	}
	return t.settle()
}

// sweep takes out what has left the window up to the floor, bucket by bucket;
// some of what is in the last bucket may stay. It is cheaper than leave.
func (t *timed[V]) sweep(floor int64, gone func(*item[V])) {
	if t.ring == nil {
		t.leave(floor, gone)
		return
	}
	r, last := t.ring, bucketOf(floor, t.ring.width)
	for t.ring != nil && len(r.front.list) > 0 && r.front.list[0].at <= floor {
		t.expire(r.front.pop(), floor, gone)
	}
	for n := 0; t.ring != nil && r.lowest < last; n++ {
		if n == 2*buckets {
			r.lowest = last // all have had their turn
		}
		for i := r.take(); i != 0; {
			next := t.list[i-1].next
			t.expire(i-1, floor, gone)
			i = next
		}
	}
}

func (t *timed[V]) remove(at uint32) {
	mask := uint64(len(t.index) - 1)
	i := slotOf(t.list[at].key) & mask
	for uint32(t.index[i]) != at+1 {
		i = (i + 1) & mask
	}
	for j := (i + 1) & mask; t.index[j] != 0; j = (j + 1) & mask {
		home := slotOf(t.list[uint32(t.index[j])-1].key) & mask
		if (j-home)&mask >= (j-i)&mask {
			t.index[i] = t.index[j]
			i = j
		}
	}
	t.index[i] = 0
	t.list[at] = item[V]{at: longAgo, next: t.free}
	t.free = at + 1
	t.live--
	if t.live == 0 {
		*t = timed[V]{window: t.window}
	}
}

// sorted gives the places in the order of their keys; it uses the room it is given.
func (t *timed[V]) sorted(room []uint32) []uint32 {
	order := slices.Grow(room[:0], t.live)
	for i := range t.list {
		if t.list[i].at != longAgo {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return slices.Compare(t.list[a].key[:], t.list[b].key[:])
	})
	return order
}

// turn is when to sweep again: soon where there are many, so that none waits long.
func (t *timed[V]) turn(now int64) int64 {
	switch {
	case t.live == 0:
		return never
	case t.ring == nil:
		return now + t.window
	}
	return now + max(1, 2*t.window/buckets)
}
