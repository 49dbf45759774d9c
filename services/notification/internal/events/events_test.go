package events

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"

	classificationv1 "tocsin/proto/gen/classification/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func telling(conn *bus.Conn) *Telling {
	return &Telling{Conn: conn, Teller: deliver.Teller{Policy: policy.Default()}, Records: Recording(conn)}
}

// on hands changes on as one call, and gives what became of the last of them.
func on(t *testing.T, told *Telling, changes ...*reviewv1.CaseChanged) error {
	t.Helper()
	got := make([]bus.Got[*reviewv1.CaseChanged], len(changes))
	for i, c := range changes {
		got[i].Payload = c
	}
	errs, rest := told.OnCaseChanged(t.Context(), got)
	return cmp.Or(errs[len(errs)-1], rest(t.Context()))
}

// changed is a case that so many tickets of acme asked for.
func changed(version uint64, name, state string, tickets int) *reviewv1.CaseChanged {
	c := &reviewv1.Case{Id: "c-1", Tenant: "acme", State: state, Version: version, Recommendation: "eligible", Reasons: []string{"sso_unavailable"}}
	for i := range tickets {
		c.Tickets = append(c.Tickets, &reviewv1.CaseTicket{
			Tenant: "acme", Ticket: fmt.Sprintf("T-%04d", i), Source: "zendesk", Requester: fmt.Sprintf("u%d", i), Status: "OPEN", Asked: true,
			Assessment: &classificationv1.Assessment{Language: "de", Recommendation: "eligible"},
		})
	}
	return &reviewv1.CaseChanged{Case: c, Transition: &reviewv1.Transition{
		Name: name, FromState: "pending_review", ToState: state, Actor: "lena", At: timestamppb.New(time.Date(2026, 11, 20, 9, 41, 7, 0, time.UTC)),
	}}
}

// stored are the messages that a stream holds.
func stored(t *testing.T, conn *bus.Conn, s topology.Stream) uint64 {
	t.Helper()
	stream, err := conn.JS().Stream(t.Context(), s.Name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.State.Msgs
}

// forget makes the server forget the ids of all messages: its window is made
// short, and a probe is repeated until it is no longer known as a repeat.
func forget(t *testing.T, conn *bus.Conn, s topology.Stream, probe string) {
	t.Helper()
	stream, err := conn.JS().Stream(t.Context(), s.Name)
	if err != nil {
		t.Fatal(err)
	}
	cfg := stream.CachedInfo().Config
	cfg.Duplicates = 100 * time.Millisecond
	if _, err := conn.JS().UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	publish := func() bool {
		ack, err := conn.JS().Publish(t.Context(), probe, nil, jetstream.WithMsgID("probe"))
		if err != nil {
			t.Fatal(err)
		}
		return ack.Duplicate
	}
	publish()
	for publish() {
	}
	if err := stream.Purge(t.Context(), jetstream.WithPurgeSubject(probe)); err != nil {
		t.Fatal(err)
	}
}

func TestAChangeThatComesAgainTellsNobodyTwice(t *testing.T) {
	for _, tickets := range []int{0, 3, few} { // one message, a few, a batch
		conn := natstest.Connect(t)
		told := telling(conn)
		c := changed(1, "opened", "pending_review", tickets)
		for range 2 { // as after a crash between publishing and acknowledging
			if err := on(t, told, c); err != nil {
				t.Fatal(err)
			}
		}
		forget(t, conn, topology.Notifications, topology.NotificationSubject("agent", "probe", "probe"))
		if err := on(t, told, c); err != nil {
			t.Fatal(err)
		}
		if n := stored(t, conn, topology.Notifications); n != uint64(tickets)+1 {
			t.Errorf("%d notifications are stored, want %d", n, tickets+1)
		}
	}
}

func TestACrashAmidManyIsTakenUpWhereItEnded(t *testing.T) {
	conn := natstest.Connect(t)
	told := telling(conn)
	c := changed(1, "opened", "pending_review", maxBatch+200)
	var list []*notificationv1.Notification
	all, err := told.Teller.Tell(changeOf(c))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all {
		list = append(list, notificationOf(n))
	}
	if err := told.publish(t.Context(), list[:300]); err != nil {
		t.Fatal(err)
	}
	if err := told.publish(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	total := stored(t, conn, topology.Notifications)
	err = conn.Follow(ctx, bus.Following{Stream: topology.Notifications}, func(_ context.Context, raw bus.Raw) error {
		seen[raw.ID]++
		if raw.Sequence == total {
			cancel()
		}
		return nil
	})
	if err != nil || len(seen) != len(list) || total != uint64(len(list)) {
		t.Errorf("%d notifications, %d different, want %d: %v", total, len(seen), len(list), err)
	}
}

func TestTwoProcessesTellOnce(t *testing.T) {
	for _, tickets := range []int{2, few} { // one by one, a batch
		t.Run(fmt.Sprint(tickets), func(t *testing.T) { manyTell(t, tickets) })
	}
}

func manyTell(t *testing.T, tickets int) {
	conn := natstest.Connect(t)
	var wg sync.WaitGroup
	for range 3 {
		told := telling(conn)
		wg.Go(func() {
			for version := uint64(1); version <= 5; version++ {
				c := changed(version, "eta_moved", "in_progress", tickets)
				for on(t, told, c) != nil && t.Context().Err() == nil {
				}
			}
		})
	}
	wg.Wait()
	if n := stored(t, conn, topology.Notifications); n != uint64(5*(tickets+1)) {
		t.Errorf("%d notifications of 5 changes to %d addressees", n, tickets+1)
	}
}

func TestAProcessThatWakesAfterAnotherHasToldStoresNothing(t *testing.T) {
	for _, tickets := range []int{2, few} { // one by one, a batch
		conn := natstest.Connect(t)
		sleeper, other := telling(conn), telling(conn)
		c := changed(1, "opened", "pending_review", tickets)
		told, err := sleeper.Teller.Tell(changeOf(c))
		if err != nil {
			t.Fatal(err)
		}
		var list []*notificationv1.Notification
		for _, n := range told {
			list = append(list, notificationOf(n))
		}
		events, err := sleeper.newer(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		if err := on(t, other, c); err != nil {
			t.Fatal(err)
		}
		forget(t, conn, topology.Notifications, topology.NotificationSubject("agent", "probe", "probe"))
		if err := sleeper.store(t.Context(), events); !errors.Is(err, bus.ErrConflict) {
			t.Errorf("error = %v, want a conflict", err)
		}
		if n := stored(t, conn, topology.Notifications); n != uint64(len(list)) {
			t.Errorf("%d notifications are stored, want %d", n, len(list))
		}
	}
}

func TestALateChangeIsNotToldAfterANewerOne(t *testing.T) {
	conn := natstest.Connect(t)
	told := telling(conn)
	for _, c := range []*reviewv1.CaseChanged{changed(2, "approved", "approved", 1), changed(1, "opened", "pending_review", 1)} {
		if err := on(t, told, c); err != nil {
			t.Fatal(err)
		}
	}
	if n := stored(t, conn, topology.Notifications); n != 2 {
		t.Errorf("%d notifications are stored, want the two of the newer change", n)
	}
}

func TestEachNotificationIsRecordedAsOnTheStream(t *testing.T) {
	conn := natstest.Connect(t)
	told := telling(conn)
	c := changed(1, "approved", "approved", 2)
	for range 2 { // the second finds all published, and records again under the same ids
		if err := on(t, told, c); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ids, audiences := map[string]bool{}, ""
	total := stored(t, conn, topology.Deliveries)
	err := conn.Follow(ctx, bus.Following{Stream: topology.Deliveries}, func(_ context.Context, raw bus.Raw) error {
		records, err := deliveries.Of(raw)
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.GetChannel() != "stream" || r.GetOutcome() != "sent" || r.GetCase() != "c-1" || r.GetNotification() == "" {
				t.Errorf("record = %v", r)
			}
			if !ids[r.GetId()] {
				audiences += r.GetAudience() + " " + r.GetRecipient() + ";"
			}
			ids[r.GetId()] = true
		}
		if raw.Sequence == total {
			cancel()
		}
		return nil
	})
	if err != nil || audiences != "leadership ;requester u0;requester u1;" {
		t.Errorf("recorded %q: %v", audiences, err)
	}
}

func TestAChangeThatMakesNoSenseIsPermanent(t *testing.T) {
	told := telling(natstest.Connect(t))
	for _, c := range []*reviewv1.CaseChanged{{}, {Case: &reviewv1.Case{Id: "c-1"}}, {Case: &reviewv1.Case{Id: "c-1", Version: 1}}} {
		if err := on(t, told, c); !bus.IsPermanent(err) {
			t.Errorf("%v: error = %v, want a permanent one", c, err)
		}
	}
}

func TestLeadershipReadsTheQuoteThatTheCaseHasFirst(t *testing.T) {
	quotes := func(texts ...string) *reviewv1.CaseTicket {
		a := &classificationv1.Assessment{}
		for i, text := range texts {
			a.Evidence = append(a.Evidence, &classificationv1.Evidence{Quote: text, Weight: float64(i) / 10})
		}
		return &reviewv1.CaseTicket{Assessment: a}
	}
	for want, ticket := range map[string]*reviewv1.CaseTicket{
		"nobody gets in": quotes("nobody gets in", "escalate"), "escalate": quotes("", "escalate"), "": quotes(),
	} {
		if got := ticketOf(ticket).Quote; got != want {
			t.Errorf("it reads %q, want %q", got, want)
		}
	}
}
