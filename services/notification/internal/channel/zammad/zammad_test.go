package zammad

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/helpdesk/helpdesktest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

func open(t testing.TB, address string) channel.Channel {
	t.Helper()
	c, err := Open(map[string]any{"url": address, "token": "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func asked(r *http.Request, method, path string) error {
	if r.Header.Get("Authorization") != "Token token=s3cret" {
		return errors.New("Authentication required")
	}
	if r.Method != method || r.URL.Path != "/hidden-path/api/v1/ticket_articles"+path {
		return errors.New("No route matches")
	}
	return nil
}

// said is an article as Zammad lists it.
type said struct {
	ID          int    `json:"id"`
	Ticket      int    `json:"ticket_id"`
	Body        string `json:"body"`
	ContentType string `json:"content_type"`
	Type        string `json:"type"`
	Internal    bool   `json:"internal"`
}

// vendor is Zammad as docs.zammad.org has it.
func vendor() helpdesktest.Vendor {
	as := func(n helpdesktest.Written) said {
		return said{n.ID, 3, n.Text, "text/html", "note", !n.Public}
	}
	return helpdesktest.Vendor{
		Source: "zammad", Ticket: "3", Open: open, Shown: helpdesktest.HTML,
		Closed: http.StatusUnprocessableEntity, Why: "Cannot follow-up on a closed ticket. Please create a new ticket.",
		Read: func(r *http.Request, body []byte) (helpdesktest.Written, error) {
			var a said
			if err := json.Unmarshal(body, &a); err != nil || a.Ticket != 3 || a.Body == "" || a.ContentType != "text/html" || a.Type != "note" {
				return helpdesktest.Written{}, errors.Join(errors.New("Missing required value"), err)
			}
			return helpdesktest.Written{Ticket: "3", Text: a.Body, Public: !a.Internal}, asked(r, http.MethodPost, "")
		},
		Says: func(w http.ResponseWriter, n helpdesktest.Written) {
			w.WriteHeader(http.StatusCreated)
			_ = json.NewEncoder(w).Encode(as(n))
		},
		List: func(w http.ResponseWriter, r *http.Request, list []helpdesktest.Written) error {
			answer := []said{}
			for _, n := range list {
				answer = append(answer, as(n))
			}
			return errors.Join(asked(r, http.MethodGet, "/by_ticket/3"), json.NewEncoder(w).Encode(answer))
		},
	}
}

func TestZammadIsAChannelToTickets(t *testing.T) { helpdesktest.Run(t, vendor()) }

func TestWhatIsSent(t *testing.T) {
	for name, change := range map[string]func(*notificationv1.Notification){
		"requester": func(*notificationv1.Notification) {},
		"agent":     func(n *notificationv1.Notification) { n.Audience, n.Language = "agent", "en" },
		"mischief":  func(n *notificationv1.Notification) { n.Body = strings.Join(helpdesktest.Mischief, "\n\n") },
	} {
		helpdesktest.Golden(t, vendor(), name, change)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for want, with := range map[string]map[string]any{
		"https://host":     {"token": "s3cret"},
		"token is missing": {"url": "https://support.example.com"},
		"leave it out":     {"url": "https://support.example.com", "user": "bot", "token": "s3cret"},
	} {
		if _, err := Open(with); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open(%v) = %v, want %q in it", with, err, want)
		}
	}
}
