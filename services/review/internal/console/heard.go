package console

import (
	"context"
	"fmt"
	"time"

	"tocsin/services/review/internal/events"
)

// A Pulse tells whom notification hears and reaches; wall.Pulses does.
type Pulse interface {
	// Now is how things were found last; nothing where the reader may not know.
	Now(ctx context.Context) (events.Pulse, error)
}

// unheard is from when on a look is too old to go by: one is made every ten seconds.
const unheard = time.Minute

// A heard is who is heard, for people.
type heard struct {
	L   lang
	At  *moment
	Old bool
	// Wrong are sentences.
	Wrong []string
	Lists []heardList
}

// A heardList is the sources or the destinations.
type heardList struct {
	Name   string // of its text
	Voices []voice
}

type voice struct {
	Name           string
	Silent         bool
	When           *moment
	Every, Waiting string
}

// heardOf is who is heard; nil where nobody knows. The page is whole without it.
func (c *Console) heardOf(ctx context.Context, l lang, now time.Time) *heard {
	if c.Pulse == nil {
		return nil
	}
	p, err := c.Pulse.Now(ctx)
	if err != nil && ctx.Err() == nil {
		c.Log.WarnContext(ctx, "who is heard can not be read", "error", err)
	}
	if err != nil || p.At.IsZero() {
		return nil
	}
	h := &heard{L: l, At: l.moment(p.At, now), Old: now.Sub(p.At) > unheard}
	for _, what := range p.Wrong {
		h.Wrong = append(h.Wrong, l.Word("board.wrong", what))
	}
	h.Lists = []heardList{{"heard.sources", l.voices(p.Sources, now, true)}, {"heard.destinations", l.voices(p.Destinations, now, false)}}
	return h
}

// voices are a list for people; speak says that they have a rhythm of their own.
func (l lang) voices(list []events.Voice, now time.Time, speak bool) []voice {
	out := make([]voice, len(list))
	for i, v := range list {
		out[i] = voice{Name: v.Name, Silent: v.Silent, When: l.moment(v.HeardAt, now)}
		if speak && v.Limit > 0 {
			out[i].Every = l.say("heard.every", l.rhythm(v.Limit))
		}
		if v.Waiting > 0 {
			out[i].Waiting = l.Count("heard.waiting", int(v.Waiting)) //nolint:gosec // a count
		}
	}
	return out
}

// rhythm is a window, or seconds where it is none of whole minutes.
func (l lang) rhythm(d time.Duration) string {
	if d%time.Minute == 0 {
		return l.window(d)
	}
	return fmt.Sprintf("%d %s", d/time.Second, l.say("unit.second"))
}
