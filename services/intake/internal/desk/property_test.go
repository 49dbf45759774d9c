package desk_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
)

// drawn are an account and a ticket of few words, so that they meet.
func drawn(t *rapid.T) (desk.Account, desk.Ticket) {
	word := rapid.SampledFrom([]string{"", "a", "b", "77", "yes", "no", "12", "beta", "high", "open"})
	kinds := append(desk.Kinds(), "")
	account := desk.Account{
		Tenants: map[string]string{"77": "acme"}, DefaultTenant: "rest",
		Fields:   rapid.MapOf(word, rapid.SampledFrom(kinds)).Draw(t, "fields"),
		OwnUsers: []string{"b"}, CSMs: []string{"a"},
	}
	ticket := desk.Ticket{
		ID: "7", Status: []string{word.Draw(t, "status")}, Priority: word.Draw(t, "priority"), Organization: word.Draw(t, "organization"),
		Actor: word.Draw(t, "actor"), Requester: word.Draw(t, "requester"), CreatedAt: nine,
		Tags:   rapid.SliceOfN(rapid.SampledFrom([]string{"beta", "production", "affected_3", "affected_4", "component_a", "component_b", "escalation_requested"}), 0, 5).Draw(t, "tags"),
		Fields: rapid.MapOf(word, word).Draw(t, "values"),
	}
	return account, ticket
}

func tellAll(r *desk.Telling, fields []string, values map[string]string) {
	for _, name := range fields {
		r.Field("field/"+name, ten, name, values[name])
	}
	r.Standing("u", ten)
	r.Known()
}

func TestTheSameTicketIsToldAlikeInWhateverOrderItsPartsStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account, ticket := drawn(t)
		names := make([]string, 0, len(ticket.Fields))
		for name := range ticket.Fields {
			names = append(names, name)
		}
		slices.Sort(names)
		other := ticket
		other.Tags = rapid.Permutation(ticket.Tags).Draw(t, "other tags")
		a, whyA := account.Tell("vendor", words, ticket)
		b, whyB := account.Tell("vendor", words, other)
		if whyA != whyB || (a == nil) != (b == nil) {
			t.Fatalf("%q, then %q", whyA, whyB)
		}
		tellAll(a, names, ticket.Fields)
		tellAll(b, rapid.Permutation(names).Draw(t, "other fields"), ticket.Fields)
		eventsA, _ := a.Events()
		eventsB, _ := b.Events()
		if !reflect.DeepEqual(byID(eventsA), byID(eventsB)) {
			t.Fatalf("%+v\n%+v", eventsA, eventsB)
		}
	})
}

func TestOurOwnUsersAreMachinesWhateverTheyDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account, ticket := drawn(t)
		ticket.Actor = "b"
		ticket.ActorKind = rapid.SampledFrom([]receive.AuthorKind{"", receive.Agent, receive.Customer}).Draw(t, "kind")
		r, _ := account.Tell("vendor", words, ticket)
		r.Priority("p", ten, "urgent")
		r.Note(desk.Comment{ID: "c", Author: "b", Staff: rapid.Bool().Draw(t, "staff"), Text: "x", At: ten})
		events, _ := r.Events()
		for _, ev := range events {
			switch said := ev.Said.(type) {
			case receive.Facts:
				if said.SetBy != receive.System {
					t.Fatalf("%+v", said)
				}
			case receive.Note:
				if said.AuthorKind != receive.System {
					t.Fatalf("%+v", said)
				}
			}
		}
	})
}

// byID are the events by their ids, of which no two are one; of a set of components
// the order counts for nothing.
func byID(events []receive.TicketEvent) map[string]receive.TicketEvent {
	all := map[string]receive.TicketEvent{}
	for _, ev := range events {
		if said, is := ev.Said.(receive.Opened); is {
			slices.Sort(said.Components)
			ev.Said = said
		}
		all[ev.ID] = ev
	}
	return all
}
