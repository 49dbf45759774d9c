package events_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/source"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// sources are okta of acme, a tenant's own, and a desk of all tenants.
func sources(t *testing.T) *source.Register {
	t.Helper()
	book, err := source.NewBook([]source.Source{
		{Name: "okta", Tenants: []string{"acme"}, Trust: source.Tenant},
		{Name: "desk", All: true, Trust: source.Platform},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &source.Register{}
	r.Follow(book)
	return r
}

func TestOnNATSASourceSpeaksForItsTenantsOnly(t *testing.T) {
	s := serve(t)
	conn, in := connect(t, s), intake(t, s)
	in.Sources = sources(t)
	during(t, bus.RawConsumer(conn, topology.IntakeOnIngress, in.OnIngress))
	send := func(subject string, m proto.Message) {
		data, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		state(t, conn, subject, "", data)
	}
	send(topology.IngressSignalSubject("okta"), &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{attempt("1", "acme", "u"), attempt("2", "nordwind", "u"), attempt("3", "", "u")}})
	made := note("n1", "T-1", "x")
	made.Source = "made-up"
	send(topology.IngressTicketSubject("made-up"), made)
	send(topology.IngressTicketSubject("desk"), note("n2", "T-2", "x"))
	reasons := parked(t, conn, 1).Reason + "\n" + parked(t, conn, 2).Reason // sources do not wait for each other
	for _, want := range []string{`does not speak for "nordwind"`, `"made-up" is not among the sources`} {
		if !strings.Contains(reasons, want) {
			t.Errorf("the dead letters say %q, want %q", reasons, want)
		}
	}
	next(t, conn, topology.Tickets, topology.TicketSubject("acme", "T-2"), 1)
	if last(t, conn, "T-1") != nil {
		t.Error("a source that is not named has a ticket")
	}
	if got := strings.Join(ids(t, conn), " "); got != "1" {
		t.Errorf("stored are %s, want 1", got)
	}
}

func TestTrustIsSaidByWhoseSourceItIs(t *testing.T) {
	s := serve(t)
	conn, in := connect(t, s), intake(t, s)
	put := func(id, source string) {
		sig := attempt(id, "acme", "u")
		sig.Source = source
		if err := in.Signals.Put(t.Context(), []*ingressv1.Signal{sig}); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "okta")
	in.Signals.Sources = sources(t)
	put("b", "okta")
	put("c", "desk")
	mixed := []*ingressv1.Signal{attempt("d", "acme", "u"), attempt("e", "acme", "u"), attempt("f", "acme", "u")}
	mixed[1].Source = "desk"
	if err := in.Signals.Put(t.Context(), mixed); err != nil {
		t.Fatal(err)
	}
	got := map[string]intakev1.Trust{}
	for _, b := range batches(t, conn) {
		for _, sig := range b.Signals {
			got[sig.GetId()] = b.GetTrust()
		}
	}
	for id, want := range map[string]intakev1.Trust{
		"a": intakev1.Trust_PLATFORM_MONITOR, "b": intakev1.Trust_TENANT, "c": intakev1.Trust_PLATFORM_MONITOR,
		"d": intakev1.Trust_TENANT, "e": intakev1.Trust_PLATFORM_MONITOR, "f": intakev1.Trust_TENANT,
	} {
		if got[id] != want {
			t.Errorf("signal %s is trusted as %v, want %v", id, got[id], want)
		}
	}
}
