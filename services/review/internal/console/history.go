package console

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// A history is what was told of a case, and its audit.
type history struct {
	Told      []message
	ToldAway  bool // could not be read
	Audit     []entry
	AuditAway bool
}

// A told is one attempt to tell somebody something.
type told struct {
	When                              *moment
	Audience, Recipient, What         string
	Channel, Destination, Fate, Words string
	Outcome                           string
	Attempt                           uint32 // 0: none was made
	Took                              string // empty where none was made
}

// An entry is one transition.
type entry struct {
	Version          uint64
	Person           bool // a person did it
	When             *moment
	Who, What, About string
	From, To         decide.State
	Why, Hash        string
}

func (c *Console) history(ctx context.Context, l lang, of *decide.Case, now time.Time) history {
	var h history
	deliveries, err := c.Cases.Deliveries(ctx, of.ID)
	if h.ToldAway = err != nil; err != nil {
		c.Log.WarnContext(ctx, "the deliveries of a case can not be read", "case", of.ID, "error", err)
	}
	h.Told = messagesOf(l, deliveries, now)
	rows, err := c.Cases.Audit(ctx, of.ID)
	if h.AuditAway = err != nil; err != nil {
		c.Log.WarnContext(ctx, "the audit of a case can not be read", "case", of.ID, "error", err)
	}
	for i := range rows {
		e := c.entryOf(l, &rows[i].Event, now)
		if id := rows[i].Event.Condition; id != "" {
			e.About = joined(e.About, c.conditionOf(l, of, id))
		}
		e.Hash = rows[i].Hash[:min(len(rows[i].Hash), 10)]
		h.Audit = append(h.Audit, e)
	}
	return h
}

func toldOf(l lang, d *ledger.Delivery, now time.Time) told {
	t := told{
		When: l.moment(d.At, now), Audience: l.Word("audience", d.Audience), Recipient: d.Recipient, What: l.Word("event", d.Kind),
		Channel: d.Channel, Destination: d.Destination, Fate: l.Word("outcome", d.Outcome), Outcome: d.Outcome,
		Words: d.Answer, Attempt: d.Attempt,
	}
	if d.Attempt > 0 {
		t.Took = l.say("told.took", l.swift(d.Duration))
	}
	return t
}

// swift writes how long an attempt took, to the millisecond.
func (l lang) swift(d time.Duration) string {
	if d < time.Second {
		return l.Number(d.Milliseconds()) + "\u00a0ms"
	}
	text := strconv.FormatFloat(d.Seconds(), 'f', 1, 64)
	if l == german {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + "\u00a0s"
}

// conditionOf names a condition of the case by what it says, or by its id.
func (c *Console) conditionOf(l lang, of *decide.Case, id string) string {
	for i := range of.Conditions {
		if k := &of.Conditions[i]; k.ID == id {
			return joined(c.Policy.Title(k.Reason, string(l)), k.Subject)
		}
	}
	return id
}

func (c *Console) entryOf(l lang, e *decide.Event, now time.Time) entry {
	out := entry{
		Version: e.Version, Person: e.Person, When: l.moment(e.At, now), What: l.Word("event", string(e.Name)),
		From: e.From, To: e.To, Why: e.Note,
	}
	if out.Who = l.who(e.Actor); !e.Person {
		out.Who = l.Word("actor", e.Actor)
	}
	if e.Ticket != "" {
		out.About = joined(e.Ticket, e.Tenant)
	}
	for _, id := range e.Absorbed {
		out.About = joined(out.About, id)
	}
	// The technician, the other case, the level: ids and numbers, as they are.
	if e.Subject != "" && !slices.Contains(e.Absorbed, e.Subject) {
		out.About = joined(out.About, e.Subject)
	}
	if e.Ground != "" {
		out.Why = joined(c.Policy.GroundTitle(e.Ground, string(l)), e.Note)
	}
	return out
}

// since are the entries after a version.
func (h history) since(version uint64) []entry {
	var out []entry
	for _, e := range h.Audit {
		if e.Version > version {
			out = append(out, e)
		}
	}
	return out
}
