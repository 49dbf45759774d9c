//go:build unix

package drill

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// A world is all that is sent: each thing of it follows from the seed and its number,
// so that none has to be remembered.
type world struct {
	seed uint64
	// things is how many there are; repeats are no things of their own.
	things int
	began  time.Time
}

// A thing is what somebody sends: a ticket event, a signal or a vendor's delivery.
type thing struct {
	ticket   *ingressv1.TicketEvent
	signal   *ingressv1.Signal
	delivery *delivery
	// flaw is what is wrong with it; empty is nothing.
	flaw string
}

// torn is the flaw of what is no JSON.
const torn = "torn"

func (w world) random(i int, what uint64) *rand.Rand {
	return rand.New(rand.NewPCG(w.seed+what<<32, uint64(i)))
}

// at is when a thing happened: no two at one instant.
func (w world) at(i int) time.Time { return w.began.Add(time.Duration(i) * time.Millisecond) }

// thing is the thing of that number.
func (w world) thing(i int) thing {
	r := w.random(i, 0)
	switch kind := r.IntN(100); {
	case kind < 45:
		return thing{signal: w.signal(i, r)}
	case kind < 80:
		return thing{ticket: w.ticket(i, r)}
	case kind < 94:
		return w.delivery(i, r)
	case kind < 97:
		t := thing{signal: w.signal(i, r)}
		t.flaw = w.spoilSignal(t.signal, r)
		return t
	default:
		t := thing{ticket: w.ticket(i, r)}
		t.flaw = w.spoilTicket(t.ticket, r)
		return t
	}
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// of is the number of the ticket that a thing is about: some have many events, and
// those of one come close to each other.
func of(i int, r *rand.Rand) int {
	const near, tickets = 3000, 60
	if r.IntN(6) == 0 {
		return i / near * tickets
	}
	return i/near*tickets + r.IntN(tickets)
}

func tenant(n int) string { return fmt.Sprint("tenant-", n%40) }

// ticket is an event of a ticket that producers tell of.
func (w world) ticket(i int, r *rand.Rand) *ingressv1.TicketEvent {
	n := of(i, r)
	ev := &ingressv1.TicketEvent{
		Id: fmt.Sprint("e-", i), Source: fmt.Sprint("desk-", n%3), Tenant: tenant(n), Ticket: fmt.Sprint("T/", n),
		OccurredAt: timestamppb.New(w.at(i)),
	}
	people := uint32(r.IntN(500))
	author := pick(r, ingressv1.AuthorKind_CUSTOMER, ingressv1.AuthorKind_CSM, ingressv1.AuthorKind_AGENT)
	severity := pick(r, ingressv1.Severity_SITE_UNUSABLE, ingressv1.Severity_HIGH, ingressv1.Severity_LOW)
	switch r.IntN(9) {
	case 0:
		ev.Event = &ingressv1.TicketEvent_Opened{Opened: &ingressv1.Opened{
			Subject: fmt.Sprint("Niemand kommt hinein ", i), Body: "Seit heute früh.", Requester: "rita", Severity: severity, Components: []string{"sso"},
		}}
	case 1:
		ev.Event = &ingressv1.TicketEvent_Status{Status: &ingressv1.StatusChanged{
			Status: pick(r, ingressv1.Status_OPEN, ingressv1.Status_IN_PROGRESS, ingressv1.Status_AWAITING_CUSTOMER, ingressv1.Status_RESOLVED),
		}}
	case 2:
		ev.Event = &ingressv1.TicketEvent_Assigned{Assigned: &ingressv1.Assigned{Agent: pick(r, "", "anna", "ben")}}
	case 3:
		ev.Event = &ingressv1.TicketEvent_Facts{Facts: &ingressv1.Facts{Severity: severity, AffectedUsers: &people, SetBy: author}}
	case 4:
		ev.Event = &ingressv1.TicketEvent_Flagged{Flagged: &ingressv1.Flagged{Csm: "carla", Reason: fmt.Sprint("Start um zehn, ", i)}}
	case 5:
		ev.Event = &ingressv1.TicketEvent_EscalationRequested{EscalationRequested: &ingressv1.EscalationRequested{Reason: "Bitte eskalieren.", Urgency: "heute"}}
	default:
		ev.Event = &ingressv1.TicketEvent_Note{Note: &ingressv1.Note{
			AuthorKind: author, Author: "rita", Text: fmt.Sprintf("Es geht noch immer nicht, \"%d\" Leute.", i), Public: r.IntN(3) > 0,
		}}
	}
	return ev
}

// spoilTicket makes an event one that is to be refused, and says by what.
func (w world) spoilTicket(ev *ingressv1.TicketEvent, r *rand.Rand) string {
	switch r.IntN(7) {
	case 0:
		ev.Tenant = "platform"
		return "tenant"
	case 1:
		ev.OccurredAt = timestamppb.New(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC))
		return "long ago"
	case 2:
		ev.OccurredAt = timestamppb.New(w.began.AddDate(1, 0, 0))
		return "ahead"
	case 3:
		ev.Event = nil
		return "says nothing"
	case 4:
		ev.Ticket = ""
		return "no ticket"
	case 5:
		ev.Event = &ingressv1.TicketEvent_Status{Status: &ingressv1.StatusChanged{}}
		return "no status"
	default:
		return torn
	}
}

// spoilSignal makes a signal one that is to be refused, and says by what.
func (w world) spoilSignal(s *ingressv1.Signal, r *rand.Rand) string {
	switch r.IntN(7) {
	case 0:
		s.Tenant = "_"
		return "tenant"
	case 1:
		s.OccurredAt = timestamppb.New(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC))
		return "long ago"
	case 2:
		s.OccurredAt = timestamppb.New(w.began.AddDate(1, 0, 0))
		return "ahead"
	case 3:
		s.Kind = nil
		return "says nothing"
	case 4:
		s.Kind = &ingressv1.Signal_Probe{Probe: &ingressv1.Probe{Component: "sso", Prober: "p", Status: ingressv1.Probe_UP, LatencyMs: -1}}
		return "latency"
	case 5:
		s.Kind = &ingressv1.Signal_ProfileAudit{ProfileAudit: &ingressv1.ProfileAudit{Audit: "a", DiscrepantUsers: []string{"u1", ""}}}
		return "nobody"
	default:
		return torn
	}
}

// A sending is a thing on its way: for the first time, or again.
type sending struct {
	i     int
	again bool
	due   float64
}

// sendings are all that is sent, in the order in which it is begun.
func (w world) sendings() []sending {
	r := w.random(0, 9)
	all := make([]sending, 0, w.things*13/10+1)
	for i := range w.things {
		due := float64(i) + r.Float64()*500
		all = append(all, sending{i: i, due: due})
		if r.IntN(10) >= 3 {
			continue
		}
		switch later := r.IntN(10); {
		case later < 4:
			due += r.Float64() * 3
		case later < 8:
			due += r.Float64() * 3000
		default:
			due += r.Float64() * float64(w.things-i)
		}
		all = append(all, sending{i: i, again: true, due: due})
	}
	slices.SortFunc(all, func(a, b sending) int { return cmp.Compare(a.due, b.due) })
	return all
}
