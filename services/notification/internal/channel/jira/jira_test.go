package jira

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/helpdesk/helpdesktest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

func open(t testing.TB, address string) channel.Channel {
	t.Helper()
	c, err := Open(map[string]any{"url": address, "user": "bot@acme.example", "token": "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func asked(r *http.Request, method string) error {
	if user, password, _ := r.BasicAuth(); user != "bot@acme.example" || password != "s3cret" {
		return errors.New("Client must be authenticated to access this resource.")
	}
	if r.Method != method || r.URL.Path != "/hidden-path/rest/servicedeskapi/request/ITSD-12/comment" {
		return errors.New("null for uri")
	}
	return nil
}

// said is a comment as Jira gives it back.
type said struct {
	ID     string `json:"id"`
	Body   string `json:"body"`
	Public bool   `json:"public"`
}

// vendor is Jira Service Management as developer.atlassian.com has it.
func vendor() helpdesktest.Vendor {
	return helpdesktest.Vendor{
		Source: "jira", Ticket: "ITSD-12", Open: open, Shown: shown,
		Closed: http.StatusBadRequest, Why: "You do not have the permission to comment on this issue.",
		Read: func(r *http.Request, body []byte) (helpdesktest.Written, error) {
			var sent struct {
				Body   string `json:"body"`
				Public *bool  `json:"public"`
			}
			if err := json.Unmarshal(body, &sent); err != nil || sent.Body == "" || sent.Public == nil {
				return helpdesktest.Written{}, errors.Join(errors.New("Comment body can not be empty!"), err)
			}
			return helpdesktest.Written{Ticket: "ITSD-12", Text: sent.Body, Public: *sent.Public}, asked(r, http.MethodPost)
		},
		Says: func(w http.ResponseWriter, n helpdesktest.Written) {
			w.WriteHeader(http.StatusCreated)
			_ = json.NewEncoder(w).Encode(said{strconv.Itoa(n.ID), n.Text, n.Public})
		},
		List: func(w http.ResponseWriter, r *http.Request, list []helpdesktest.Written) error {
			page, last := helpdesktest.Page(list, r.FormValue("start"), r.FormValue("limit"), 100)
			answer := struct {
				Size   int    `json:"size"`
				Last   bool   `json:"isLastPage"`
				Values []said `json:"values"`
			}{Size: len(page), Last: last, Values: []said{}}
			for _, n := range page {
				answer.Values = append(answer.Values, said{strconv.Itoa(n.ID), n.Text, n.Public})
			}
			return errors.Join(asked(r, http.MethodGet), json.NewEncoder(w).Encode(answer))
		},
	}
}

var (
	// taken is what a backslash takes the meaning of.
	taken = regexp.MustCompile(`\\([-#*_+?^~|%{}\[\]()!@])`)
	link  = regexp.MustCompile(`https?://[^\s"(){}|\\^\[\]]+`)
	// fires is what Jira reads as markup: brackets and bars, a word between marks,
	// a line's first word, smileys, and two backslashes, which end a line.
	fires = regexp.MustCompile(`[{}\[\]|^~*]|!\S|(?m)(^|[^\pL\pN])[_\-+?#]\S|^\s*([#-]|h[1-6]\.|bq\.)|[:;][)(DPp]|\(([ynix/?*+!-]|on|off|flag|flagoff)\)|\\\\`)
)

// shown is what people read of a comment; an error if any of it is markup.
func shown(text string) (string, error) {
	bare := link.ReplaceAllString(taken.ReplaceAllString(text, "\u2060"), "link")
	if at := fires.FindString(bare); at != "" {
		return "", errors.New(strconv.Quote(at) + " is markup")
	}
	return strings.ReplaceAll(taken.ReplaceAllString(text, "$1"), "\u2060", ""), nil
}

func TestJiraIsAChannelToTickets(t *testing.T) { helpdesktest.Run(t, vendor()) }

func TestWhatIsSent(t *testing.T) {
	for name, change := range map[string]func(*notificationv1.Notification){
		"requester": func(*notificationv1.Notification) {},
		"agent":     func(n *notificationv1.Notification) { n.Audience, n.Language = "agent", "en" },
		"mischief":  func(n *notificationv1.Notification) { n.Body = strings.Join(helpdesktest.Mischief, "\n\n") },
	} {
		helpdesktest.Golden(t, vendor(), name, change)
	}
}

func TestAPersonalAccessTokenStandsAlone(t *testing.T) {
	s := vendor().Serve(t)
	var as string
	s.Answer(func(_ http.ResponseWriter, r *http.Request) bool { as = r.Header.Get("Authorization"); return true })
	c, err := Open(map[string]any{"url": s.Address, "token": "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Deliver(t.Context(), vendor().Note("n-1")); err != nil || as != "Bearer s3cret" {
		t.Errorf("as %q: %v", as, err)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for want, with := range map[string]map[string]any{
		"https://host":     {"token": "s3cret"},
		"token is missing": {"url": "https://acme.atlassian.net"},
		"user: write":      {"url": "https://acme.atlassian.net", "user": "bot:x", "token": "s3cret"},
	} {
		if _, err := Open(with); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open(%v) = %v, want %q in it", with, err, want)
		}
	}
}
