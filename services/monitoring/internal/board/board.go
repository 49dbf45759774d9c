// Package board says how the rules stand, for people to look at.
//
// About once a minute a shard's Board goes round all that the engine keeps, a
// bounded number at a tick, and says what is worth showing: raised, flapping,
// near, undetermined. What was shown and no longer is, is said once more, as
// calm. With each round goes a Looked, so that nothing shown and nobody looking
// are two things.
//
// It promises:
//   - A tick looks at so few that reading never waits for it.
//   - A round holds at most 400 standings, what is raised before what is near,
//     the nearest first; how many more there were is in its Looked.
//   - It changes nothing in the engine, and nothing is decided from it: a round
//     that the bus does not take is dropped.
//
// What is worth showing is detect's to say, and what people read of it review's.
package board

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
)

const (
	// Every is how much of the stream's time passes between two rounds.
	Every = time.Minute
	// Repeated is after how long an undetermined standing is said again.
	Repeated = time.Hour
	// most is how many standings one round says.
	most = 400
	// behind is how old a tick may be: a backlog is read without looking.
	behind = 2 * time.Minute
	// atOnce is how many rules of its own a shard looks at in a tick: so few that
	// all shards together take some milliseconds. A round of a million rules in
	// sixteen shards takes a minute and a half so.
	atOnce = 700
)

// An Engine tells how its rules stand; detect.Engine does.
type Engine interface {
	// Standings tells how at most n rules stand, from a place on, and gives the next place, 0 at the end.
	Standings(from, n int, each func(detect.Standing)) int
	// Standing tells how one rule stands.
	Standing(scope, reason, subject string) (detect.Standing, bool)
	// Watched is how many rules there are to go round.
	Watched() int
}

// A Board is what one shard shows. Its zero value, with a name, has shown nothing.
type Board struct {
	// Shard is who says it.
	Shard string

	begun time.Time // when the round began, in the stream's time
	from  int       // how far it is; 0: between two rounds
	round round
	shown map[thing]said
}

// A thing is what has a standing.
type thing struct{ scope, reason, subject string }

// said is what was last said of a thing.
type said struct {
	state string
	at    time.Time
}

// Look goes on with the round at a tick with this stamp, and gives what to say
// once the round is whole. Now is the process's clock: what is read late is old
// news and not looked at.
func (b *Board) Look(e Engine, stamp, now time.Time) []bus.Event {
	if now.Sub(stamp) > behind {
		return nil
	}
	if b.from == 0 {
		if stamp.Sub(b.begun) < Every {
			return nil
		}
		b.begun, b.round = stamp, round{}
	}
	b.from = e.Standings(b.from, atOnce, b.round.add)
	if b.from != 0 {
		return nil
	}
	return b.say(e, stamp)
}

// say is the whole round as events, and remembers it.
func (b *Board) say(e Engine, at time.Time) []bus.Event {
	b.round.cut()
	var out []bus.Event
	shown := map[thing]said{}
	for i := range b.round.best {
		st := &b.round.best[i]
		t := thing{st.Scope, st.Reason, st.Subject}
		state, before := stateOf(st), b.shown[t]
		if state == undetermined && before.state == undetermined && at.Sub(before.at) < Repeated {
			shown[t] = before
			continue
		}
		shown[t] = said{state, at}
		out = append(out, event(b.Shard, st, at))
	}
	for t := range b.shown {
		if _, still := shown[t]; still {
			continue
		}
		st, _ := e.Standing(t.scope, t.reason, t.subject)
		if stateOf(&st) == calm { // else there is only more to show than fits
			st.Scope, st.Reason, st.Subject = t.scope, t.reason, t.subject
			out = append(out, event(b.Shard, &st, at))
		}
	}
	slices.SortFunc(out, func(a, b bus.Event) int { return strings.Compare(a.Subject, b.Subject) })
	b.shown = shown
	return append(out, looked(b.Shard, &b.round, e.Watched(), at))
}

// A round is what was found so far.
type round struct {
	best                               []detect.Standing
	raised, near, undetermined, beyond int
}

// add takes what is worth showing.
func (r *round) add(st detect.Standing) {
	switch stateOf(&st) {
	case raised, flapping:
		r.raised++
	case near:
		r.near++
	case undetermined:
		r.undetermined++
	default:
		return
	}
	if r.best = append(r.best, st); len(r.best) >= 4*most {
		r.cut()
	}
}

// cut keeps the best.
func (r *round) cut() {
	slices.SortFunc(r.best, inOrder)
	if extra := len(r.best) - most; extra > 0 {
		r.beyond += extra
		r.best = slices.Delete(r.best, most, len(r.best))
	}
}

// inOrder brings first what people should see first: what is raised, the most
// people first; then what is nearest; then what fell silent last.
func inOrder(a, b detect.Standing) int {
	return cmp.Or(
		cmp.Compare(rank(&a), rank(&b)),
		cmp.Compare(b.People, a.People)*boolean(a.Raised),
		cmp.Compare(b.Value*a.Threshold, a.Value*b.Threshold)*boolean(a.Near),
		b.UndeterminedAt.Compare(a.UndeterminedAt),
		strings.Compare(a.Scope, b.Scope),
		strings.Compare(a.Reason, b.Reason),
		strings.Compare(a.Subject, b.Subject),
	)
}

func rank(st *detect.Standing) int {
	switch stateOf(st) {
	case raised, flapping:
		return 0
	case near:
		return 1
	}
	return 2
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
