package zendesk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/helpdesk/helpdesktest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const ticket = "/hidden-path/api/v2/tickets/35436"

func open(t testing.TB, address string) channel.Channel {
	t.Helper()
	c, err := Open(map[string]any{"url": address, "user": "bot@acme.example", "token": "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func authorized(r *http.Request) error {
	if user, password, _ := r.BasicAuth(); user != "bot@acme.example/token" || password != "s3cret" {
		return errors.New("Couldn't authenticate you")
	}
	return nil
}

// vendor is Zendesk as developer.zendesk.com has it.
func vendor() helpdesktest.Vendor {
	return helpdesktest.Vendor{
		Source: "zendesk", Ticket: "35436", Open: open, Shown: helpdesktest.HTML,
		Closed: http.StatusUnprocessableEntity, Why: "Status: closed prevents ticket update",
		Read: func(r *http.Request, body []byte) (helpdesktest.Written, error) {
			if r.Method != http.MethodPut || r.URL.Path != ticket+".json" || r.Header.Get("Content-Type") != "application/json" {
				return helpdesktest.Written{}, errors.New("InvalidEndpoint")
			}
			var sent struct {
				Ticket struct {
					Comment struct {
						HTML   string `json:"html_body"`
						Public *bool  `json:"public"`
					} `json:"comment"`
				} `json:"ticket"`
			}
			if err := json.Unmarshal(body, &sent); err != nil || sent.Ticket.Comment.HTML == "" || sent.Ticket.Comment.Public == nil {
				return helpdesktest.Written{}, errors.Join(errors.New("RecordInvalid"), err)
			}
			return helpdesktest.Written{Ticket: "35436", Text: sent.Ticket.Comment.HTML, Public: *sent.Ticket.Comment.Public}, authorized(r)
		},
		Says: func(w http.ResponseWriter, n helpdesktest.Written) {
			_, _ = fmt.Fprintf(w, `{"ticket":{"id":35436,"subject":"SSO broken","status":"open"},"audit":{"id":99,"ticket_id":35436,
				"events":[{"id":98,"type":"Change","field_name":"status"},{"id":%d,"type":"Comment","public":%v,"html_body":"…"}]}}`, n.ID, n.Public)
		},
		List: func(w http.ResponseWriter, r *http.Request, list []helpdesktest.Written) error {
			if r.URL.Path != ticket+"/comments.json" || r.FormValue("sort_order") != "desc" {
				return errors.New("InvalidEndpoint")
			}
			list = slices.Clone(list)
			slices.Reverse(list)
			page, _ := helpdesktest.Page(list, "0", r.FormValue("per_page"), 100)
			type comment struct {
				ID   int    `json:"id"`
				Type string `json:"type"`
				HTML string `json:"html_body"`
			}
			said := struct {
				Comments []comment `json:"comments"`
				Next     *string   `json:"next_page"`
				Count    int       `json:"count"`
			}{Count: len(list)}
			for _, n := range page {
				said.Comments = append(said.Comments, comment{n.ID, "Comment", `<div class="zd-comment" dir="auto">` + n.Text + `</div>`})
			}
			return errors.Join(authorized(r), json.NewEncoder(w).Encode(said))
		},
	}
}

func TestZendeskIsAChannelToTickets(t *testing.T) { helpdesktest.Run(t, vendor()) }

func TestWhatIsSent(t *testing.T) {
	for name, change := range map[string]func(*notificationv1.Notification){
		"requester": func(*notificationv1.Notification) {},
		"agent":     func(n *notificationv1.Notification) { n.Audience, n.Language = "agent", "en" },
	} {
		helpdesktest.Golden(t, vendor(), name, change)
	}
}

func TestATokenOfOAuthStandsAlone(t *testing.T) {
	s := vendor().Serve(t)
	var as string
	s.Answer(func(_ http.ResponseWriter, r *http.Request) bool { as = r.Header.Get("Authorization"); return true })
	c, err := Open(map[string]any{"url": s.Address, "token": "s3cret", "source": "zendesk-eu"})
	if err != nil {
		t.Fatal(err)
	}
	n := vendor().Note("n-1")
	n.Source = "zendesk-eu"
	if _, err := c.Deliver(t.Context(), n); err != nil || as != "Bearer s3cret" {
		t.Errorf("as %q: %v", as, err)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for want, with := range map[string]map[string]any{
		"https://host":       {"token": "s3cret"},
		"without the API's":  {"url": "https://acme.zendesk.com?x=1", "token": "s3cret"},
		"token is missing":   {"url": "https://acme.zendesk.com"},
		"user: write":        {"url": "https://acme.zendesk.com", "user": "bot@acme.example/token", "token": "s3cret"},
		`setting "password"`: {"url": "https://acme.zendesk.com", "password": "s3cret"},
	} {
		if _, err := Open(with); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open(%v) = %v, want %q in it", with, err, want)
		}
	}
	if c := open(t, "https://acme.zendesk.com"); c.Name() != "zendesk" || c.Destination() != "https://acme.zendesk.com" || c.Once() {
		t.Errorf("%s to %s", c.Name(), c.Destination())
	}
}
