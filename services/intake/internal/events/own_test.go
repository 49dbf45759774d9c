package events_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/ownmark"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/receive"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// noted is a note as a helpdesk's webhook tells of it.
func noted(kind ingressv1.AuthorKind, text string) *ingressv1.TicketEvent {
	return &ingressv1.TicketEvent{
		Id: "n", Source: "zendesk", Tenant: "acme", Ticket: "T-1", OccurredAt: timestamppb.New(nine),
		Event: &ingressv1.TicketEvent_Note{Note: &ingressv1.Note{AuthorKind: kind, Author: "integration", Text: text, Public: true}},
	}
}

func TestOurOwnNoteIsKnownWhateverAuthorTheHelpdeskNames(t *testing.T) {
	ours := ownmark.Sign("Wir haben Ihre Bitte um Eskalation erhalten: Ticket T-1.\n\n- Seit wann?", "Kennung dieser Nachricht", "n-1")
	quoted := "> " + strings.ReplaceAll(ours, "\n", "\n> ")
	for _, kind := range []ingressv1.AuthorKind{ingressv1.AuthorKind_CUSTOMER, ingressv1.AuthorKind_CSM, ingressv1.AuthorKind_AGENT, ingressv1.AuthorKind_SYSTEM} {
		for text, own := range map[string]bool{
			ours: true, "<div><p>" + strings.ReplaceAll(ours, "\n", "<br>") + "</p></div>": true, quoted: true,
			"Seit gestern.\n\n" + quoted: false, "Am 20.11.2026 um 10:41 schrieb Support:\n" + quoted: false, "Bitte eskalieren.": false,
		} {
			ev := noted(kind, text)
			n := events.TicketEvent(ev).Said.(receive.Note)
			said := events.Changed(receive.Ticket{}, ev).GetChange().GetNote()
			if n.Own != own || (said.GetAuthorKind() == ingressv1.AuthorKind_SYSTEM) != (own || kind == ingressv1.AuthorKind_SYSTEM) {
				t.Errorf("of %s, own is %v, said to be by %s:\n%s", kind, n.Own, said.GetAuthorKind(), text)
			}
		}
	}
}
