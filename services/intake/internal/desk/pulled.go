package desk

import (
	"slices"
	"time"

	"tocsin/services/intake/internal/receive"
)

// A ticket that is asked for, in place of told of, has its past in one piece: several
// people did things, at several times. What follows tells of that.

// As goes on with what another actor did; an empty kind is not known.
func (r *Telling) As(actor string, kind receive.AuthorKind) {
	r.ticket.Actor, r.ticket.ActorKind = actor, kind
}

// Began states the ticket's beginning as it was told, or would have been, at the time.
func (r *Telling) Began() { r.opened("opened", r.ticket.CreatedAt) }

// Held tells who has had the ticket since nobody knows when: since it began, so that
// it does not pass for work of today. Nobody is told of nothing.
func (r *Telling) Held(agent string) {
	if agent != "" {
		r.Say("assigned/"+r.ticket.ID+"/"+agent, r.ticket.CreatedAt, receive.Assigned{Agent: agent})
	}
}

// Stood tells of a status that the ticket has had since the time.
func (r *Telling) Stood(since time.Time, words ...string) {
	r.Status("status/"+r.ticket.ID+"/"+since.Format(time.RFC3339Nano), since, words...)
}

// Reads says whether the account says what a custom field is.
func (r *Telling) Reads(field string) bool { return r.account.Fields[field] != "" }

// Set is Field for a field of the past: one that asks, asks once in the ticket's life.
func (r *Telling) Set(id string, at time.Time, name, value string) {
	switch kind := r.account.Fields[name]; {
	case kind == "" || kind == Organization || kind == CSM:
	case (kind == Escalation || kind == CSMFlag) && set(value):
		r.asked(at, why(value), kind == CSMFlag)
	case kind == Escalation || kind == CSMFlag:
	default:
		r.Field(id, at, name, value)
	}
}

// Tagged is Tags for tags of the past: one that asks, asks once in the ticket's life.
func (r *Telling) Tagged(id string, at time.Time, added []string) {
	if facts, _ := tagged(added); facts != (receive.Facts{}) {
		r.Facts(id, at, facts, "tags")
	}
	if r.account.requests(added) {
		r.asked(at, "", false)
	}
}

// asked tells that the actor asked, under the id by which all that is told of how the
// ticket stands asks.
func (r *Telling) asked(at time.Time, reason string, flag bool) {
	isCSM := slices.Contains(r.account.CSMs, r.ticket.Actor)
	switch {
	case isCSM:
		r.Say("flagged/"+r.ticket.ID, at, receive.Flagged{CSM: r.ticket.Actor, Reason: reason})
	case flag:
		r.Say("flagged/"+r.ticket.ID, at, receive.Flagged{CSM: first(r.mapped.CSM, r.ticket.CSM, r.ticket.Actor), Reason: reason})
	default:
		r.Say("requested/"+r.ticket.ID, at, receive.EscalationRequested{Reason: reason})
	}
}

// Asks tells of the request that the ticket as it is stands for, as it was seen at the
// time, where its past tells of none.
func (r *Telling) Asks(at time.Time) {
	for _, ev := range r.events {
		switch ev.Said.(type) {
		case receive.Flagged, receive.EscalationRequested:
			return
		}
	}
	r.standingRequest(at)
}

// Means says whether one of a vendor's words for a status is known.
func (a Account) Means(w Words, status ...string) bool { return a.status(w, status...) != "" }

// Rates says whether the vendor's word for a severity is known.
func (a Account) Rates(w Words, priority string) bool { return a.severity(w, priority) != "" }

// Done says whether one of a vendor's words means that a ticket is resolved or closed.
func (a Account) Done(w Words, status ...string) bool {
	is := a.status(w, status...)
	return is == receive.Resolved || is == receive.Closed
}
