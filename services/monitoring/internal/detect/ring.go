package detect

// buckets is how many a window is divided into; the ring is twice as long, so
// that buckets whose turn is late do not meet new ones.
const buckets = 64

// A ring holds places by time.
type ring struct {
	heads  [2 * buckets]uint32
	width  int64
	lowest int64          // number of the lowest bucket that may hold anything
	front  agenda[uint32] // what comes before that, in order; times may have grown since
}

// arrange puts all things into a new ring.
func (t *timed[V]) arrange() {
	lowest := never
	for i := range t.list {
		if at := t.list[i].at; at != longAgo {
			lowest = min(lowest, at)
		}
	}
	width := max(1, t.window/buckets)
	t.ring = &ring{width: width, lowest: bucketOf(lowest, width)}
	for i := range t.list {
		if t.list[i].at != longAgo {
			t.enter(uint32(i))
		}
	}
}

func bucketOf(at, width int64) int64 {
	b := at / width
	if at%width < 0 {
		b--
	}
	return b
}

// enter puts a place into the bucket of its time.
func (t *timed[V]) enter(i uint32) {
	r, at := t.ring, t.list[i].at
	b := bucketOf(at, r.width)
	if b < r.lowest {
		r.front.push(at, i)
		return
	}
	if b >= r.lowest+2*buckets { // a leap in time that nobody has let pass yet
		t.leap(b)
		t.enter(i) // what was moved on may have leapt further
		return
	}
	head := &r.heads[uint64(b)%(2*buckets)]
	t.list[i].next = *head
	*head = i + 1
}

// leap moves what stands in buckets too far back for the ring to the front.
func (t *timed[V]) leap(b int64) {
	r := t.ring
	for r.lowest+2*buckets <= b {
		if r.live(r.lowest) {
			t.open()
		} else if r.take(); r.empty() {
			r.lowest = b
		}
	}
}

func (r *ring) live(b int64) bool { return r.heads[uint64(b)%(2*buckets)] != 0 }

func (r *ring) empty() bool {
	for _, h := range r.heads {
		if h != 0 {
			return false
		}
	}
	return true
}

// open moves the things of the lowest bucket to the front, but for those that
// belong to a later one by now.
func (t *timed[V]) open() {
	b := t.ring.lowest
	r := t.ring
	for i := r.take(); i != 0; {
		next := t.list[i-1].next
		if at := t.list[i-1].at; bucketOf(at, r.width) == b {
			r.front.push(at, i-1)
		} else {
			t.enter(i - 1)
		}
		i = next
	}
}

// settle brings the thing with the least time to the top of the front.
func (t *timed[V]) settle() int64 {
	r := t.ring
	for t.live > 0 {
		for len(r.front.list) > 0 {
			top := r.front.list[0]
			if t.list[top.item].at == top.at {
				return top.at
			}
			t.enter(r.front.pop())
		}
		for !r.live(r.lowest) {
			r.lowest++
		}
		t.open()
	}
	return never
}

// take empties the lowest bucket and gives its first place + 1.
func (r *ring) take() uint32 {
	head := &r.heads[uint64(r.lowest)%(2*buckets)]
	i := *head
	*head = 0
	r.lowest++
	return i
}

// expire takes out a thing that stands nowhere, or puts it where it belongs by now.
func (t *timed[V]) expire(i uint32, floor int64, gone func(*item[V])) {
	if t.list[i].at > floor {
		t.enter(i)
		return
	}
	gone(&t.list[i])
	t.remove(i)
}
