package pull

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// pace spaces requests: evenly by itself, and wider where the helpdesk says that little
// is left of what it allows.
type pace struct {
	mu    sync.Mutex
	every time.Duration // between two requests, by ourselves
	wide  time.Duration // between two requests, by what the helpdesk last said
	next  time.Time     // when the next one may begin
}

// turn is how long the next request has to wait from now on.
func (p *pace) turn(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	begin := now
	if p.next.After(now) {
		begin = p.next
	}
	p.next = begin.Add(max(p.every, p.wide))
	return begin.Sub(now)
}

// pause lets no request begin for a while.
func (p *pace) pause(now time.Time, rest time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := now.Add(rest); until.After(p.next) {
		p.next = until
	}
}

// learn reads what an answer says of the helpdesk's limit: once less than a fifth is
// left, that is spread over the time until it is full again.
func (p *pace) learn(h http.Header, now time.Time) {
	left, known := number(h, "X-Rate-Limit-Remaining", "X-RateLimit-Remaining", "RateLimit-Remaining")
	limit, _ := number(h, "X-Rate-Limit", "X-RateLimit-Limit", "X-RateLimit-Total", "RateLimit-Limit")
	near := known && left*5 < limit || strings.EqualFold(h.Get("X-RateLimit-NearLimit"), "true")
	p.mu.Lock()
	p.wide = 0
	if near {
		p.wide = min(refilled(h, now)/time.Duration(max(left, 0)+1), longest)
	}
	p.mu.Unlock()
}

const (
	// refill is in how long a helpdesk's limit is full again that does not say so.
	refill = time.Minute
	// longest is for how long a request is put off at most, whatever is said.
	longest = 15 * time.Minute
)

// refilled is in how long the limit is full again.
func refilled(h http.Header, now time.Time) time.Duration {
	for _, name := range []string{"X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset"} {
		if rest, said := until(h.Get(name), now); said {
			return rest
		}
	}
	return refill
}

// retryAfter is for how long a helpdesk asks not to be asked again.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	for _, name := range []string{"Retry-After", "X-RateLimit-Reset", "RateLimit-Reset"} {
		if rest, said := until(h.Get(name), now); said {
			return min(rest, longest), true
		}
	}
	return 0, false
}

// until reads a number of seconds, a time, or seconds since 1970.
func until(said string, now time.Time) (time.Duration, bool) {
	said = strings.TrimSpace(said)
	if n, err := strconv.ParseFloat(said, 64); err == nil && n >= 0 && n < 1e11 {
		if n > 1e9 {
			n -= float64(now.Unix())
		}
		return time.Duration(max(n, 0) * float64(time.Second)), true
	}
	for _, layout := range []string{http.TimeFormat, time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, said); err == nil {
			return max(at.Sub(now), 0), true
		}
	}
	return 0, false
}

// number is the first of the fields that is one.
func number(h http.Header, names ...string) (int, bool) {
	for _, name := range names {
		if n, err := strconv.Atoi(strings.TrimSpace(h.Get(name))); err == nil {
			return n, true
		}
	}
	return 0, false
}
