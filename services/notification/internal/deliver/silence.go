package deliver

import (
	"strings"
	"time"
)

// What is told of who is heard: of no case, to leadership alone.
const (
	SourceSilent      Kind = "source_silent"
	SourceHeard       Kind = "source_heard"
	DestinationSilent Kind = "destination_silent"
	DestinationHeard  Kind = "destination_heard"
	// Heartbeat goes to one destination that nothing else was told for long.
	Heartbeat Kind = "heartbeat"
)

// A Silence is a source or destination that fell silent, or is heard again.
type Silence struct {
	Kind Kind
	// Name is the source's or the destination's; Mark tells one silence from the next.
	Name, Mark string
	At         time.Time
	// HeardAt is when it was heard last; zero if never.
	HeardAt time.Time
	// Quiet is for how long it was not heard, and Limit after how long that is told.
	Quiet, Limit time.Duration
	// Waiting is how many messages wait for a destination.
	Waiting uint32
}

// A Heart is what one destination is told for want of anything else.
type Heart struct {
	Destination string
	// Mark tells one heartbeat from the next.
	Mark string
	At   time.Time
	// ToldAt is when anything was told there last; zero if nothing ever was.
	ToldAt time.Time
	// Sources is how many are heard; Silent are those that are not, and destinations.
	Sources uint32
	Silent  []string
	// Well says that the whole way showed that it works.
	Well bool
}

// Silence tells leadership of a silence, or of its end.
func (t Teller) Silence(s Silence) (Notification, error) {
	n := t.aside(s.Kind, s.At)
	n.ID = id("silence", string(s.Kind), s.Name, s.Mark)
	if s.Kind == DestinationSilent || s.Kind == DestinationHeard {
		n.Destination = s.Name
	} else {
		n.Source = s.Name
	}
	s.Name = line(s.Name)
	var err error
	n.Title, n.Body, err = t.words().render(place{language: n.Language, audience: "pulse"}, string(s.Kind), s)
	return n, err
}

// Heart tells one destination that all is well, or what is not.
func (t Teller) Heart(h Heart) (Notification, error) {
	n := t.aside(Heartbeat, h.At)
	n.ID = id("heartbeat", h.Destination, h.Mark)
	var err error
	n.Title, n.Body, err = t.words().render(place{language: n.Language, audience: "pulse"}, string(Heartbeat), h)
	return n, err
}

// aside is a notification to leadership that is of no case.
func (t Teller) aside(k Kind, at time.Time) Notification {
	n := Notification{Audience: Leadership, Tenant: Platform, Kind: k, Language: language(t.Language), At: at}
	if t.Console != "" {
		n.Link = strings.TrimRight(t.Console, "/") + "/conditions#heard"
	}
	return n
}

// Silences are what is told of who is heard, one sample of each message.
func Silences() []Silence {
	at := sampleAt()
	return []Silence{
		{Kind: SourceSilent, Name: "okta", Mark: "1", At: at, HeardAt: at.Add(-11 * time.Minute), Quiet: 11 * time.Minute, Limit: 10 * time.Minute},
		{Kind: SourceSilent, Name: "zendesk", Mark: "0", At: at, Quiet: 25 * time.Hour, Limit: 24 * time.Hour},
		{Kind: SourceHeard, Name: "okta", Mark: "2", At: at, HeardAt: at, Limit: 10 * time.Minute},
		{Kind: DestinationSilent, Name: "ops", Mark: "1", At: at, HeardAt: at.Add(-2 * time.Hour), Quiet: 61 * time.Minute, Limit: time.Hour, Waiting: 12},
		{Kind: DestinationHeard, Name: "ops", Mark: "2", At: at, HeardAt: at, Limit: time.Hour, Waiting: 3},
	}
}

// Hearts are samples of heartbeats.
func Hearts() []Heart {
	at := sampleAt()
	return []Heart{
		{Destination: "ops", Mark: "1", At: at, ToldAt: at.Add(-25 * time.Hour), Sources: 3, Well: true},
		{Destination: "ops", Mark: "2", At: at, Sources: 1, Silent: []string{"okta", "chief"}},
	}
}

// Asides are samples of what is told of no case, in the teller's words.
func (t Teller) Asides() ([]Notification, error) {
	var all []Notification
	for _, s := range Silences() {
		n, err := t.Silence(s)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	for _, h := range Hearts() {
		n, err := t.Heart(h)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}
