package second

import (
	"sync"
	"time"
)

// The breaker: after so many failures in a row nobody is asked for a minute,
// then for two, and so on up to the longest.
const (
	failuresToOpen = 5
	firstPause     = time.Minute
	longestPause   = 15 * time.Minute
)

// A gate says when the next question may be asked.
//
//	open ── failed, five times in a row ──→ shut for a minute ──→ half open: one question
//	 ↑                                        ↑ twice as long ── failed ──┤
//	 └─────────────────────────── worked ─────────────────────────────────┘
//
// Half open needs no state: one question is under way at a time, and the next
// failure shuts it again.
type gate struct {
	mu       sync.Mutex
	failures int
	until    time.Time
}

// shut is how long the gate is shut from now on; zero if it is open.
func (g *gate) shut(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, g.until.Sub(now))
}

// hold keeps the gate shut for a time from now on.
func (g *gate) hold(now time.Time, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := now.Add(d); until.After(g.until) {
		g.until = until
	}
}

// worked opens the gate.
func (g *gate) worked() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failures, g.until = 0, time.Time{}
}

// failed counts a failure, and says for how long it shut the gate.
func (g *gate) failed(now time.Time) time.Duration {
	g.mu.Lock()
	g.failures++
	over := g.failures - failuresToOpen
	g.mu.Unlock()
	if over < 0 {
		return 0
	}
	pause := min(firstPause<<min(over, 10), longestPause)
	g.hold(now, pause)
	return pause
}
