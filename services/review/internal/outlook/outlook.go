package outlook

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"tocsin/pkg/policy"
)

const (
	// mostSeries is how many rules, counted per scope and subject, are kept.
	mostSeries = 6000
	// mostPoints is how many values of one rule over time: three hours.
	mostPoints = 180
	// mostLooks is how many looks of a shard.
	mostLooks = 180
	// lately is how long an end is worth keeping.
	lately = 24 * time.Hour
)

// A Thing is what may be raised: a reason, where, about what.
type Thing struct {
	Scope   string // a tenant, or "platform"
	Reason  policy.ReasonID
	Subject string // of a rule that has one
	// Path is a name for all three that fits into an address and is nobody else's.
	Path string
}

// A Figure is a value against its threshold.
type Figure struct {
	Value, Threshold uint32
	Window           time.Duration
	Tenants, People  uint32
}

// A Standing is how one rule stood at a look.
type Standing struct {
	Thing
	Figure
	State  State
	Counts string // what the value is a number of; empty: not known
	More   uint32 // how many more would reach the line; 0: it is reached
	Shard  string // who looked

	At, RaisedAt, HeardAt, UndeterminedAt, FirstAt time.Time
}

// A Change is what monitoring states of a condition.
type Change struct {
	Thing
	Figure
	ID      string
	Kind    string // raised, updated, flapping; cleared, expired, withdrawn
	Episode string // the id of the raise
	Policy  string

	At, DetectedAt, FirstAt time.Time
}

// Holds says that after the change the condition is raised.
func (c *Change) Holds() bool {
	return c.Kind == "raised" || c.Kind == "updated" || c.Kind == "flapping"
}

// A Looked says that a shard has looked at all it keeps.
type Looked struct {
	Shard string
	At    time.Time
	// Watched is how many rules are watched; Unshown how many of those worth
	// showing did not fit.
	Watched, Unshown uint32
}

// A Sight says how far a shard has read, and when it last missed something.
type Sight struct {
	Shard string
	// Until is when what it read last was stored; SaidAt is when it said so.
	Until, SaidAt time.Time
	// Missed is the last time of which it saw nothing, if any: without an end
	// until it sees again.
	Missed Span
	// Why is silent, gone, shorter or replaced; Lost how many messages, 0 if not known.
	Why  string
	Lost uint64
}

// An Outlook is how all conditions stand. It is safe for concurrent use.
type Outlook struct {
	mu     sync.Mutex
	series map[string]*series
	shards map[string]*shard
	heard  Part
	seers  map[chan struct{}]struct{}
}

// A shard is what one shard of monitoring says of itself.
type shard struct {
	last  Looked
	looks []time.Time
	sight Sight
}

// New is an outlook that has heard nothing, and says so.
func New() *Outlook {
	return &Outlook{series: map[string]*series{}, shards: map[string]*shard{}, seers: map[chan struct{}]struct{}{}}
}

// Stand takes a standing; an older one than is known is dropped.
func (o *Outlook) Stand(s Standing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of(s.Thing, s.At).stand(s)
	o.tell()
}

// Change takes a change; an older one than is known is dropped. Now is when it
// is heard: what ended long before is not kept.
func (o *Outlook) Change(c Change, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.series[c.Path] == nil && !c.Holds() && now.Sub(c.DetectedAt) > lately {
		return
	}
	o.of(c.Thing, c.DetectedAt).change(c)
	o.tell()
}

// Look takes the end of a look.
func (o *Outlook) Look(l Looked) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.shard(l.Shard)
	if !l.At.After(s.last.At) {
		return
	}
	s.last = l
	if s.looks = append(s.looks, l.At); len(s.looks) > mostLooks {
		s.looks = slices.Delete(s.looks, 0, 1)
	}
	o.tell()
}

// See takes how far a shard has read.
func (o *Outlook) See(s Sight) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if of := o.shard(s.Shard); !s.SaidAt.Before(of.sight.SaidAt) {
		before := of.sight.Missed
		of.sight = s
		if s.Missed != before {
			o.tell() // the rest is said every few seconds
		}
	}
}

// A Part is a kind of facts.
type Part uint8

// The parts that an outlook is made of.
const (
	Looks   Part = 1 << iota // standings and looks
	Changes                  // of conditions
	Sights
)

// Ready says that of a part all was heard that there was at the start.
func (o *Outlook) Ready(p Part) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.heard |= p
	o.tell()
}

// Watch tells that something changed, until leave is called. A viewer that is
// slow hears of several changes once.
func (o *Outlook) Watch() (changed <-chan struct{}, leave func()) {
	ch := make(chan struct{}, 1)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seers[ch] = struct{}{}
	return ch, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.seers, ch)
	}
}

func (o *Outlook) tell() {
	for ch := range o.seers {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

func (o *Outlook) shard(name string) *shard {
	s := o.shards[name]
	if s == nil {
		s = &shard{}
		o.shards[name] = s
	}
	return s
}

// of is what is known of a thing; a new one where nothing is.
func (o *Outlook) of(t Thing, at time.Time) *series {
	s := o.series[t.Path]
	if s == nil {
		if len(o.series) >= mostSeries {
			o.forget()
		}
		s = &series{Thing: t}
		o.series[t.Path] = s
	}
	if at.After(s.heard) {
		s.heard = at
	}
	return s
}

// forget drops a tenth: what is calm first, of those what was heard of longest ago.
func (o *Outlook) forget() {
	all := make([]*series, 0, len(o.series))
	for _, s := range o.series {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *series) int {
		return cmp.Or(cmp.Compare(o.state(a).rank(), o.state(b).rank()), a.heard.Compare(b.heard))
	})
	for _, s := range all[:len(all)/10+1] {
		delete(o.series, s.Path)
	}
}
