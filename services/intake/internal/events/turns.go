package events

import "sync"

// turns holds what waits to be stored, and hands it out by turns of its sources: one
// that sends much has the others wait no longer than one turn. What one source has
// waiting stays in its order.
type turns[T any] struct {
	mu    sync.Mutex
	lanes map[string][]T
	order []string // the sources that have something waiting; whose turn is next is first
	n     int
	news  chan struct{} // has one if something came since it was last empty
}

func newTurns[T any]() *turns[T] {
	return &turns[T]{lanes: map[string][]T{}, news: make(chan struct{}, 1)}
}

// put adds what waits for a source.
func (t *turns[T]) put(source string, list ...T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lanes[source]) == 0 && len(list) > 0 {
		t.order = append(t.order, source)
	}
	t.lanes[source], t.n = append(t.lanes[source], list...), t.n+len(list)
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// take hands out what waits, a piece of each source and again, for as long as there
// is room after the piece before; the first is always handed out.
func (t *turns[T]) take(room func(T) bool) (some []T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for more := true; more && t.n > 0; {
		source := t.order[0]
		lane := t.lanes[source]
		piece := lane[0]
		t.order = t.order[1:]
		if lane = lane[1:]; len(lane) > 0 {
			t.lanes[source], t.order = lane, append(t.order, source)
		} else {
			delete(t.lanes, source)
		}
		some, t.n = append(some, piece), t.n-1
		more = room(piece)
	}
	return some
}

// waiting is how many pieces wait.
func (t *turns[T]) waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}
