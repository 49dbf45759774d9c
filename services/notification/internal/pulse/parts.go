package pulse

import (
	"fmt"
	"time"
)

const (
	// behind is how long a message may wait for a reader, or for review's relay.
	behind = time.Minute
	// away is for how long nobody may read.
	away = time.Minute
	// blind is how long ago a shard of monitoring may have looked last: it looks
	// once a minute.
	blind = 3 * time.Minute
)

// Parts are what each part of the way shows of itself.
type Parts struct {
	Readers []Reader
	// Looked is how long ago the shard of monitoring that lags most looked; negative
	// where none has.
	Looked time.Duration
	// Review says that review answered and has read its ledger; Unsent is for how
	// long its oldest change waits to be published.
	Review bool
	Unsent time.Duration
}

// A Reader is a durable reader of a stream.
type Reader struct {
	Name string
	// Waiting is how many messages it has not done with; Waits is how old the oldest is.
	Waiting uint64
	Waits   time.Duration
	// Reads says that somebody asks for more; Mark changes when something is done.
	Reads bool
	Mark  uint64
}

// A Trouble is what keeps the way from being well.
type Trouble struct {
	// What is reader_behind, reader_away, monitoring_blind, review_away or review_behind.
	What string
	// Who is the reader's name; empty for the others.
	Who string
	// For is for how long, as far as that is known.
	For time.Duration
}

// String is the three, one space between them; "-" stands for nobody.
func (t Trouble) String() string {
	who := t.Who
	if who == "" {
		who = "-"
	}
	return fmt.Sprintf("%s %s %s", t.What, who, t.For.Round(time.Second))
}

// judge says which parts are not well. Readers that nobody reads for count the
// time, as voices do; those that are well are left out.
func (p Parts) judge(known map[string]Voice, at time.Time, step time.Duration) (readers []Voice, troubles []Trouble) {
	for _, r := range p.Readers {
		v := known[r.Name].next(Heard{Name: r.Name, Mark: r.Mark, At: at}, at, step, true)
		v.Waiting, v.Limit, v.Silent = r.Waiting, away, false
		if r.Reads {
			v.Quiet = 0
		}
		switch {
		case v.Quiet > away:
			v.Silent = true
			troubles = append(troubles, Trouble{"reader_away", r.Name, v.Quiet})
		case r.Waits > behind:
			v.Silent = true
			troubles = append(troubles, Trouble{"reader_behind", r.Name, r.Waits})
		}
		if v.Silent || !r.Reads {
			readers = append(readers, v)
		}
	}
	if p.Looked < 0 || p.Looked > blind {
		troubles = append(troubles, Trouble{"monitoring_blind", "", max(p.Looked, 0)})
	}
	switch {
	case !p.Review:
		troubles = append(troubles, Trouble{What: "review_away"})
	case p.Unsent > behind:
		troubles = append(troubles, Trouble{"review_behind", "", p.Unsent})
	}
	return readers, troubles
}
