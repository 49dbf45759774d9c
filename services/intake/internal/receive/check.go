package receive

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Problem is one thing that is wrong with what came in.
type Problem struct {
	Field  string // as the JSON form names it: "occurred_at", "note.text"
	Reason string // what is wrong, and what would be right
}

const (
	maxID     = 512             // an event's, a ticket's, a thing's own id
	maxSource = 128             // a source, a tenant, a component, a prober
	maxAhead  = 5 * time.Minute // how far ahead of the clock an event may be
	maxList   = 10000           // people named by one audit
)

// earliest is the oldest event time that is believed.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// CheckTicketEvent names all that is wrong with a ticket event at the time now;
// nothing if it may be taken in. No retry mends a problem, but for an event time
// ahead of our clock.
func CheckTicketEvent(ev TicketEvent, now time.Time) []Problem {
	var p problems
	p.identity("id", ev.ID, maxID)
	p.identity("source", ev.Source, maxSource)
	p.tenant(ev.Tenant)
	if ev.Tenant == "" {
		p.add("tenant", "is missing: a ticket belongs to one customer organisation")
	}
	p.identity("ticket", ev.Ticket, maxID)
	p.occurred(ev.OccurredAt, now)
	if ev.Said == nil {
		p.add("event", "is missing: say one of opened, note, status, assigned, facts, flagged, escalation_requested")
		return p
	}
	ev.Said.check(&p)
	return p
}

// CheckSignal names all that is wrong with a signal at the time now; nothing if
// it may be taken in. No retry mends a problem, but for an event time ahead of
// our clock.
func CheckSignal(s Signal, now time.Time) []Problem {
	var p problems
	p.identity("id", s.ID, maxID)
	p.identity("source", s.Source, maxSource)
	p.tenant(s.Tenant)
	p.occurred(s.OccurredAt, now)
	if s.Kind == nil {
		p.add("kind", "is missing: say one of auth_attempt, report_run, file_upload, ftp_session, probe, "+
			"integration_sync, profile_audit, security_finding, launch")
		return p
	}
	s.Kind.checkKind(&p)
	return p
}

// problems collects; it allocates nothing while nothing is wrong.
type problems []Problem

func (p *problems) add(field, reason string) { *p = append(*p, Problem{Field: field, Reason: reason}) }

// identity checks a name by which things are told apart: what cannot be seen would
// make two of one, and what turns the direction of writing would make one look like
// another.
func (p *problems) identity(field, s string, most int) {
	if s != "" && len(s) <= most && visible(s) {
		return
	}
	before := len(*p)
	p.id(field, s, most)
	if i := strings.IndexFunc(s, unseen); i >= 0 && len(*p) == before {
		r, _ := utf8.DecodeRuneInString(s[i:])
		p.add(field, fmt.Sprintf("has a character in it that nobody sees, %U; take it out", r))
	}
}

// visible says that all characters are of ASCII, and all seen: as in most names, of which
// nothing else need be asked then.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// unseen says that a character shows nothing by itself: of no width, a mark of
// direction, a separator of lines.
func unseen(r rune) bool {
	return r > unicode.MaxASCII && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// id checks a required name.
func (p *problems) id(field, s string, most int) {
	if s == "" {
		p.add(field, "is missing")
		return
	}
	p.name(field, s, most)
}

// name checks a name that may be empty.
func (p *problems) name(field, s string, most int) {
	switch {
	case len(s) > most:
		p.add(field, fmt.Sprintf("has %d bytes; at most %d are taken", len(s), most))
	case !utf8.ValidString(s):
		p.add(field, "is not valid UTF-8")
	case strings.TrimSpace(s) != s:
		p.add(field, "has white space around it")
	case strings.ContainsFunc(s, unicode.IsControl):
		p.add(field, "has a control character in it")
	}
}

func (p *problems) tenant(s string) {
	if s == "platform" || s == "_" {
		p.add("tenant", fmt.Sprintf("%q is the scope of all tenants; leave a signal's tenant empty to speak for it", s))
		return
	}
	if s != "" {
		p.identity("tenant", s, maxSource)
	}
}

func (p *problems) occurred(at, now time.Time) {
	switch {
	case at.IsZero():
		p.add("occurred_at", "is missing")
	case at.Before(earliest):
		p.add("occurred_at", "is before 2000: "+at.UTC().Format(time.RFC3339))
	case at.After(now.Add(maxAhead)):
		p.add("occurred_at", fmt.Sprintf("is more than 5 min ahead of the clock: %s, it is %s; send it again when it has come, or set the clock",
			at.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339)))
	}
}

// text checks words, which may be empty.
func (p *problems) text(field, s string, max int) {
	switch {
	case len(s) > max:
		p.add(field, fmt.Sprintf("has %d bytes; at most %d are taken", len(s), max))
	case !utf8.ValidString(s):
		p.add(field, "is not valid UTF-8")
	}
}

// one checks a value that is one of few.
func one[T ~string](p *problems, field string, v T, of ...T) {
	if v == "" {
		p.add(field, "is missing: one of "+listed(of))
		return
	}
	oneOrNone(p, field, v, of...)
}

// oneOrNone checks a value that is one of few, or empty.
func oneOrNone[T ~string](p *problems, field string, v T, of ...T) {
	if v != "" && !slices.Contains(of, v) {
		p.add(field, fmt.Sprintf("%.64q is none of %s", v, listed(of)))
	}
}

func listed[T ~string](of []T) string {
	names := make([]string, len(of))
	for i, o := range of {
		names[i] = string(o)
	}
	return strings.Join(names, ", ")
}
