package notification_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification"
)

// room is a chat's server: it asks to wait as often as it is told to, and hands
// over what it takes.
func room(t *testing.T, busy int) (address string, taken <-chan string) {
	messages := make(chan string, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if busy > 0 {
			busy--
			w.Header().Set("Retry-After", "1")
			http.Error(w, "rate_limited", http.StatusTooManyRequests)
			return
		}
		messages <- string(body)
		_, _ = io.WriteString(w, "ok")
	}))
	t.Cleanup(s.Close)
	return s.URL + "/hidden", messages
}

func TestARoomThatAsksToWaitHoldsUpNoOther(t *testing.T) {
	conn := natstest.Connect(t)
	slack, inSlack := room(t, 2)
	teams, inTeams := room(t, 0)
	t.Setenv("SLACK_ADDRESS", slack)
	t.Setenv("TEAMS_ADDRESS", teams)
	path := filepath.Join(t.TempDir(), "routes.yaml")
	err := os.WriteFile(path, []byte(`
destinations:
  ops:   {channel: slack, with: {url: "${SLACK_ADDRESS}"}}
  chief: {channel: teams, with: {url: "${TEAMS_ADDRESS}"}}
routes:
  - {name: all, to: [ops, chief], when: {audience: [leadership]}}
`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	served(t, conn, "chief")
	publish(t, conn, "one", of("c-1", "acme", "sso_unavailable"))
	if m := <-inTeams; !strings.Contains(m, `"AdaptiveCard"`) || !strings.Contains(m, "c-1") {
		t.Errorf("Teams has %s", m)
	}
	if m := <-inSlack; !strings.Contains(m, `"mrkdwn"`) || !strings.Contains(m, "c-1") {
		t.Errorf("Slack has %s", m)
	}
	await(t, "a record of each attempt", func() bool {
		of := fates(t, conn, "ops")
		return of["failed"] == 2 && of["sent"] == 1 && fates(t, conn, "chief")["sent"] == 1
	})
	for name, want := range map[string]bool{"ops": true, "chief": false} {
		if said := answer(t, conn, name); strings.Contains(said, "may stand there twice") != want {
			t.Errorf("the record of %s says %q", name, said)
		}
	}
	if len(inTeams)+len(inSlack) > 0 {
		t.Error("something stands there twice")
	}
}

// answer is what the record says of what a destination was sent.
func answer(t *testing.T, conn *bus.Conn, destination string) (said string) {
	t.Helper()
	err := conn.Retained(t.Context(), topology.Deliveries, func(raw bus.Raw) error {
		records, err := deliveries.Of(raw)
		if err != nil {
			return err
		}
		for _, r := range records {
			if strings.HasPrefix(r.GetDestination(), destination+": ") && r.GetOutcome() == "sent" {
				said = r.GetAnswer()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return said
}
