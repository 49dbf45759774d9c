package intake_test

import (
	"net/http"
	"testing"

	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
)

func TestWhatWasStoredWithoutAnAnswerStandsOnce(t *testing.T) {
	for name, settings := range map[string][]string{"with a spool": nil, "when it is sent again": {"TOCSIN_SPOOL", ""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits for answers that do not come
			s := newSite(t, settings...)
			conn := s.conn()
			line := natstest.NewLine(t, s.addr)
			s.via = line.Addr
			s.begin()
			s.direct()
			ticket, signal := ticketEvent(1, "T-1"), attempt("s1", "acme", "mia")
			for _, tt := range []struct {
				stream     topology.Stream
				path, body string
			}{
				{topology.Tickets, "/v1/tickets", ticket}, {topology.Signals, "/v1/signals", signal},
			} {
				was := line.Lost()
				line.Lose(tt.stream, 1)
				s.until(func() bool { return s.post(tt.path, tt.body).status == http.StatusAccepted }, tt.path)
				if line.Lost() != was+1 {
					t.Fatalf("%s: the acknowledgement was not lost", tt.path)
				}
				s.awaitParts(func(parts map[string]string) bool {
					return parts["bus"] == "ok" && (parts["spool"] == "ok" || settings != nil)
				})
			}
			if n, err := conn.LastSequence(t.Context(), topology.Tickets); n != 1 || err != nil {
				t.Errorf("the ticket's event was stored %d times: %v", n, err)
			}
			if got := signalsOf(t, conn); got["s1"] == nil {
				t.Errorf("signals are %v", got)
			}
		})
	}
}
