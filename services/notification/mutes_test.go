package notification_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// asked is the answer of notification, once it listens.
func asked(t testing.TB, conn *bus.Conn, subject string, q proto.Message) *notificationv1.MuteAnswered {
	t.Helper()
	a := &notificationv1.MuteAnswered{}
	await(t, "an answer", func() bool {
		err := conn.Ask(t.Context(), subject, q, a)
		if err != nil && !errors.Is(err, bus.ErrNobody) {
			t.Fatal(err)
		}
		return err == nil
	})
	return a
}

// muted sets a mute of lena's for an hour.
func muted(t testing.TB, conn *bus.Conn, m *notificationv1.Mute) *notificationv1.Mute {
	t.Helper()
	m.By, m.Why = "lena", "move of the data center"
	a := asked(t, conn, topology.SetMuteSubject(), &notificationv1.MuteAsked{Mute: m, Lasts: durationpb.New(time.Hour)})
	if a.GetRefused() != "" || a.GetMute().GetId() == "" {
		t.Fatalf("not muted: %v", a)
	}
	return a.GetMute()
}

func unmuted(t testing.TB, conn *bus.Conn, id string) {
	t.Helper()
	if a := asked(t, conn, topology.EndMuteSubject(), &notificationv1.MuteEndAsked{Id: id, By: "omar"}); a.GetMute().GetEndedBy() != "omar" {
		t.Fatalf("not ended: %v", a)
	}
}

const toOps = "routes:\n  - {name: all, to: [ops], when: {audience: [leadership]}}\n"

func TestWhatIsMutedIsRecordedAndSummedOnceWhenTheMuteEnds(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t)
	cfg := notification.Config{RoutesFile: routes(t, url, toOps), ConsoleURL: "https://tocsin.example"}
	start(t, conn, cfg)
	start(t, conn, cfg) // whichever of two processes it is that judges, answers and sums
	served(t, conn, "ops")
	m := muted(t, conn, &notificationv1.Mute{Tenants: []string{"acme"}, Destinations: []string{"ops"}})
	for _, id := range []string{"c-1", "c-2", "c-3"} {
		publish(t, conn, id, of(id, "acme", "sso_unavailable"))
	}
	publish(t, conn, "other", of("c-4", "globex", "sso_unavailable"))
	if r := next(t, got); r.data.Case != "c-4" {
		t.Errorf("received %+v", r)
	}
	await(t, "three are silenced", func() bool { return fates(t, conn, "ops")["silenced"] == 3 })
	want := "muted by lena until " + m.GetUntil().AsTime().Format(time.RFC3339) + ": move of the data center"
	for _, r := range records(t, conn, "ops") {
		if r.GetOutcome() == "silenced" && (r.GetAnswer() != want || r.GetMute() != m.GetId()) {
			t.Errorf("recorded %v, want %q", r, want)
		}
	}
	unmuted(t, conn, m.GetId())
	publish(t, conn, "after", of("c-5", "acme", "sso_unavailable"))
	if r := next(t, got); r.data.Case != "c-5" {
		t.Errorf("after its end was received %+v", r)
	}
	sum := next(t, got)
	if sum.data.Kind != "mute_ended" || !strings.Contains(sum.data.Title, "3 messages of acme") {
		t.Errorf("summed %+v", sum)
	}
	await(t, "the sum is kept", func() bool { return stands(t, conn, m.GetId()).GetSilenced() == 3 })
	times := 0
	err := conn.Retained(t.Context(), topology.Notifications, func(raw bus.Raw) error {
		n := &notificationv1.Notification{}
		if err := bus.Decode(raw, n); err != nil {
			return err
		}
		if n.GetKind() == "mute_ended" {
			times++
			for _, part := range []string{"lena muted this", "omar ended it early", "3 messages on 3 cases did not go to ops.", "https://tocsin.example/cases/c-3"} {
				if !strings.Contains(n.GetBody(), part) {
					t.Errorf("it does not say %q:\n%s", part, n.GetBody())
				}
			}
		}
		return nil
	})
	if err != nil || times != 1 {
		t.Errorf("summed %d times, %v", times, err)
	}
}

// stands is a mute as MUTES has it.
func stands(t testing.TB, conn *bus.Conn, id string) *notificationv1.Mute {
	t.Helper()
	raw, err := conn.Last(t.Context(), topology.Mutes, topology.MuteSubject(id))
	if err != nil {
		t.Fatal(err)
	}
	c := &notificationv1.MuteChanged{}
	if err := bus.Decode(raw, c); err != nil {
		t.Fatal(err)
	}
	return c.GetMute()
}

func TestAMuteHoldsOverARestartAndSilencesWhatWaits(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t)
	path := routes(t, url, "routes:\n  - {name: later, to: [ops], when: {audience: [leadership]}, group: {by: [tenant], wait: 3s}}\n")
	_, stop := start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	publish(t, conn, "one", of("c-1", "acme", "sso_unavailable"))
	publish(t, conn, "two", of("c-2", "globex", "sso_unavailable"))
	await(t, "they wait", func() bool { return waits(t, conn) == 2 })
	m := muted(t, conn, &notificationv1.Mute{Tenants: []string{"acme"}})
	stop()
	start(t, conn, notification.Config{RoutesFile: path})
	if r := next(t, got); r.data.Case != "c-2" {
		t.Errorf("received %+v", r)
	}
	await(t, "the other is silenced", func() bool {
		f := fates(t, conn, "ops")
		return f["silenced"] == 1 && f["sent"] == 1
	})
	if stands(t, conn, m.GetId()).GetEndedAt() != nil {
		t.Error("the mute has ended")
	}
}

func TestTheWebhookOfTheSettingsIsMutedByItsName(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t)
	start(t, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
	m := muted(t, conn, &notificationv1.Mute{Destinations: []string{"webhook"}, Kinds: []string{"case_opened"}})
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	publish(t, conn, "two", changed(2, "approved", "approved"))
	if r := next(t, got); r.data.Kind != "approved" {
		t.Errorf("received %+v", r)
	}
	for _, r := range recorded(t, conn, "webhook", 2) {
		if (r.GetOutcome() == "silenced") != (r.GetMute() == m.GetId()) || r.GetKind() == "case_opened" && r.GetOutcome() != "silenced" {
			t.Errorf("recorded %v", r)
		}
	}
}

func TestAMuteIsRefusedWithTheFieldAndAnOrderIsKnownByItsKey(t *testing.T) {
	conn := natstest.Connect(t)
	start(t, conn, notification.Config{})
	order := func() *notificationv1.MuteAsked {
		return &notificationv1.MuteAsked{Key: "k-1", Mute: &notificationv1.Mute{By: "lena", Why: "drill"}, Lasts: durationpb.New(time.Hour)}
	}
	wrong := order()
	wrong.Mute.Why, wrong.Mute.Destinations = "", []string{"ops"}
	a := asked(t, conn, topology.SetMuteSubject(), wrong)
	if p := a.GetProblems(); a.GetRefused() != "bad-request" || len(p) != 2 || p[0].GetField() != "why" || p[1].GetField() != "destinations[0]" || a.GetMute() != nil {
		t.Errorf("answered %v", a)
	}
	first := asked(t, conn, topology.SetMuteSubject(), order()).GetMute()
	if again := asked(t, conn, topology.SetMuteSubject(), order()).GetMute(); !proto.Equal(first, again) || first.GetId() == "" {
		t.Errorf("the same order is %v, then %v", first, again)
	}
	other := order()
	other.Mute.Why = "another"
	if a := asked(t, conn, topology.SetMuteSubject(), other); a.GetRefused() != "key-reused" {
		t.Errorf("another one under its key: %v", a)
	}
	unmuted(t, conn, first.GetId())
	unmuted(t, conn, first.GetId()) // the same deed again
	for id, why := range map[string]string{first.GetId(): "mute-over", "m-none": "no-such-mute"} {
		if a := asked(t, conn, topology.EndMuteSubject(), &notificationv1.MuteEndAsked{Id: id, By: "lena"}); a.GetRefused() != why {
			t.Errorf("ending %s: %v, want %s", id, a, why)
		}
	}
}
