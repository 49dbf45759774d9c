package deliver

import (
	"strings"
	"time"
)

// A Turn is a level of a ladder whose turn has come, as it is told at one destination.
type Turn struct {
	// ID is the message's: derived from the case, its round, the ladder, the
	// repetition, the level and the destination.
	ID     string
	Ladder string
	// Level counts from 1 to Levels; 0 is the last word, that nobody acknowledged.
	Level, Levels uint32
	// Repetition counts from 0.
	Repetition uint32
	At         time.Time
	// Schedule and Person are set where a schedule named who is called.
	Schedule, Person string
	// Before are the levels that were called, oldest first.
	Before []Called
	// Until is when the next are called, unless somebody acknowledges; Next names
	// them, and is empty where the last word follows.
	Until time.Time
	Next  []string
}

// A Called is whom a level called.
type Called struct {
	At time.Time
	// Who names the destinations and people; Absent the schedules of which nobody was on call.
	Who, Absent string
}

// called is what the words of a call read.
type called struct {
	view
	Call Turn
	// Waited is how long ago the first level was called; Within how long there is to acknowledge.
	Waited, Within time.Duration
	// Next names who is called next.
	Next string
	// Link says that the message comes with a link to acknowledge by.
	Link bool
}

// Call tells a level of a ladder at one destination that nobody has acknowledged a case.
func (t Teller) Call(c Case, turn Turn) (Notification, error) {
	kind := Call
	if turn.Level == 0 {
		kind = Unacknowledged
	}
	change := Change{Case: c, Transition: Transition{At: turn.At}}
	t.hide(&change)
	l := letter{audience: Leadership, kind: kind, recipient: turn.Person}
	n := t.head(l, change)
	n.ID = turn.ID
	read := called{view: t.view(l, change, n.Language), Call: turn, Within: turn.Until.Sub(turn.At), Next: strings.Join(turn.Next, ", "), Link: t.Console != ""}
	if len(turn.Before) > 0 {
		read.Waited = turn.At.Sub(turn.Before[0].At)
	}
	var err error
	n.Title, n.Body, err = t.words().render(place{language: n.Language, audience: Leadership}, string(kind), read)
	return n, err
}

// Calls tell of a case that is made up, as Samples do of its changes.
func (t Teller) Calls(lang, tenant string) ([]Notification, error) {
	c := outage(lang)
	c.Tenant, c.State = tenant, "pending_review"
	first := Turn{
		ID: "first", Ladder: "critical", Level: 1, Levels: 2, At: sampleAt(), Schedule: "oncall", Person: "lena",
		Until: sampleAt().Add(5 * time.Minute), Next: []string{"chief", "ops"},
	}
	second := Turn{
		ID: "second", Ladder: "critical", Level: 2, Levels: 2, At: first.Until, Until: first.Until.Add(10 * time.Minute),
		Before: []Called{{At: first.At, Who: "lena (oncall)"}}, Next: []string{"lena (oncall)"},
	}
	again := second
	again.ID, again.Repetition, again.At, again.Until, again.Next = "again", 1, second.Until, second.Until.Add(10*time.Minute), nil
	again.Before = append([]Called{}, second.Before[0], Called{At: second.At, Who: "chief, ops"}, Called{At: again.At, Absent: "oncall"})
	last := again
	last.ID, last.Level, last.At, last.Until = "last", 0, again.Until, again.Until
	last.Before = append(again.Before, Called{At: again.At, Who: "chief, ops"})
	var told []Notification
	for _, turn := range []Turn{first, second, again, last} {
		n, err := t.Call(c, turn)
		if err != nil {
			return nil, err
		}
		told = append(told, n)
	}
	return told, nil
}
