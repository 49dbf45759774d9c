package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/relay"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// tell publishes notifications number from to below to, for leadership but for
// every third, which is the requester's.
func tell(t testing.TB, conn *bus.Conn, from, to int) {
	t.Helper()
	for begin := from; begin < to; begin += 500 {
		var events []bus.Event
		for i := begin; i < min(begin+500, to); i++ {
			n := &notificationv1.Notification{
				Id: fmt.Sprint("n-", i), Audience: "leadership", Tenant: "acme", Case: fmt.Sprint("c-", i%50), CaseVersion: uint64(i + 1),
				Kind: "approved", Language: "de", Title: "Fall 7 ist genehmigt", Body: "Wir bemühen uns nach Kräften.",
			}
			if i%3 == 2 {
				n.Audience = "requester"
			}
			events = append(events, bus.Event{
				Subject: topology.NotificationSubject(n.Audience, n.Tenant, n.Case), ID: n.Id, Time: time.Unix(int64(i), 0), Payload: n,
			})
		}
		if _, err := conn.PublishBatch(t.Context(), events); err != nil {
			t.Fatal(err)
		}
	}
}

// run starts a relay; stop ends it and waits until it has.
func run(t testing.TB, conn *bus.Conn, audiences ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = (&relay.Relay{Conn: conn, Audiences: audiences, Log: slog.Default()}).Run(ctx)
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

// read is what stands on subjects that match, as protobuf or JSON, once there are so many.
func read(t testing.TB, conn *bus.Conn, filter string, want int) []bus.Raw {
	t.Helper()
	s := topology.Notifications
	if strings.HasPrefix(filter, "notification.v1.json.") {
		s = topology.NotificationsJSON
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var list []bus.Raw
	_ = conn.Follow(ctx, bus.Following{Stream: s, Filters: []string{filter}}, func(_ context.Context, raw bus.Raw) error {
		if list = append(list, raw); len(list) >= want {
			cancel()
		}
		return nil
	})
	if len(list) < want {
		t.Fatalf("%d messages in %s, want %d", len(list), s.Name, want)
	}
	return list
}

// stored is how many messages the JSON stream holds.
func stored(t testing.TB, conn *bus.Conn) int {
	t.Helper()
	s, err := conn.JS().Stream(t.Context(), topology.NotificationsJSON.Name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int(info.State.Msgs) //nolint:gosec // small
}

// same fails the test unless the JSON stream is what one audience was told, in order, once.
func same(t testing.TB, conn *bus.Conn, audience string, want int) {
	t.Helper()
	told := read(t, conn, topology.AudienceFilter(audience), want)
	said := read(t, conn, "notification.v1.json."+audience+".*.*", want)
	for i := range told {
		if said[i].ID != told[i].ID || said[i].Header("ce-sequence") != strconv.FormatUint(told[i].Sequence, 10) {
			t.Fatalf("message %d is %s of %s, want %s of %d", i, said[i].ID, said[i].Header("ce-sequence"), told[i].ID, told[i].Sequence)
		}
	}
}

func TestWhatIsToldStandsThereAsJSON(t *testing.T) {
	conn := natstest.Connect(t)
	tell(t, conn, 0, 1)
	run(t, conn, "leadership")
	got := read(t, conn, "notification.v1.json.leadership.acme.c-0", 1)[0]
	var n map[string]any
	if err := json.Unmarshal(got.Data, &n); err != nil {
		t.Fatal(err)
	}
	if n["title"] != "Fall 7 ist genehmigt" || n["case_version"] != "1" {
		t.Errorf("it says %s", got.Data)
	}
	for name, want := range map[string]string{
		"ce-specversion": "1.0", "ce-id": "n-0", "ce-type": "tocsin.notification.v1.Notification", "ce-source": "/test",
		"ce-time": "1970-01-01T00:00:00Z", "ce-datacontenttype": "application/json", "ce-sequence": "1",
	} {
		if is := got.Header(name); is != want {
			t.Errorf("%s is %q, want %q", name, is, want)
		}
	}
}

func TestEachIsWrittenOnceWhateverEnds(t *testing.T) {
	conn := natstest.Connect(t)
	const all = 3000
	for i := range 30 { // each ends wherever it is
		tell(t, conn, i*all/30, (i+1)*all/30)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(30))*time.Millisecond)
		_ = (&relay.Relay{Conn: conn, Audiences: []string{"leadership"}, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
		cancel()
	}
	run(t, conn, "leadership")
	same(t, conn, "leadership", all*2/3)
	if n := stored(t, conn); n != all*2/3 {
		t.Errorf("%d messages, want %d", n, all*2/3)
	}
}

func TestOneOfTwoWritesAndTheOtherTakesOver(t *testing.T) {
	conn := natstest.Connect(t)
	first := run(t, conn, "leadership", "requester")
	tell(t, conn, 0, 30)
	read(t, conn, "notification.v1.json.>", 30)
	run(t, conn, "leadership", "requester")
	tell(t, conn, 30, 60)
	read(t, conn, "notification.v1.json.>", 60)
	first()
	tell(t, conn, 60, 90)
	read(t, conn, "notification.v1.json.>", 90)
	same(t, conn, "leadership", 60)
	same(t, conn, "requester", 30)
	if n := stored(t, conn); n != 90 {
		t.Errorf("%d messages, want 90", n)
	}
}

func TestAStreamThatWasEmptiedIsWrittenAnew(t *testing.T) {
	conn := natstest.Connect(t)
	tell(t, conn, 0, 30)
	stop := run(t, conn, "leadership")
	same(t, conn, "leadership", 20)
	stop()
	if err := conn.Purge(t.Context(), topology.NotificationsJSON, "notification.v1.json.>"); err != nil {
		t.Fatal(err)
	}
	tell(t, conn, 30, 33)
	run(t, conn, "leadership")
	same(t, conn, "leadership", 22)
}

func TestANewStreamIsReadFromItsBeginning(t *testing.T) {
	conn := natstest.Connect(t)
	tell(t, conn, 0, 30)
	stop := run(t, conn, "leadership")
	same(t, conn, "leadership", 20)
	stop()
	if err := conn.JS().DeleteStream(t.Context(), topology.Notifications.Name); err != nil {
		t.Fatal(err)
	}
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	tell(t, conn, 100, 110)
	run(t, conn, "leadership")
	list := read(t, conn, "notification.v1.json.>", 27)
	if first := list[20].ID; first != "n-100" {
		t.Errorf("the new stream begins with %s", first)
	}
}

func TestASettingNamesAudiences(t *testing.T) {
	for setting, want := range map[string]string{
		"": "[]", "all": "[leadership requester csm agent]", " csm, leadership ,csm": "[csm leadership]", "boss": "refused", "leadership,": "refused",
	} {
		list, err := relay.Audiences(setting)
		got := fmt.Sprint(list)
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", setting, got, want)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	conn := natstest.Connect(b)
	tell(b, conn, 0, b.N)
	b.ResetTimer()
	run(b, conn, "leadership", "requester")
	ctx, cancel := context.WithCancel(b.Context())
	n := 0
	_ = conn.Follow(ctx, bus.Following{Stream: topology.NotificationsJSON, Filters: []string{"notification.v1.json.>"}}, func(context.Context, bus.Raw) error {
		if n++; n == b.N {
			cancel()
		}
		return nil
	})
}
