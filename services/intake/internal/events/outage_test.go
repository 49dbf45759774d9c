package events_test

import (
	"testing"
	"time"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/tenantkey"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// A repeat that was told within the time in which a signal is known, and is stored hours
// later because the bus was away, is a repeat still.
func TestNothingIsForgottenForWhatWaits(t *testing.T) {
	known := time.Now().Add(-5 * time.Hour)
	for name, tt := range map[string]struct {
		waits  time.Time
		stored int
	}{
		"a repeat waits":         {known.Add(time.Hour), 0},
		"nothing waits any more": {time.Time{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, serve(t))
			ring, err := tenantkey.Open(t.Context(), conn.JS())
			if err != nil {
				t.Fatal(err)
			}
			signals := events.NewSignals(conn, ring)
			signals.Remember(attempt("1", "acme", "u"), known)
			signals.Waits = func() time.Time { return tt.waits }
			during(t, signals.Run)
			for _, id := range []string{"2", "1"} {
				if err := signals.Put(t.Context(), []*ingressv1.Signal{attempt(id, "acme", "u")}); err != nil {
					t.Fatal(err)
				}
			}
			got := stands(t, events.Intake{Tickets: events.NewTickets(conn)})
			if got["1"] != tt.stored || got["2"] != 1 {
				t.Errorf("stored are %v, want signal 1 %d times", got, tt.stored)
			}
		})
	}
}
