package ledger

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/seal"
)

// What is personal, and under whose key it stands:
//
//	table           personal text                                        key of
//	cases, outbox   a ticket's subject, requester, CSM, agent, quotes,   the ticket's tenant
//	                what it claims beside what was measured or needed
//	                question, notes of decisions and appeals, why an     the case's tenant
//	                ETA was moved, the last update
//	tickets         the same of a ticket without a case                  its tenant
//	notes           what a person wrote with a transition                the case's tenant at that time
//	label_comments  what a person wrote with a label                     the ticket's tenant
//	deliveries      the recipient's answer                               the notification's tenant
//	disposals       what was wrong with a dead letter, why it was        the notification's tenant,
//	                sent back or dropped                                 else the platform's
//
// All else are ids, numbers, times and words of the program: the audit, labels,
// who decided. They stay, so that the audit holds when a key is destroyed. The
// ids of people by which cases are found (case_terms, requests, deliveries'
// recipient) are no texts, and are deleted by EraseTenant and EraseRows.

// Sealed has personal text sealed; without it the ledger keeps and gives it as it is.
func Sealed(s *seal.Sealer) Option { return func(l *Ledger) { l.seal = s } }

// An Option is what a ledger may be given when it is opened.
type Option func(*Ledger)

// A visit is what is done with one personal text: whose it is, where it stands.
type visit func(tenant, field string, text *string)

// textsOf visits every personal text of a case.
func textsOf(c *decide.Case, do visit) {
	do(c.Tenant, "question", &c.Question)
	do(c.Tenant, "eta_reason", &c.ETAReason)
	if c.Decision != nil {
		do(c.Tenant, "decision", &c.Decision.Note)
	}
	if c.Appealed != nil {
		do(c.Tenant, "appeal", &c.Appealed.Note)
	}
	for i := range c.Past {
		do(c.Tenant, "past/"+strconv.Itoa(i), &c.Past[i].Note)
	}
	if c.LastUpdate != nil {
		do(c.Tenant, "update", &c.LastUpdate.Note)
	}
	for i := range c.Promises {
		do(c.Tenant, "promise/"+strconv.Itoa(i), &c.Promises[i].Reason)
	}
	for i := range c.Tickets {
		textsOfTicket(&c.Tickets[i], do)
	}
}

// people are the fields that name somebody. Nobody is called by a name that cannot be read.
var people = []string{"requester", "csm", "agent"}

// textsOfTicket visits every personal text of a ticket.
func textsOfTicket(t *decide.Ticket, do visit) {
	at := "ticket/" + t.Tenant + "/" + t.ID + "/"
	do(t.Tenant, at+"subject", &t.Subject)
	for i, name := range []*string{&t.Requester, &t.CSM, &t.Agent} {
		do(t.Tenant, at+people[i], name)
	}
	for i := range t.Quotes {
		do(t.Tenant, at+"quote/"+strconv.Itoa(i), &t.Quotes[i].Text)
	}
	for i := range t.Contradictions {
		do(t.Tenant, at+"claimed/"+strconv.Itoa(i), &t.Contradictions[i].Claimed)
		do(t.Tenant, at+"measured/"+strconv.Itoa(i), &t.Contradictions[i].Measured)
	}
	for i := range t.Confirmations {
		do(t.Tenant, at+"confirmed/"+strconv.Itoa(i), &t.Confirmations[i].Claimed)
		do(t.Tenant, at+"by/"+strconv.Itoa(i), &t.Confirmations[i].Measured)
	}
	for i := range t.NearMisses {
		do(t.Tenant, at+"stated/"+strconv.Itoa(i), &t.NearMisses[i].Stated)
	}
}

// copyOf is a case whose personal texts can be replaced without touching c's.
func copyOf(c *decide.Case) *decide.Case {
	d := *c
	if c.Decision != nil {
		d.Decision = new(*c.Decision)
	}
	if c.Appealed != nil {
		d.Appealed = new(*c.Appealed)
	}
	if c.LastUpdate != nil {
		d.LastUpdate = new(*c.LastUpdate)
	}
	d.Past, d.Promises, d.Tickets = slices.Clone(c.Past), slices.Clone(c.Promises), slices.Clone(c.Tickets)
	for i := range d.Tickets {
		d.Tickets[i] = copyOfTicket(&d.Tickets[i])
	}
	return &d
}

func copyOfTicket(t *decide.Ticket) decide.Ticket {
	d := *t
	d.Quotes, d.NearMisses = slices.Clone(t.Quotes), slices.Clone(t.NearMisses)
	d.Contradictions, d.Confirmations = slices.Clone(t.Contradictions), slices.Clone(t.Confirmations)
	return d
}

// boxes are those of the tenants that one thing concerns.
type boxes struct {
	of   func(tenant string) (seal.Box, error)
	have map[string]seal.Box
	err  error
}

func (b *boxes) box(tenant string) (seal.Box, bool) {
	box, ok := b.have[tenant]
	if !ok && b.err == nil {
		if box, b.err = b.of(tenant); b.err == nil {
			b.have[tenant] = box
		}
	}
	return box, b.err == nil
}

// sealing seals what it visits in a thing.
func sealing(ctx context.Context, s *seal.Sealer, thing string) (*boxes, visit) {
	b := &boxes{have: map[string]seal.Box{}}
	b.of = func(tenant string) (seal.Box, error) { return s.To(ctx, tenant, thing) }
	return b, func(tenant, field string, text *string) {
		if *text == "" {
			return
		}
		if box, ok := b.box(tenant); ok {
			*text = box.Seal(field, *text)
		}
	}
}

// opening opens what it visits in a thing. Who cannot be named any more is nobody.
func opening(ctx context.Context, s *seal.Sealer, thing string) (*boxes, visit) {
	b := &boxes{have: map[string]seal.Box{}}
	b.of = func(tenant string) (seal.Box, error) { return s.From(ctx, tenant, thing) }
	return b, func(tenant, field string, text *string) {
		if !seal.Sealed(*text) {
			return
		}
		box, ok := b.box(tenant)
		if !ok {
			return
		}
		*text = box.Open(field, *text)
		if lost := *text == seal.Erased || *text == seal.Unreadable; lost && slices.Contains(people, last(field)) {
			*text = ""
		}
	}
}

// last is the last part of a field's path.
func last(field string) string {
	for i := len(field) - 1; i >= 0; i-- {
		if field[i] == '/' {
			return field[i+1:]
		}
	}
	return field
}

// encode is a case as the tables keep it.
func (l *Ledger) encode(ctx context.Context, c *decide.Case) ([]byte, error) {
	if l.seal != nil {
		// The tenant's key is made with its case, while a fact brings it and the bus is
		// there: a decision has a note, and has to be kept without the bus too.
		if !c.State.Final() {
			_, _ = l.seal.To(ctx, c.Tenant, "case/"+c.ID)
		}
		c = copyOf(c)
		b, do := sealing(ctx, l.seal, "case/"+c.ID)
		if textsOf(c, do); b.err != nil {
			return nil, b.err
		}
	}
	return json.Marshal(c)
}

// encodeTicket is a ticket without a case as the tables keep it.
func (l *Ledger) encodeTicket(ctx context.Context, t *decide.Ticket) ([]byte, error) {
	if l.seal != nil {
		t = new(copyOfTicket(t))
		b, do := sealing(ctx, l.seal, "ticket")
		if textsOfTicket(t, do); b.err != nil {
			return nil, b.err
		}
	}
	return json.Marshal(t)
}

// sealOne seals one text of a thing.
func (l *Ledger) sealOne(ctx context.Context, tenant, thing, text string) (string, error) {
	b, do := sealing(ctx, l.seal, thing)
	do(tenant, "text", &text)
	return text, b.err
}

// noteOf, commentOf and answerOf name the things that hold one text.
func noteOf(caseID string, version uint64) string {
	return "note/" + caseID + "/" + strconv.FormatUint(version, 10)
}
func commentOf(label string) string   { return "comment/" + label }
func answerOf(delivery string) string { return "answer/" + delivery }

// reveal opens the personal text of what was read.
func reveal[T any](ctx context.Context, s *seal.Sealer, all []T) error {
	for i := range all {
		var b *boxes
		var do visit
		switch v := any(&all[i]).(type) {
		case *decide.Case:
			b, do = opening(ctx, s, "case/"+v.ID)
			textsOf(v, do)
		case *decide.Ticket:
			b, do = opening(ctx, s, "ticket")
			textsOfTicket(v, do)
		case *looseTicket:
			b, do = opening(ctx, s, "ticket")
			textsOfTicket(&v.Ticket, do)
		case *Outgoing:
			b, do = opening(ctx, s, "case/"+v.Case.ID)
			if textsOf(&v.Case, do); b.err == nil {
				b, do = opening(ctx, s, noteOf(v.Case.ID, v.Event.Version))
				do(v.Case.Tenant, "text", &v.Event.Note)
			}
		case *AuditRow:
			b, do = opening(ctx, s, noteOf(v.Event.Case, v.Event.Version))
			do(v.noteTenant, "text", &v.Event.Note)
		case *numbered:
			b, do = opening(ctx, s, commentOf(v.ID))
			do(v.Tenant, "text", &v.Comment)
		case *Disposal:
			b, do = opening(ctx, s, "disposal/"+v.id())
			v.texts(do)
		case *Delivery:
			b, do = opening(ctx, s, answerOf(v.ID))
			do(v.Tenant, "text", &v.Answer)
		default:
			return nil
		}
		if b.err != nil {
			return b.err
		}
	}
	return nil
}
