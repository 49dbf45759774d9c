package events

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func TestAPreviewSaysTheWordsThatWouldBeToldAndTellsNobody(t *testing.T) {
	conn := natstest.Connect(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	on := Previewing{telling(conn).Teller}.OnPreview
	answer := bus.Answering(conn, "notification", topology.PreviewSubject(), func() *reviewv1.CaseChanged { return &reviewv1.CaseChanged{} }, on)
	go func() { done <- answer(ctx) }()
	c := changed(3, "approved", "approved", 1)
	var got notificationv1.Previewed
	for { // until it listens
		if err := conn.Ask(ctx, topology.PreviewSubject(), c, &got); err == nil {
			break
		} else if !errors.Is(err, bus.ErrNobody) {
			t.Fatal(err)
		}
	}
	told, err := telling(conn).Teller.Tell(changeOf(c))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.GetNotifications()) != len(told) {
		t.Fatalf("previewed %d notifications, would tell %d", len(got.GetNotifications()), len(told))
	}
	for i, n := range told {
		if p := got.GetNotifications()[i]; p.GetBody() != n.Body || p.GetAudience() != n.Audience || p.GetLanguage() != n.Language {
			t.Errorf("previewed %v, would tell %v", p, n)
		}
	}
	if n := stored(t, conn, topology.Notifications); n != 0 {
		t.Errorf("%d notifications were told", n)
	}
	err = conn.Ask(ctx, topology.PreviewSubject(), &reviewv1.CaseChanged{}, &got)
	if err == nil || !strings.Contains(err.Error(), "lacks") {
		t.Errorf("a question without a case was answered %v", err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	away, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := conn.Ask(away, topology.PreviewSubject(), c, &got); !errors.Is(err, bus.ErrNobody) {
		t.Errorf("with nobody there: %v", err)
	}
}
