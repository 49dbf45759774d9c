package limit

import (
	"sync"
	"time"
)

// A Room bounds how many bytes of bodies are held at once, and how much of that one
// source may hold: half.
type Room struct {
	size int

	mu   sync.Mutex
	held int
	by   map[string]int
}

// NewRoom returns a room for so many bytes.
func NewRoom(size int) *Room { return &Room{size: size, by: map[string]int{}} }

// Enter takes room for a body of a source, or refuses (*TooMuch). Leave gives it back.
// A nil room is endless.
func (r *Room) Enter(source string, bytes int) (leave func(), err error) {
	if r == nil {
		return func() {}, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held+bytes > r.size || r.by[source]+bytes > r.size/2 {
		return nil, &TooMuch{time.Second, "too many bodies are being read at once; send the same again, or over fewer connections"}
	}
	r.held, r.by[source] = r.held+bytes, r.by[source]+bytes
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.held -= bytes
		if r.by[source] -= bytes; r.by[source] == 0 {
			delete(r.by, source)
		}
	}), nil
}
