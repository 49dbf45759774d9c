package route

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MuteEnded is the kind of the message that says what a mute silenced.
const MuteEnded = "mute_ended"

// LongestMute is how long a mute may hold.
const LongestMute = 30 * 24 * time.Hour

const (
	// farthestMute is how far ahead one may begin.
	farthestMute = 365 * 24 * time.Hour
	// slack is how far the clock of who asks may be behind.
	slack = 5 * time.Minute
	// longestWhy, longestName and mostNames bound what a mute says, in characters and entries.
	longestWhy, longestName, mostNames = 500, 200, 100
)

// A Mute is what somebody does not want told from a time until another.
type Mute struct {
	ID, By, Why string
	From, Until time.Time
	// Destinations are those that are muted; empty is all.
	Destinations []string
	// When names at least one audience, and neither sources, languages nor hours.
	When Match
}

// Silences says whether a destination is not told something because of the mute.
func (m *Mute) Silences(destination string, n News, at time.Time) bool {
	return !at.Before(m.From) && at.Before(m.Until) &&
		(len(m.Destinations) == 0 || slices.Contains(m.Destinations, destination)) &&
		slices.Contains(m.When.Audience, n.Audience) && m.When.unfit(n, at) == "" &&
		(n.Kind != MuteEnded || slices.Contains(m.When.Kinds, MuteEnded))
}

// Muting is the mute because of which a destination is not told something; nil
// where none is.
func (w *World) Muting(destination string, n News, at time.Time) *Mute {
	for i := range w.Mutes {
		if w.Mutes[i].Silences(destination, n, at) {
			return &w.Mutes[i]
		}
	}
	return nil
}

// String says who does not want it told, until when, and why.
func (m *Mute) String() string {
	return fmt.Sprintf("muted by %s until %s: %s", m.By, m.Until.UTC().Format(time.RFC3339), m.Why)
}

// A MuteProblem is what is wrong with one field of a mute.
type MuteProblem struct{ Field, Text string }

// Begin makes a mute that somebody asks for at a time one that may be set: what
// is left out of it is filled in, and what can not be is said.
func (m *Mute) Begin(at time.Time, known Known) []MuteProblem {
	m.By, m.Why = strings.TrimFunc(m.By, unseen), strings.TrimFunc(m.Why, unseen)
	if m.From.IsZero() || m.From.Before(at) && !m.From.Before(at.Add(-slack)) {
		m.From = at
	}
	if len(m.When.Audience) == 0 {
		m.When.Audience = Audiences()[:1]
	}
	var c muteChecker
	c.text("by", m.By, longestName)
	c.text("why", m.Why, longestWhy)
	c.span(m, at)
	members(&c, "destinations", m.Destinations, known.Destinations)
	members(&c, "audiences", m.When.Audience, Audiences())
	members(&c, "reasons", m.When.Reasons, known.Reasons)
	members(&c, "severities", m.When.Severity, priorities())
	members(&c, "kinds", m.When.Kinds, known.Kinds)
	c.few("tenants", len(m.When.Tenants))
	for i, tenant := range m.When.Tenants {
		c.text(fmt.Sprintf("tenants[%d]", i), tenant, longestName)
	}
	return c
}

// A muteChecker gathers what is wrong with a mute.
type muteChecker []MuteProblem

func (c *muteChecker) wrong(field, format string, args ...any) {
	*c = append(*c, MuteProblem{field, fmt.Sprintf(format, args...)})
}

func (c *muteChecker) text(field, text string, longest int) {
	switch {
	case text == "":
		c.wrong(field, "%s is empty; it has to be said", field)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) }):
		c.wrong(field, "%s is one line of text", field)
	case utf8.RuneCountInString(text) > longest:
		c.wrong(field, "%s is longer than %d characters", field, longest)
	}
}

// unseen says that a character shows nothing: a blank, or of no width.
func unseen(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

func (c *muteChecker) span(m *Mute, at time.Time) {
	switch {
	case m.From.Before(at):
		c.wrong("from", "from lies in the past; what was told is told, so leave it out to begin now")
	case m.From.After(at.Add(farthestMute)):
		c.wrong("from", "from lies more than a year ahead")
	case m.Until.IsZero():
		c.wrong("until", "until is not there: a mute ends, within 30 days")
	case !m.Until.After(m.From):
		c.wrong("until", "until has to be later than %s, when the mute begins", m.From.UTC().Format(time.RFC3339))
	case m.Until.After(m.From.Add(LongestMute)):
		c.wrong("until", "a mute lasts 30 days at most, here until %s; set another one then", m.From.Add(LongestMute).UTC().Format(time.RFC3339))
	}
}

func (c *muteChecker) few(field string, n int) {
	if n > mostNames {
		c.wrong(field, "%s has %d entries; at most %d", field, n, mostNames)
	}
}

// members checks the entries of a list.
func members[T ~string](c *muteChecker, field string, is, of []T) {
	c.few(field, len(is))
	for i, one := range is {
		switch {
		case slices.Contains(of, one):
		case len(of) == 0:
			c.wrong(fmt.Sprintf("%s[%d]", field, i), "there is no %.64q, nor any other", string(one))
		default:
			c.wrong(fmt.Sprintf("%s[%d]", field, i), "there is no %.64q: %s", string(one), strings.Join(names(of), ", "))
		}
	}
}
