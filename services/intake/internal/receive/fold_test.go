package receive

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// at is so many minutes after nine.
func at(minutes int) time.Time { return nine.Add(time.Duration(minutes) * time.Minute) }

func event(id string, minutes int, said Said) TicketEvent {
	return TicketEvent{ID: id, Source: "desk", Tenant: "acme", Ticket: "T-1", OccurredAt: at(minutes), Said: said}
}

func fold(t interface{ Fatalf(string, ...any) }, events ...TicketEvent) Ticket {
	var ticket Ticket
	for _, ev := range events {
		if _, err := Fold(&ticket, ev); err != nil {
			t.Fatalf("fold %s: %v", ev.ID, err)
		}
	}
	return ticket
}

func number(n uint32) *uint32 { return &n }

func TestATicketTakesItsFieldsFromItsEvents(t *testing.T) {
	got := fold(t,
		event("1", 0, Opened{Subject: "Reports", Body: "No report came.", Requester: "mia", CSM: "carl", Severity: High, Components: []string{"reports"}}),
		event("2", 1, Assigned{Agent: "ada"}),
		event("3", 2, StatusChanged{Status: InProgress}),
		event("4", 3, Note{AuthorKind: Agent, Author: "ada", Text: "We look.", Public: true}),
		event("5", 4, Flagged{CSM: "cleo", Reason: "board meeting"}),
		event("6", 5, EscalationRequested{Reason: "all fail", Urgency: "at noon", PolicyReason: "reports_failing_24h"}),
	)
	if got.Subject.Value != "Reports" || got.Requester.Value != "mia" || got.CSM.Value != "cleo" || got.Agent.Value != "ada" ||
		got.Status.Value != InProgress || got.Severity.Value != High || got.Source.Value != "desk" || got.Components.Value[0] != "reports" {
		t.Errorf("the head is not what the events said: %+v", got)
	}
	if got.Opening.Text != "No report came." || got.Opening.AuthorKind != Customer || len(got.Notes) != 1 || got.Notes[0].Event != "desk/4" {
		t.Errorf("opening %+v, notes %+v", got.Opening, got.Notes)
	}
	if len(got.Requests) != 2 || got.Requests[0].AuthorKind != CSM || got.Requests[1].PolicyReason != "reports_failing_24h" {
		t.Errorf("requests %+v", got.Requests)
	}
	if !got.OpenedAt.Equal(at(0)) || !got.AgentActedAt.Equal(at(3)) || !got.SupportActedAt.Equal(at(3)) ||
		!got.CustomerActedAt.Equal(at(0)) || !got.LastEventAt.Equal(at(5)) || got.Revision != 6 || got.Truncated {
		t.Errorf("times or revision are off: %+v", got)
	}
}

func TestAnAppliedEventIsDone(t *testing.T) {
	ticket := fold(t, event("1", 0, Note{AuthorKind: Customer, Text: "first"}))
	before := ticket
	changed, err := Fold(&ticket, event("1", 9, Note{AuthorKind: Customer, Text: "other words, same id"}))
	if err != nil || changed || !reflect.DeepEqual(before, ticket) {
		t.Errorf("a repeat changed the ticket: changed %v, err %v", changed, err)
	}
	if !ticket.Holds("desk", "1") || ticket.Holds("desk", "2") {
		t.Error("the ticket does not know what it holds")
	}
}

func TestAnEventContradictsAnotherOfItsIdWhereBothAreKnown(t *testing.T) {
	of := func(id string, tag uint32) TicketEvent {
		ev := event(id, 0, Note{AuthorKind: Customer, Text: "x"})
		ev.Tag = tag
		return ev
	}
	ticket := fold(t, of("1", 7), of("2", 0))
	for name, tt := range map[string]struct {
		ev   TicketEvent
		does bool
	}{
		"the same": {of("1", 7), false}, "another": {of("1", 8), true}, "one that is not known": {of("1", 0), false},
		"of one that was not": {of("2", 8), false}, "a new one": {of("3", 8), false},
	} {
		if got := ticket.Contradicts(tt.ev); got != tt.does {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAnEventOfAnotherTicketIsRefusedAndChangesNothing(t *testing.T) {
	ticket := fold(t, event("1", 0, Assigned{Agent: "ada"}))
	before := ticket
	ev := event("2", 1, Assigned{Agent: "bob"})
	ev.Ticket = "T-2"
	if changed, err := Fold(&ticket, ev); changed || !errors.Is(err, ErrOtherTicket) {
		t.Errorf("changed %v, err %v; want ErrOtherTicket", changed, err)
	}
	for _, ev := range []TicketEvent{{ID: "3", Tenant: "acme", Ticket: "T-1", OccurredAt: nine}, {Tenant: "acme", Ticket: "T-1", Said: Note{}}} {
		if changed, err := Fold(&ticket, ev); changed || err == nil {
			t.Errorf("%+v: changed %v, err %v; want an error", ev, changed, err)
		}
	}
	if !reflect.DeepEqual(before, ticket) {
		t.Error("a refused event changed the ticket")
	}
}

func TestTheLaterEventTimeWinsNotTheLaterArrival(t *testing.T) {
	ticket := fold(t,
		event("b", 10, StatusChanged{Status: Resolved}),
		event("a", 5, StatusChanged{Status: OnHold}),
		event("d", 10, Assigned{Agent: "dora"}),
		event("c", 10, Assigned{Agent: "carl"}),
		event("z", 20, Opened{Subject: "late"}))
	if ticket.Status.Value != Resolved || ticket.Agent.Value != "dora" {
		t.Errorf("status %s, agent %s; want RESOLVED, and dora, whose event id is greater", ticket.Status.Value, ticket.Agent.Value)
	}
}

func TestAnAgentsFactBeatsACustomersHoweverLate(t *testing.T) {
	ticket := fold(t,
		event("1", 0, Facts{AffectedUsers: number(143), SetBy: Agent}),
		event("2", 9, Facts{AffectedUsers: number(500), Severity: High, SetBy: Customer}),
		event("3", 10, Facts{AffectedUsers: number(700), SetBy: CSM}),
		event("4", 11, Facts{AffectedUsers: number(9), SetBy: System}))
	if ticket.AffectedUsers.Value != 143 || ticket.AffectedUsers.Setter.Kind != Agent {
		t.Errorf("affected users %+v; want the agent's 143", ticket.AffectedUsers)
	}
	if ticket.Severity.Value != High || ticket.Severity.Setter.Kind != Customer || ticket.Environment.Setter != (Setter{}) {
		t.Errorf("severity %+v, environment %+v", ticket.Severity, ticket.Environment)
	}
}

func TestTheWaitForTheCustomer(t *testing.T) {
	asked, open := StatusChanged{Status: AwaitingCustomer}, StatusChanged{Status: Open}
	answer := Note{AuthorKind: Customer, Text: "here it is"}
	for _, tt := range []struct {
		name         string
		events       []TicketEvent
		since, ended time.Time
	}{
		{"a question begins it", []TicketEvent{event("1", 1, asked)}, at(1), time.Time{}},
		{"asking twice does not begin it anew", []TicketEvent{event("1", 1, asked), event("2", 2, asked)}, at(1), time.Time{}},
		{"the first answer ends it", []TicketEvent{event("1", 1, asked), event("2", 2, answer), event("3", 3, answer)}, time.Time{}, at(2)},
		{"a change of status ends it", []TicketEvent{event("1", 1, asked), event("2", 5, open)}, time.Time{}, at(5)},
		{"asking again begins the next", []TicketEvent{event("1", 1, asked), event("2", 2, answer), event("3", 3, asked)}, at(3), at(2)},
		{"an answer at the same instant was not to this question", []TicketEvent{event("1", 1, asked), event("2", 1, answer)}, at(1), time.Time{}},
		{"of two statuses of one instant the one that stands decides", []TicketEvent{event("1", 1, open), event("2", 1, asked)}, at(1), time.Time{}},
		{"and so the other way round", []TicketEvent{event("2", 1, open), event("1", 1, asked)}, time.Time{}, at(1)},
		{"an agent's note ends nothing", []TicketEvent{event("1", 1, asked), event("2", 2, Note{AuthorKind: Agent})}, at(1), time.Time{}},
		{"nor does ours", []TicketEvent{event("1", 1, asked), event("2", 2, Note{Text: "How many?", Own: true})}, at(1), time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fold(t, tt.events...)
			if !got.WaitingSince.Equal(tt.since) || !got.WaitingEndedAt.Equal(tt.ended) {
				t.Errorf("since %v ended %v; want %v and %v", got.WaitingSince, got.WaitingEndedAt, tt.since, tt.ended)
			}
		})
	}
}

func TestWhatIsSupportsActivity(t *testing.T) {
	for name, tt := range map[string]struct {
		said    Said
		support bool
		work    bool
	}{
		"an agent's note":          {Note{AuthorKind: Agent, Text: "We look.", Public: true}, true, true},
		"one that is not public":   {Note{AuthorKind: Agent, Text: "Odd."}, true, true},
		"an assignment":            {Assigned{Agent: "ada"}, true, false},
		"a change to IN_PROGRESS":  {StatusChanged{Status: InProgress}, true, true},
		"the end of an assignment": {Assigned{}, false, false},
		"another status":           {StatusChanged{Status: OnHold}, false, false},
		"a question":               {StatusChanged{Status: AwaitingCustomer}, false, false},
		"a customer's note":        {Note{AuthorKind: Customer, Text: "Any news?"}, false, false},
		"a CSM's note":             {Note{AuthorKind: CSM, Text: "Any news?"}, false, false},
		"a machine's note":         {Note{AuthorKind: System, Text: "SLA in 1 h"}, false, false},
		"our own note":             {Note{AuthorKind: Agent, Text: "How many?", Own: true}, false, false},
		"a flag":                   {Flagged{CSM: "cleo", Reason: "board meeting"}, false, false},
		"a request":                {EscalationRequested{Reason: "all fail"}, false, false},
		"an agent's fact":          {Facts{Severity: High, SetBy: Agent}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := fold(t, event("1", 0, Opened{Body: "x"}), event("2", 60, tt.said))
			if support := got.SupportActedAt.Equal(at(60)); support != tt.support {
				t.Errorf("support's activity %v, want %v: %v", support, tt.support, got.SupportActedAt)
			}
			if work := got.AgentActedAt.Equal(at(60)); work != tt.work {
				t.Errorf("an agent at work %v, want %v: %v", work, tt.work, got.AgentActedAt)
			}
		})
	}
}

func TestOurOwnNoteIsAMachinesAndNoActivity(t *testing.T) {
	for _, kind := range []AuthorKind{Agent, Customer, CSM, System, ""} {
		ours := Note{AuthorKind: kind, Author: "integration", Text: "Leadership approved.", Own: true}
		got := fold(t, event("1", 0, Opened{Body: "x"}), event("2", 30, StatusChanged{Status: AwaitingCustomer}), event("3", 60, ours))
		if got.Notes[0].AuthorKind != System || !got.SupportActedAt.IsZero() || !got.CustomerActedAt.Equal(at(0)) || !got.LastEventAt.Equal(at(30)) || !got.WaitingSince.Equal(at(30)) {
			t.Errorf("our note, said to be by %q, counted: %+v, support %v, customer %v, last %v, waiting since %v",
				kind, got.Notes[0], got.SupportActedAt, got.CustomerActedAt, got.LastEventAt, got.WaitingSince)
		}
	}
}

func TestAnyOrderOfTheSameEventsGivesTheSameTicket(t *testing.T) {
	rapid.Check(t, anyOrder)
}

func FuzzAnyOrderOfTheSameEventsGivesTheSameTicket(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(anyOrder))
}

func anyOrder(t *rapid.T) {
	n := rapid.IntRange(1, 40).Draw(t, "events")
	size := rapid.SampledFrom([]int{10, 2000, 70 << 10}).Draw(t, "size")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	events := randomEvents(r, n, size)
	want, got := fold(t, events...), fold(t, disorder(r, events)...)
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("order matters:\n%+v\n%+v", want, got)
	}
}

func TestAnyOrderGivesTheSameTicketEvenWhereItIsFull(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 2))
		events := randomEvents(r, 500+r.IntN(600), 1000+r.IntN(4000))
		want, got := fold(t, events...), fold(t, disorder(r, events)...)
		want.Revision, got.Revision = 0, 0 // the one field that depends on the order past 512 events
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("seed %d: order matters in a full ticket of %d events", seed, len(events))
		}
		if want.Size() > MaxTicket {
			t.Fatalf("seed %d: the ticket has %d bytes", seed, want.Size())
		}
	}
}

// disorder shuffles the events and repeats some.
func disorder(r *rand.Rand, events []TicketEvent) []TicketEvent {
	out := append([]TicketEvent{}, events...)
	for range len(events) / 3 {
		out = append(out, events[r.IntN(len(events))])
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// randomEvents are n events, often of one instant, with texts of up to size bytes.
func randomEvents(r *rand.Rand, n, size int) []TicketEvent {
	text := func() string { return strings.Repeat("x", r.IntN(size)) }
	kinds := []AuthorKind{Customer, CSM, Agent, System, ""}
	statuses := []Status{New, Open, InProgress, AwaitingCustomer, OnHold, Resolved, Closed}
	events := make([]TicketEvent, n)
	for i := range events {
		var said Said
		switch r.IntN(10) {
		case 0:
			said = Opened{Subject: fmt.Sprint(i), Body: text(), Requester: fmt.Sprint(i), Severity: Low, Components: []string{fmt.Sprint(i)}}
		case 1, 2:
			said = StatusChanged{Status: statuses[r.IntN(len(statuses))]}
		case 3:
			said = Assigned{Agent: []string{"", "ada", "bob"}[r.IntN(3)]}
		case 4:
			said = Facts{Severity: High, AffectedUsers: number(uint32(i)), SetBy: kinds[r.IntN(len(kinds))]}
		case 5:
			said = Flagged{CSM: fmt.Sprint(i), Reason: text()}
		case 6:
			said = EscalationRequested{Reason: text(), Urgency: text()}
		default:
			said = Note{AuthorKind: kinds[r.IntN(len(kinds))], Author: fmt.Sprint(i), Text: text()}
		}
		events[i] = event(fmt.Sprint(i), r.IntN(1+n/2), said)
		events[i].Source = []string{"desk", "desk/eu", "form"}[r.IntN(3)]
	}
	return events
}
