package outlook

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// unseen is after how long without a look nobody sees.
const unseen = 150 * time.Second

// A Span is a piece of time; a zero To has not ended.
type Span struct{ From, To time.Time }

// A Card is all that is known of one thing.
type Card struct {
	Thing
	Figure
	State  State
	Counts string
	More   uint32
	// Since is when it was raised, or fell silent; zero where neither is so.
	Since   time.Time
	At      time.Time // when it was looked at, or changed, last
	HeardAt time.Time // event time of the last signal; zero: not known
	// Episode names the raise that holds, or held last; empty: none is known.
	Episode string
	// Points are the values over time. A View leaves them out: ask for the card.
	Points []Point
	// Blind is when nobody looked, within the time that is kept; as Points.
	Blind []Span
}

// A View is everything at one instant.
type View struct {
	At time.Time
	// Raised holds what is raised and does not come and go: the platform's first,
	// then what hits most people. Near begins with the nearest, Undetermined with
	// what fell silent last.
	Raised, Flapping, Near, Undetermined []Card
	// Ready says that all was heard that there was at the start.
	Ready bool
	// Looked is how far all shards have looked; zero: none has.
	Looked time.Time
	// Blind is what was not seen, by whom: now, or lately.
	Blind []Blindness
	// Watched is how many rules are watched; Unshown how many worth showing do not fit.
	Watched, Unshown int
}

// A Blindness is when monitoring did not see.
type Blindness struct {
	Span
	// Shards is how many shards it is of, of All.
	Shards, All int
	// Why is as a Sight says; empty: nobody looks. Lost is how many messages were lost.
	Why  string
	Lost uint64
}

// View is how things stand; now is the clock.
func (o *Outlook) View(now time.Time) View {
	o.mu.Lock()
	defer o.mu.Unlock()
	v := View{At: now, Ready: o.heard == Looks|Changes|Sights}
	for _, s := range o.series {
		state := o.state(s)
		if state == Calm {
			continue
		}
		card := o.card(s, state, now)
		switch state {
		case Raised:
			v.Raised = append(v.Raised, card)
		case Flapping:
			v.Flapping = append(v.Flapping, card)
		case Near:
			v.Near = append(v.Near, card)
		case Undetermined:
			v.Undetermined = append(v.Undetermined, card)
		}
	}
	slices.SortFunc(v.Raised, mostHit)
	slices.SortFunc(v.Flapping, mostHit)
	slices.SortFunc(v.Near, nearest)
	slices.SortFunc(v.Undetermined, lastHeard)
	o.see(&v, now)
	return v
}

// Card is what is known of the thing with that path.
func (o *Outlook) Card(path string, now time.Time) (Card, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.series[path]
	if s == nil {
		return Card{}, false
	}
	c := o.card(s, o.state(s), now)
	c.Points = slices.Clone(s.points)
	if s.standing != nil {
		c.Blind = o.shard(s.standing.Shard).unseen(now)
	}
	return c, true
}

func (o *Outlook) card(s *series, state State, now time.Time) Card {
	c := Card{Thing: s.Thing, State: state}
	if st := s.standing; st != nil {
		c.Figure, c.Counts, c.More, c.At, c.HeardAt = st.Figure, st.Counts, st.More, st.At, st.HeardAt
		switch {
		case state.Holds():
			c.Since = st.RaisedAt
		case state == Undetermined:
			c.Since = st.UndeterminedAt
		}
	}
	if last := s.last; last != nil {
		if !last.DetectedAt.Before(c.At) {
			c.Figure, c.At, c.More = last.Figure, last.DetectedAt, 0
		}
		if c.Episode = last.Episode; state.Holds() && c.Since.IsZero() {
			c.Since = raisedAt(s.points, last)
		}
	}
	return c
}

// raisedAt is when what holds was raised, as far as the points reach.
func raisedAt(points []Point, last *Change) time.Time {
	if last.Kind == "raised" {
		return last.At
	}
	at := last.DetectedAt
	for i := len(points) - 1; i >= 0 && points[i].State.Holds(); i-- {
		at = points[i].At
	}
	return at
}

// unseen are the times without a look, the one that lasts until now included.
func (s *shard) unseen(now time.Time) []Span {
	var spans []Span
	for i := 1; i < len(s.looks); i++ {
		if s.looks[i].Sub(s.looks[i-1]) > unseen {
			spans = append(spans, Span{s.looks[i-1], s.looks[i]})
		}
	}
	if n := len(s.looks); n > 0 && now.Sub(s.looks[n-1]) > unseen {
		spans = append(spans, Span{From: s.looks[n-1]})
	}
	return spans
}

// see says who saw when: who does not see now, then what was missed lately.
func (o *Outlook) see(v *View, now time.Time) {
	asleep := Blindness{}
	missed := map[Sight]*Blindness{}
	all := 0
	for _, s := range o.shards {
		seen := s.seen()
		if seen.IsZero() {
			continue
		}
		all++
		v.Watched += int(s.last.Watched)
		v.Unshown += int(s.last.Unshown)
		v.Looked = earliest(v.Looked, seen)
		if now.Sub(seen) > unseen {
			asleep.Shards++
			asleep.From = earliest(asleep.From, seen)
		}
		if m := s.sight.Missed; !m.From.IsZero() && (m.To.IsZero() || now.Sub(m.To) < lately) {
			of := Sight{Missed: Span{m.From.Truncate(time.Second), m.To.Truncate(time.Second)}, Why: s.sight.Why}
			if missed[of] == nil {
				missed[of] = &Blindness{Span: of.Missed, Why: of.Why}
			}
			missed[of].Shards++
			missed[of].Lost = max(missed[of].Lost, s.sight.Lost) // all read one stream
		}
	}
	if asleep.Shards > 0 {
		v.Blind = append(v.Blind, asleep)
	}
	for _, b := range missed {
		v.Blind = append(v.Blind, *b)
	}
	for i := range v.Blind {
		v.Blind[i].All = all
	}
	slices.SortFunc(v.Blind, func(a, b Blindness) int {
		return cmp.Or(strings.Compare(a.Why, b.Why)*boolean(a.Why == "" || b.Why == ""), b.From.Compare(a.From), strings.Compare(a.Why, b.Why))
	})
}

// seen is how far the shard has looked, by whatever it says.
func (s *shard) seen() time.Time {
	if s.sight.Until.After(s.last.At) {
		return s.sight.Until
	}
	return s.last.At
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// earliest is the earlier of two times that are known.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func mostHit(a, b Card) int {
	shared := func(c Card) int {
		if c.Scope == platform {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(shared(b), shared(a)), cmp.Compare(b.People, a.People), cmp.Compare(b.Tenants, a.Tenants),
		a.Since.Compare(b.Since), strings.Compare(a.Path, b.Path),
	)
}

func nearest(a, b Card) int {
	return cmp.Or(
		cmp.Compare(share(b), share(a)), cmp.Compare(b.People, a.People), strings.Compare(a.Path, b.Path),
	)
}

// share is how much of its threshold a value is, in percent, all of it at most.
func share(c Card) uint64 {
	return min(uint64(c.Value)*100/max(uint64(c.Threshold), 1), 100)
}

func lastHeard(a, b Card) int {
	return cmp.Or(b.Since.Compare(a.Since), strings.Compare(a.Path, b.Path))
}

// platform is the scope of all tenants together.
const platform = "platform"
