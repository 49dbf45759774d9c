package freshdesk

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
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

// asked is what of the ticket the request is about.
func asked(r *http.Request) (string, error) {
	if user, password, _ := r.BasicAuth(); user != "s3cret" || password != "X" {
		return "", errors.New("invalid_credentials")
	}
	what, found := strings.CutPrefix(r.URL.Path, "/hidden-path/api/v2/tickets/20/")
	if !found {
		return "", errors.New("not found")
	}
	return what, nil
}

// said is a conversation as Freshdesk gives it back.
type said struct {
	ID      int    `json:"id"`
	Body    string `json:"body"`
	Private bool   `json:"private"`
}

// vendor is Freshdesk as developers.freshdesk.com has it.
func vendor() helpdesktest.Vendor {
	return helpdesktest.Vendor{
		Source: "freshdesk", Ticket: "20", Open: open, Shown: helpdesktest.HTML,
		Closed: http.StatusBadRequest, Why: "Validation failed",
		Read: func(r *http.Request, body []byte) (helpdesktest.Written, error) {
			what, err := asked(r)
			if err != nil {
				return helpdesktest.Written{}, err
			}
			var sent said
			err = json.Unmarshal(body, &sent)
			private := strings.Contains(string(body), `"private"`)
			if err != nil || r.Method != http.MethodPost || sent.Body == "" || what != "notes" && what != "reply" || what == "reply" && private {
				return helpdesktest.Written{}, errors.Join(errors.New("invalid_field"), err) // a reply knows no private
			}
			return helpdesktest.Written{Ticket: "20", Text: sent.Body, Public: what == "reply" || !sent.Private}, nil
		},
		Says: func(w http.ResponseWriter, n helpdesktest.Written) {
			w.WriteHeader(http.StatusCreated)
			_ = json.NewEncoder(w).Encode(said{n.ID, n.Text, !n.Public})
		},
		List: func(w http.ResponseWriter, r *http.Request, list []helpdesktest.Written) error {
			what, err := asked(r)
			number, page := strconv.Atoi(r.FormValue("page"))
			if err != nil || page != nil || number < 1 || what != "conversations" {
				return errors.Join(errors.New("not found"), err, page)
			}
			some, _ := helpdesktest.Page(list, strconv.Itoa((number-1)*100), r.FormValue("per_page"), 100)
			answer := []said{}
			for _, n := range some {
				answer = append(answer, said{n.ID, "<div>" + n.Text + "</div>", !n.Public})
			}
			return json.NewEncoder(w).Encode(answer)
		},
	}
}

func TestFreshdeskIsAChannelToTickets(t *testing.T) { helpdesktest.Run(t, vendor()) }

func TestWhatIsSent(t *testing.T) {
	for name, change := range map[string]func(*notificationv1.Notification){
		"requester": func(*notificationv1.Notification) {},
		"agent":     func(n *notificationv1.Notification) { n.Audience, n.Language = "agent", "en" },
	} {
		helpdesktest.Golden(t, vendor(), name, change)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for want, with := range map[string]map[string]any{
		"https://host":     {"token": "s3cret"},
		"token is missing": {"url": "https://acme.freshdesk.com"},
		"leave it out":     {"url": "https://acme.freshdesk.com", "user": "bot", "token": "s3cret"},
	} {
		if _, err := Open(with); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open(%v) = %v, want %q in it", with, err, want)
		}
	}
}
