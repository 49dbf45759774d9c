package events_test

import (
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// However an accent was typed, it is one tenant and one ticket; capitals tell apart.
func TestATenantIsOneHoweverItsAccentsAreWritten(t *testing.T) {
	const composed, apart = "caf\u00e9", "cafe\u0301"
	in := reading(t)
	conn, subject := in.Tickets.Conn, topology.IngressTicketSubject("desk")
	for n, name := range []string{composed, apart} {
		ev := note([]string{"1", "2"}[n], name, "nobody gets in")
		ev.Tenant = name
		state(t, conn, subject, bus.JSONType, jsonOf(t, ev))
	}
	var got intakev1.TicketChanged
	if err := bus.Decode(next(t, conn, topology.Tickets, topology.TicketSubject(composed, composed), 2), &got); err != nil {
		t.Fatal(err)
	}
	if head := got.Ticket.Head; head.Tenant != composed || head.Ticket != composed || head.Revision != 2 {
		t.Errorf("ticket = %v", head)
	}
	s := attempt("1", apart, "u")
	if err := in.CheckSignal(s); err != nil || s.Tenant != composed {
		t.Errorf("%q: %v", s.Tenant, err)
	}
}
