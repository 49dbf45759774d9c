package events

import (
	"testing"
	"time"

	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/pulse"
)

func TestASilenceIsStoredOnceHoweverLateItIsToldAgain(t *testing.T) {
	conn := natstest.Connect(t)
	told, at := telling(conn), time.Date(2026, 11, 20, 9, 41, 0, 0, time.UTC)
	okta := pulse.News{Voice: pulse.Voice{Name: "okta", Mark: 7, Silent: true, Limit: time.Minute, Quiet: time.Hour}}
	say := func(n pulse.News, want uint64) {
		t.Helper()
		if err := told.OnSilence(t.Context(), n, at); err != nil {
			t.Fatal(err)
		}
		if got := stored(t, conn, topology.Notifications); got != want {
			t.Errorf("%d notifications are stored, want %d", got, want)
		}
	}
	say(okta, 1)
	forget(t, conn, topology.Notifications, topology.NotificationSubject("agent", "probe", "probe"))
	before := stored(t, conn, topology.Notifications)
	say(okta, before)
	at = at.Add(time.Hour)
	heard := okta
	heard.Silent, heard.Mark = false, 8
	say(heard, before+1)
	again := okta
	again.Mark = 8
	say(again, before+2)
	again.Destination = true // one of the same name
	say(again, before+3)
}
