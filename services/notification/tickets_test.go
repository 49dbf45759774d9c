package notification_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/ownmark"
	"tocsin/services/notification"
)

// A desk is a Zendesk with one ticket.
type desk struct {
	mu sync.Mutex
	// closed has it refuse comments; lost has it take the next and never answer.
	closed, lost bool
	comments     []comment
	looks        int
}

type comment struct {
	HTML   string `json:"html_body"`
	Public bool   `json:"public"`
	ID     int    `json:"id"`
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Method == http.MethodGet {
		d.looks++
		_ = json.NewEncoder(w).Encode(map[string]any{"comments": d.comments})
		return
	}
	if d.closed {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"error":"RecordInvalid","details":{"status":[{"description":"Status: closed prevents ticket update"}]}}`)
		return
	}
	var sent struct{ Ticket struct{ Comment comment } }
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || r.URL.Path != "/api/v2/tickets/4711.json" {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	c := sent.Ticket.Comment
	c.ID = 100 + len(d.comments)
	d.comments = append(d.comments, c)
	if d.lost {
		d.lost = false
		panic(http.ErrAbortHandler)
	}
	_, _ = fmt.Fprintf(w, `{"ticket":{"id":4711},"audit":{"events":[{"id":%d,"type":"Comment"}]}}`, c.ID)
}

func (d *desk) set(change func()) { d.mu.Lock(); change(); d.mu.Unlock() }

// helpdesk starts the service with a route to a desk, and says what changes on its ticket.
func helpdesk(t *testing.T) (*desk, *bus.Conn, func(version uint64, name, state string)) {
	t.Helper()
	d, conn := &desk{}, natstest.Connect(t)
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	t.Setenv("DESK_TOKEN", "s3cret")
	path := filepath.Join(t.TempDir(), "routes.yaml")
	err := os.WriteFile(path, fmt.Appendf(nil, `
destinations:
  desk: {channel: zendesk, with: {url: %q, user: bot@acme.example, token: "${DESK_TOKEN}"}}
routes:
  - {name: on the ticket, to: [desk], when: {audience: [requester, agent], sources: [zendesk]}}
`, server.URL), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "desk")
	return d, conn, func(version uint64, name, state string) {
		c := changed(version, name, state)
		c.Case.Tickets[0].Ticket, c.Case.Tickets[0].Agent = "4711", "anna"
		publish(t, conn, fmt.Sprint("c", version), c)
	}
}

func TestRequesterAndAgentReadItOnTheTicketOnce(t *testing.T) {
	d, conn, change := helpdesk(t)
	d.set(func() { d.lost = true })
	change(1, "opened", "pending_review")
	await(t, "two notes that are recorded", func() bool { return fates(t, conn, "desk")["sent"] == 2 })
	change(2, "approved", "approved")
	await(t, "four of them", func() bool { return fates(t, conn, "desk")["sent"] == 4 })
	public := 0
	for _, c := range d.comments {
		if c.Public {
			public++
		}
		if !ownmark.Ours(c.HTML) || c.Public == strings.HasPrefix(c.HTML, "<p>acme, Ticket 4711: ") {
			t.Errorf("on the ticket stands %+v", c)
		}
	}
	if len(d.comments) != 4 || public != 2 || d.looks != 1 {
		t.Errorf("%d notes, %d of them public, looked %d times; want 4, 2, and once for the answer that was lost", len(d.comments), public, d.looks)
	}
	for _, r := range records(t, conn, "desk") {
		if r.GetOutcome() == "sent" && !strings.HasPrefix(r.GetVendorId(), "10") || strings.Contains(r.String(), "s3cret") || strings.Contains(r.GetAnswer(), "twice") {
			t.Errorf("recorded %v", r)
		}
	}
}

func TestAClosedTicketIsParkedAndComesBackOnce(t *testing.T) {
	d, conn, change := helpdesk(t)
	d.set(func() { d.closed = true })
	change(1, "opened", "pending_review")
	await(t, "two dead letters", func() bool {
		list, err := conn.DeadLetters(t.Context())
		return err == nil && len(list) == 2 && strings.Contains(list[0].Reason, "closed prevents ticket update")
	})
	d.set(func() { d.closed = false })
	list, err := conn.DeadLetters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, letter := range list {
		if err := conn.Retry(t.Context(), letter.ID); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "both on the ticket", func() bool { return fates(t, conn, "desk")["sent"] == 2 })
	if len(d.comments) != 2 || d.looks != 2 {
		t.Errorf("%d notes, looked %d times; want each looked for and then written", len(d.comments), d.looks)
	}
}
