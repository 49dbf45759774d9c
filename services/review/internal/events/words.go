package events

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/services/review/internal/teach"

	"tocsin/pkg/bus"
	"tocsin/pkg/redact"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Archive reads the words of tickets where intake keeps them.
type Archive struct{ Conn *bus.Conn }

// Words are what the label of the example speaks of, without personal data unless
// whole is asked for. They have no text where the ticket is not there any more.
func (a Archive) Words(ctx context.Context, e teach.Example, whole bool) (teach.Words, error) {
	raw, err := a.Conn.Last(ctx, topology.Tickets, topology.TicketSubject(e.Tenant, e.Ticket))
	if err != nil || raw.Sequence == 0 {
		return teach.Words{}, err
	}
	var ev intakev1.TicketChanged
	if err := bus.Decode(raw, &ev); err != nil {
		return teach.Words{}, fmt.Errorf("read ticket %s of %s: %w", e.Ticket, e.Tenant, err)
	}
	w := e.Words(Notes(ev.GetTicket()))
	if !whole {
		w.Text = redact.Text(hide(w.Text, people(ev.GetTicket()))).Text
	}
	return w, nil
}

// Notes are what was written on a ticket, forms and flags included.
func Notes(t *intakev1.Ticket) []teach.Note {
	var notes []teach.Note
	for _, n := range t.GetNotes() {
		text := n.GetText()
		if subject := t.GetHead().GetSubject(); n.GetOpening() && subject != "" {
			text = subject + "\n\n" + text // as classification reads it
		}
		notes = append(notes, teach.Note{
			ID: n.GetId(), AuthorKind: kind(n.GetAuthorKind()), Text: text, At: bus.Moment(n.GetAt()), Opening: n.GetOpening(),
		})
	}
	for _, r := range t.GetRequests() {
		notes = append(notes, teach.Note{
			ID: r.GetId(), AuthorKind: kind(r.GetAuthorKind()), Text: r.GetReason() + "\n\n" + r.GetUrgency(), At: bus.Moment(r.GetAt()), Form: true,
		})
	}
	return notes
}

// kind is an author's kind as labelled notes write it, empty where it is not known.
func kind(k ingressv1.AuthorKind) string {
	if k == ingressv1.AuthorKind_AUTHOR_KIND_UNSPECIFIED {
		return ""
	}
	return k.String()
}

// people are the names and accounts that the ticket itself gives.
func people(t *intakev1.Ticket) []string {
	h := t.GetHead()
	all := []string{h.GetRequester(), h.GetCsm(), h.GetAgent()}
	for _, n := range t.GetNotes() {
		all = append(all, n.GetAuthor())
	}
	for _, r := range t.GetRequests() {
		all = append(all, r.GetAuthor())
	}
	return all
}

// Hidden stands in a text for somebody whom the ticket names.
const Hidden = "[PERSON]"

// hide takes names and accounts out of a text. A single plain word is left to
// package redact: it may be a word of the language, as "support" is.
func hide(text string, people []string) string {
	slices.Sort(people)
	for _, name := range slices.Compact(people) {
		if strings.ContainsAny(name, " .@_-0123456789") && len(name) > 3 {
			text = without(text, name, "(?i)")
		}
		for _, part := range strings.Fields(name) {
			if first, _ := utf8.DecodeRuneInString(part); part != name && len(part) > 2 && unicode.IsUpper(first) {
				text = without(text, part, "")
			}
		}
	}
	return text
}

// without replaces a name where it stands as a word of its own.
func without(text, name, flags string) string {
	word, err := regexp.Compile(flags + `(^|[^\pL\pN])` + regexp.QuoteMeta(name) + `($|[^\pL\pN])`)
	if err != nil {
		return text // a name that is no text
	}
	for range 2 { // two that share what stands between them are found one after the other
		text = word.ReplaceAllString(text, "${1}"+Hidden+"${2}")
	}
	return text
}
