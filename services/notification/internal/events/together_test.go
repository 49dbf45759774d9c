package events

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// story are the changes of so many cases, version by version.
func story(cases, versions, tickets int) (list []*reviewv1.CaseChanged) {
	for v := range versions {
		for c := range cases {
			one := changed(uint64(v+1), "eta_moved", "in_progress", tickets)
			one.Case.Id = fmt.Sprint("c-", c)
			list = append(list, one)
		}
	}
	return list
}

// read reads what a stream holds, oldest first.
func read[M interface{ GetCase() string }](t *testing.T, conn *bus.Conn, s topology.Stream, of func(bus.Raw) (M, error)) (list []M) {
	t.Helper()
	err := conn.Retained(t.Context(), s, func(raw bus.Raw) error {
		m, err := of(raw)
		list = append(list, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func notifications(t *testing.T, conn *bus.Conn) []*notificationv1.Notification {
	t.Helper()
	return read(t, conn, topology.Notifications, func(raw bus.Raw) (*notificationv1.Notification, error) {
		n := &notificationv1.Notification{}
		return n, bus.Decode(raw, n)
	})
}

// toldInOrder fails unless each addressee was told each version once, in order,
// and each of that is recorded.
func toldInOrder(t *testing.T, conn *bus.Conn, cases, versions, tickets int) {
	t.Helper()
	told, ids := map[string][]uint64{}, map[string]bool{}
	for _, n := range notifications(t, conn) {
		key := n.GetAudience() + n.GetCase() + n.GetTicket()
		told[key] = append(told[key], n.GetCaseVersion())
		ids[n.GetId()] = true
	}
	want := make([]uint64, versions)
	for v := range versions {
		want[v] = uint64(v + 1)
	}
	for key, got := range told {
		if !slices.Equal(got, want) {
			t.Errorf("%s was told versions %d", key, got)
		}
	}
	if len(told) != cases*(tickets+1) {
		t.Errorf("%d were told, want %d", len(told), cases*(tickets+1))
	}
	recorded := map[string]bool{}
	for _, first := range read(t, conn, topology.Deliveries, func(raw bus.Raw) (*notificationv1.DeliveryRecorded, error) {
		r := &notificationv1.DeliveryRecorded{}
		return r, bus.Decode(raw, r)
	}) {
		for _, r := range deliveries.All(first) {
			recorded[r.GetNotification()] = true
		}
	}
	if len(recorded) != len(ids) {
		t.Errorf("%d of %d notifications are recorded", len(recorded), len(ids))
	}
}

func TestChangesThatComeTogetherAreToldOnceAndInOrder(t *testing.T) {
	for _, cases := range []int{1, 30} {
		conn := natstest.Connect(t)
		told, list := telling(conn), story(cases, 4, 1)
		for range 2 {
			if err := on(t, told, list...); err != nil {
				t.Fatal(err)
			}
		}
		toldInOrder(t, conn, cases, 4, 1)
	}
}

func TestACrashAmidChangesThatCameTogetherIsTakenUpWhereItEnded(t *testing.T) {
	for _, upTo := range []int{1, 7, 40, 119} {
		conn := natstest.Connect(t)
		told, list := telling(conn), story(30, 2, 1)
		var all []*notificationv1.Notification
		for _, c := range list {
			some, err := told.tell(c)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, some...)
		}
		if err := told.publish(t.Context(), all[:upTo]); err != nil { // and nothing is recorded
			t.Fatal(err)
		}
		forget(t, conn, topology.Notifications, topology.NotificationSubject("agent", "probe", "probe"))
		if err := on(t, told, list...); err != nil {
			t.Fatal(err)
		}
		toldInOrder(t, conn, 30, 2, 1)
	}
}

func TestTwoProcessesTellWhatComesTogetherOnce(t *testing.T) {
	conn := natstest.Connect(t)
	list := story(20, 6, 1)
	var wg sync.WaitGroup
	for i := range 3 { // each takes up the line elsewhere, as after a retry
		told := telling(conn)
		wg.Go(func() {
			for at := 0; at < len(list); at += 30 + i*10 {
				for on(t, told, list[at:min(at+30+i*10, len(list))]...) != nil && t.Context().Err() == nil {
				}
			}
		})
	}
	wg.Wait()
	toldInOrder(t, conn, 20, 6, 1)
}

func TestOneThatCanNotBeStoredHoldsUpNoOther(t *testing.T) {
	conn := natstest.Connect(t)
	told, list := telling(conn), story(12, 1, 1)
	list[3] = &reviewv1.CaseChanged{}
	large := changed(2, "eta_moved", "in_progress", 0)
	large.Case.EtaReason = strings.Repeat("because ", 1<<18)
	got := make([]bus.Got[*reviewv1.CaseChanged], 0, len(list)+1)
	for _, c := range append(list[:6:6], append([]*reviewv1.CaseChanged{large}, list[6:]...)...) {
		got = append(got, bus.Got[*reviewv1.CaseChanged]{Payload: c})
	}
	errs, rest := told.OnCaseChanged(t.Context(), got)
	if err := rest(t.Context()); err != nil {
		t.Error(err)
	}
	for i, err := range errs {
		if bad := i == 3 || i == 6; bad != bus.IsPermanent(err) || !bad && err != nil {
			t.Errorf("%d.: %v", i, err)
		}
	}
	if n := len(notifications(t, conn)); n != 2*11 {
		t.Errorf("%d notifications are stored, want those of 11 changes", n)
	}
}

func TestWhenTheBusIsAwayNoneIsSaidToBeTold(t *testing.T) {
	conn := natstest.Connect(t)
	told, list := telling(conn), story(12, 1, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second/10)
	defer cancel()
	conn.Close()
	got := make([]bus.Got[*reviewv1.CaseChanged], len(list))
	for i, c := range list {
		got[i].Payload = c
	}
	errs, _ := told.OnCaseChanged(ctx, got)
	for i, err := range errs {
		if err == nil || bus.IsPermanent(err) {
			t.Errorf("%d.: %v", i, err)
		}
	}
}
