package receive

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestALongNoteIsCutBetweenCharacters(t *testing.T) {
	got := fold(t, event("1", 0, Note{AuthorKind: Customer, Text: "x" + strings.Repeat("ä", MaxText)}))
	n := got.Notes[0]
	if len(n.Text) != MaxText-1 || !utf8.ValidString(n.Text) || !n.Truncated || !got.Truncated {
		t.Errorf("the note has %d bytes, valid %v, truncated %v", len(n.Text), utf8.ValidString(n.Text), n.Truncated)
	}
}

func TestOlderTextsBecomeReferencesAndTheNewestStays(t *testing.T) {
	var events []TicketEvent
	for i := range 6 {
		events = append(events, event(fmt.Sprint(i), i, Note{AuthorKind: Customer, Author: "mia", Text: strings.Repeat("x", 40<<10)}))
	}
	got := fold(t, events...)
	for i, n := range got.Notes {
		if kept := i >= 2; (n.Text != "") != kept || n.Truncated == kept || n.Author != "mia" {
			t.Errorf("note %d has %d bytes, truncated %v", i, len(n.Text), n.Truncated)
		}
	}
	if len(got.Notes) != 6 || !got.Truncated {
		t.Errorf("%d notes, truncated %v", len(got.Notes), got.Truncated)
	}
}

func TestTheOpeningKeepsItsTextHoweverManyNotesFollow(t *testing.T) {
	events := []TicketEvent{event("open", 0, Opened{Body: strings.Repeat("o", MaxText)})}
	for i := range 300 {
		events = append(events, event(fmt.Sprint(i), i+1, Note{AuthorKind: Agent, Text: strings.Repeat("x", 5000)}))
	}
	got := fold(t, events...)
	if len(got.Opening.Text) != MaxText || len(got.Notes) != maxNotes || got.Notes[0].Event != "desk/44" {
		t.Errorf("opening has %d bytes, %d notes from %s", len(got.Opening.Text), len(got.Notes), got.Notes[0].Event)
	}
}

func TestATicketStaysWithinItsBoundWhateverComes(t *testing.T) {
	long := strings.Repeat("y", MaxText+1)
	var ticket Ticket
	for i := range maxNotes + 10 {
		for _, said := range []Said{
			Opened{Subject: long, Body: long, Requester: long, CSM: long, Components: strings.Split(strings.Repeat(long[:200]+",", 100), ",")},
			Note{Author: fmt.Sprint(i, long), Text: long},
			Flagged{CSM: fmt.Sprint(i, long), Reason: long},
			EscalationRequested{Reason: long, Urgency: long, PolicyReason: long},
			Assigned{Agent: long},
			StatusChanged{Status: AwaitingCustomer},
		} {
			ev := event(fmt.Sprintf("%d-%T-%s", i, said, long[:80]), i, said)
			ev.Source = long[:30]
			if _, err := Fold(&ticket, ev); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ticket.Size() > MaxTicket || len(ticket.Applied) != maxApplied {
		t.Errorf("the ticket has %d bytes, %d applied; at most %d and 512", ticket.Size(), len(ticket.Applied), MaxTicket)
	}
}

func TestAForgottenEventSaidAgainChangesNothing(t *testing.T) {
	first := []TicketEvent{
		event("old", 0, Note{AuthorKind: Customer, Text: "old"}), event("flag", 0, Flagged{CSM: "carl"}),
		event("ask", 0, StatusChanged{Status: AwaitingCustomer}), event("open", 0, Opened{Subject: "s", Body: "b"}),
	}
	events := slices.Clone(first)
	for i := range maxApplied {
		events = append(events, event(fmt.Sprint("n", i), i+1, Note{AuthorKind: Customer, Text: "x"}),
			event(fmt.Sprint("r", i), i+1, EscalationRequested{Reason: "x"}), event(fmt.Sprint("s", i), i+1, StatusChanged{Status: Open}))
	}
	ticket := fold(t, events...)
	before := ticket
	for _, ev := range first {
		if ticket.Holds(ev.Source, ev.ID) {
			t.Fatalf("%s is not forgotten", ev.ID)
		}
		if changed, err := Fold(&ticket, ev); changed || err != nil {
			t.Errorf("%s changed the ticket again: %v", ev.ID, err)
		}
	}
	if !reflect.DeepEqual(before, ticket) {
		t.Error("a repeat changed the ticket")
	}
}

func TestACopyOfATicketStaysAsItWas(t *testing.T) {
	ticket := fold(t, event("1", 5, Note{Text: "one"}), event("2", 6, StatusChanged{Status: Open}), event("3", 7, Flagged{}))
	copied := ticket
	want := fold(t, event("1", 5, Note{Text: "one"}), event("2", 6, StatusChanged{Status: Open}), event("3", 7, Flagged{}))
	for i, said := range []Said{Note{Text: strings.Repeat("x", MaxText)}, Flagged{}, StatusChanged{Status: AwaitingCustomer}} {
		if _, err := Fold(&ticket, event(fmt.Sprint("late", i), 0, said)); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(copied, want) {
		t.Error("folding changed the copy")
	}
}

func TestReferencesAreUniqueAndShort(t *testing.T) {
	if Ref("okta", "a1") != "okta/a1" || Ref("a/b", "c") == Ref("a", "b/c") || Ref("a%2Fb", "c") == Ref("a/b", "c") {
		t.Errorf("%s, %s, %s", Ref("okta", "a1"), Ref("a/b", "c"), Ref("a%2Fb", "c"))
	}
	long := Ref("desk", strings.Repeat("i", 512))
	if len(long) != 33 || long == Ref("desk", strings.Repeat("i", 511)) {
		t.Errorf("a long id is referred to as %s", long)
	}
}
