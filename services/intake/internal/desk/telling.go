package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/receive"
)

// A Telling makes events of what happened to one ticket.
type Telling struct {
	account Account
	source  string
	words   Words
	ticket  Ticket
	tenant  string
	mapped  Mapped
	events  []receive.TicketEvent
	told    map[string]bool // the ids of events
	ignored []string
}

// Tell begins to tell of a ticket of the source; the vendor's words mean what w
// says. Nil is a ticket that is left out, for the reason.
func (a Account) Tell(source string, w Words, t Ticket) (*Telling, string) {
	r := &Telling{account: a, source: source, words: w, ticket: a.named(t)}
	if a.Map != nil {
		var err error
		if r.mapped, err = a.Map(t.Native); err != nil {
			return nil, a.missed(fmt.Sprintf("ticket %.80s: %v", t.ID, err))
		}
		if r.mapped.Ignore != "" {
			return nil, fmt.Sprintf("ticket %.80s: %s", t.ID, r.mapped.Ignore)
		}
	}
	if r.tenant = a.tenant(source, r.ticket, r.mapped); r.tenant == "" {
		return nil, a.missed(fmt.Sprintf("ticket %.80s: %s", t.ID, r.ticket.unowned()))
	}
	return r, ""
}

// Events are what was told, and what was left out; one of them is never empty.
func (r *Telling) Events() ([]receive.TicketEvent, []string) {
	if len(r.events)+len(r.ignored) == 0 {
		return nil, []string{fmt.Sprintf("ticket %.80s: a change that bears on no escalation", r.ticket.ID)}
	}
	return r.events, r.ignored
}

// Tenant is whose ticket it is.
func (r *Telling) Tenant() string { return r.tenant }

// Ignore names what is left out.
func (r *Telling) Ignore(format string, args ...any) {
	r.ignored = append(r.ignored, fmt.Sprintf("ticket %.80s: ", r.ticket.ID)+fmt.Sprintf(format, args...))
}

// Unmapped names what is left out until the account says what it means.
func (r *Telling) Unmapped(format string, args ...any) {
	r.Ignore(format, args...)
	r.account.missed(r.ignored[len(r.ignored)-1])
}

// Say adds what happened, by an id that its cause gives; of one cause it is said once.
func (r *Telling) Say(id string, at time.Time, said receive.Said) {
	if r.told[id] {
		return
	}
	if r.told == nil {
		r.told = map[string]bool{}
	}
	r.told[id] = true
	r.events = append(r.events, receive.TicketEvent{
		ID: id, Source: r.source, Tenant: r.tenant, Ticket: r.ticket.ID, OccurredAt: at, Said: said,
	})
}

// Opened states the ticket's beginning as it is told at the time, and the request
// that it began with; where the ticket does not say when, it is at.
func (r *Telling) Opened(at time.Time) {
	r.opened("opened", at)
	if !r.ticket.CreatedAt.IsZero() {
		at = r.ticket.CreatedAt
	}
	r.standingRequest(at)
}

// Known states the beginning of a ticket that is not done and says when it began:
// it is learned later, and what was told at the time outranks it.
func (r *Telling) Known() {
	status := r.Means(r.ticket.Status...)
	if status != receive.Resolved && status != receive.Closed && !r.ticket.CreatedAt.IsZero() {
		r.opened("known", r.ticket.CreatedAt)
	}
}

func (r *Telling) opened(origin string, at time.Time) {
	t := &r.ticket
	if !t.CreatedAt.IsZero() {
		at = t.CreatedAt
	}
	facts, components := r.standing()
	r.Say(origin+"/"+t.ID, at, receive.Opened{
		Subject: t.Subject, Body: t.Description, Requester: t.Requester, CSM: first(r.mapped.CSM, t.CSM),
		Severity: facts.Severity, Environment: facts.Environment, AffectedUsers: facts.AffectedUsers, Components: components,
	})
}

// standing are the facts of the ticket as it is: tags, then fields, then mapping.
func (r *Telling) standing() (receive.Facts, []string) {
	t := &r.ticket
	facts, components := tagged(t.Tags)
	components = append(slices.Clone(t.Components), components...)
	if severity := r.account.severity(r.words, t.Priority); severity != "" {
		facts.Severity = severity
	}
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		of, named := r.account.field(r.words, name, t.Fields[name])
		facts, components = over(facts, of), append(components, named...)
	}
	facts = over(facts, r.mapped.facts())
	if len(r.mapped.Components) > 0 {
		components = r.mapped.Components
	}
	return facts, once(components)
}

// once is each of the names, where it stands first.
func once(names []string) (kept []string) {
	for _, name := range names {
		if !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// over lays what upper says over lower.
func over(lower, upper receive.Facts) receive.Facts {
	if upper.Severity != "" {
		lower.Severity = upper.Severity
	}
	if upper.Environment != "" {
		lower.Environment = upper.Environment
	}
	if upper.AffectedUsers != nil {
		lower.AffectedUsers = upper.AffectedUsers
	}
	return lower
}

func first(of ...string) string {
	for _, s := range of {
		if s != "" {
			return s
		}
	}
	return ""
}

// Note tells of a comment. One that is what the ticket began with is its opening,
// and is left out.
func (r *Telling) Note(c Comment) {
	t := &r.ticket
	if !t.CreatedAt.IsZero() && c.At.Sub(t.CreatedAt).Abs() < time.Minute && c.Text != "" &&
		strings.TrimSpace(c.Text) == strings.TrimSpace(t.Description) {
		r.Ignore("its first comment is its opening")
		return
	}
	r.Say(c.ID, c.At, receive.Note{AuthorKind: r.account.author(c), Author: c.Author, Text: c.Text, Public: c.Public})
}

// Means is the status that the vendor's words stand for, the most particular
// first; empty where none is known.
func (r *Telling) Means(words ...string) receive.Status { return r.account.status(r.words, words...) }

// Status tells of a status by the vendor's words for it, the most particular first.
func (r *Telling) Status(id string, at time.Time, words ...string) {
	status := r.Means(words...)
	if status == "" {
		r.Unmapped("status %.40q is not mapped", words[len(words)-1])
		return
	}
	r.Say(id, at, receive.StatusChanged{Status: status})
}

// Priority tells of a severity by the vendor's word for it.
func (r *Telling) Priority(id string, at time.Time, priority string) {
	r.Facts(id, at, receive.Facts{Severity: r.account.severity(r.words, priority)}, "priority "+priority)
}

// Facts tells of facts that the actor set; said is what the vendor calls them. What
// the house's expressions make of the ticket goes before.
func (r *Telling) Facts(id string, at time.Time, facts receive.Facts, said string) {
	facts = over(facts, r.mapped.facts())
	if facts == (receive.Facts{}) {
		r.Ignore("%.80s sets no fact", said)
		return
	}
	facts.SetBy = r.account.actor(r.ticket)
	r.Say(id, at, facts)
}

// Tags tells of tags that were added: facts under the id, a request under an id of
// its own.
func (r *Telling) Tags(id string, at time.Time, added []string) {
	facts, _ := tagged(added)
	asks := r.account.requests(added)
	if facts != (receive.Facts{}) || !asks {
		r.Facts(id, at, facts, "tags added: "+strings.Join(added, " "))
	}
	if asks {
		r.Asked(id, at, "")
	}
}

// Asked tells that the actor asked for an escalation, for the reason if one is
// given; a CSM's is a flag.
func (r *Telling) Asked(id string, at time.Time, reason string) {
	if slices.Contains(r.account.CSMs, r.ticket.Actor) {
		r.Say(id+"/flagged", at, receive.Flagged{CSM: r.ticket.Actor, Reason: reason})
		return
	}
	r.Say(id+"/requested", at, receive.EscalationRequested{Reason: reason})
}

// Assigned tells who has the ticket from now on; empty is nobody.
func (r *Telling) Assigned(id string, at time.Time, agent string) {
	r.Say(id, at, receive.Assigned{Agent: agent})
}

// Holds tells who has the ticket at an update that may be about anything: only an
// agent's own update is taken for an assignment, for another one would pass for work.
func (r *Telling) Holds(update string, at time.Time, agent string) {
	id := "assigned/" + r.ticket.ID + "/" + agent
	if r.account.actor(r.ticket) == receive.Agent {
		id = "assigned/" + update
	}
	r.Assigned(id, at, agent)
}

// Standing tells how the ticket is at an update of which nobody says what changed
// or who changed it: what it says of severity and people is a claim. Update names
// the update within the ticket.
func (r *Telling) Standing(update string, at time.Time) {
	t := &r.ticket
	status := r.Means(t.Status...)
	if status == receive.InProgress && r.account.actor(*t) != receive.Agent {
		status = receive.Open // said again at a customer's comment it would pass for work
	}
	if status != "" {
		r.Say("status/"+update, at, receive.StatusChanged{Status: status})
	} else {
		r.Unmapped("status %.40q is not mapped", strings.Join(t.Status, "/"))
	}
	if facts, _ := r.standing(); facts != (receive.Facts{}) {
		r.Say("facts/"+update, at, facts)
	}
	r.standingRequest(at)
}

// standingRequest tells of what the ticket as it is asks for: once in its life.
func (r *Telling) standingRequest(at time.Time) {
	t := &r.ticket
	if reason, asks := r.account.escalation(t.Fields); asks || r.account.requests(t.Tags) {
		r.Say("requested/"+t.ID, at, receive.EscalationRequested{Reason: reason})
	}
	if reason, flags := r.account.flag(t.Fields); flags {
		r.Say("flagged/"+t.ID, at, receive.Flagged{CSM: first(r.mapped.CSM, t.CSM), Reason: reason})
	}
}
