package deliveries_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// records are of few channels and tenants, so that some stand together.
func records(t *rapid.T) []bus.Event {
	events := make([]bus.Event, rapid.IntRange(0, 700).Draw(t, "records"))
	channels, tenants := rapid.IntRange(1, 3).Draw(t, "channels"), rapid.IntRange(1, 3).Draw(t, "tenants")
	for i := range events {
		events[i] = deliveries.Event(&notificationv1.DeliveryRecorded{
			Id: fmt.Sprint("d-", i), Channel: fmt.Sprint("channel-", i%channels), Tenant: fmt.Sprint("tenant-", i%tenants), Attempt: uint32(i),
		})
	}
	return events
}

func TestRecordsThatStandTogetherAreOfOneChannelAndTenantAndAllAreThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := records(t)
		left := map[string]*notificationv1.DeliveryRecorded{}
		for _, e := range events {
			r := e.Payload.(*notificationv1.DeliveryRecorded)
			left[r.GetId()] = proto.CloneOf(r)
		}
		last := map[string]uint32{}
		for _, e := range deliveries.Pack(events) {
			data, err := proto.Marshal(e.Payload)
			if err != nil {
				t.Fatal(err)
			}
			list, err := deliveries.Of(bus.Raw{Data: data})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				r.With = nil
				if r.GetTenant() != list[0].GetTenant() || e.Subject != topology.DeliverySubject(r.GetChannel()) {
					t.Fatalf("on %s with one of %s: %v", e.Subject, list[0].GetTenant(), r)
				}
				if !proto.Equal(r, left[r.GetId()]) {
					t.Fatalf("%v was %v", r, left[r.GetId()])
				}
				if of := r.GetChannel() + r.GetTenant(); r.GetAttempt() < last[of] {
					t.Fatalf("%d comes behind %d", r.GetAttempt(), last[of])
				}
				last[r.GetChannel()+r.GetTenant()] = r.GetAttempt()
				delete(left, r.GetId())
			}
		}
		if len(left) > 0 {
			t.Fatalf("%d are not there, as %v", len(left), left)
		}
	})
}

func TestRecordsInOtherCompanyHaveAnotherId(t *testing.T) {
	of := func(ids ...string) string {
		var events []bus.Event
		for _, id := range ids {
			events = append(events, deliveries.Event(&notificationv1.DeliveryRecorded{Id: id, Channel: "webhook", Tenant: "acme"}))
		}
		return deliveries.Pack(events)[0].ID
	}
	if of("a") != "a" {
		t.Errorf("one by itself has id %s", of("a"))
	}
	seen := map[string]bool{of("a"): true, of("a", "b"): true, of("a", "c"): true, of("a", "b", "c"): true}
	if len(seen) != 4 || of("a", "b") != of("a", "b") {
		t.Errorf("ids %v", seen)
	}
}
