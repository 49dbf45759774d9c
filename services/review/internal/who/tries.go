package who

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many wrong tokens may come from one address, and how soon one more may.
const (
	wrongAtOnce = 10
	wrongEach   = 6 * time.Second
	// addresses is how many are remembered.
	addresses = 10_000
)

// Tries counts wrong tokens by where they come from, and remembers the tickets
// that were used. A nil one does neither.
type Tries struct {
	mu   sync.Mutex
	from map[netip.Prefix]*rate.Limiter
	used map[string]time.Time // tickets, and when
}

// Shut says that too many wrong ones came from there.
func (t *Tries) Shut(r *http.Request, now time.Time) bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.from[origin(r)]
	return l != nil && l.TokensAt(now) < 1
}

// Wrong counts one more.
func (t *Tries) Wrong(r *http.Request, now time.Time) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.from == nil || len(t.from) >= addresses {
		t.from = map[netip.Prefix]*rate.Limiter{} // forgetting is kinder than growing
	}
	of := origin(r)
	if t.from[of] == nil {
		t.from[of] = rate.NewLimiter(rate.Every(wrongEach), wrongAtOnce)
	}
	t.from[of].AllowN(now, 1)
}

// once says that the ticket with this state was not used before, and that it is now.
func (t *Tries) once(state string, now time.Time) bool {
	if t == nil {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, was := t.used[state]; was {
		return false
	}
	for old, at := range t.used {
		if now.Sub(at) > ticketLasts {
			delete(t.used, old)
		}
	}
	if t.used == nil {
		t.used = map[string]time.Time{}
	}
	t.used[state] = now
	return true
}

// origin is where a request comes from: an address, or the network of one of the
// long kind, of which everybody has many.
func origin(r *http.Request) netip.Prefix {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	addr := from.Addr().Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	of, _ := addr.Prefix(bits)
	return of
}
