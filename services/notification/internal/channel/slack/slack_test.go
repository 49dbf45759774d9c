package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/channeltest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

func open(t *testing.T, address string) channel.Channel {
	t.Helper()
	c, err := Open(map[string]any{"url": address})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSlackIsAChannelOverHTTP(t *testing.T) {
	channeltest.RunHTTP(t, channeltest.Vendor{
		Open: open,
		Read: func(r *http.Request, body []byte) (string, error) {
			if got := r.Header.Get("Content-Type"); r.Method != http.MethodPost || got != "application/json" {
				return "", fmt.Errorf("%s of %q", r.Method, got)
			}
			m, err := read(body)
			if err != nil {
				return "", err
			}
			return m.Blocks[0].ID, nil
		},
		Says: func(w http.ResponseWriter) { _, _ = io.WriteString(w, "ok") },
	})
}

// control is what Slack may read as a mention, a link or a date.
var control = regexp.MustCompile(`[<>]|&([^agl]|$)`)

// read takes a message as Slack does, and holds it to Slack's limits.
func read(body []byte) (message, error) {
	var m message
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("invalid_payload: %w", err)
	}
	if m.Text == "" || len(m.Blocks) == 0 || len(m.Blocks) > 50 || len(m.Blocks[0].ID) > 255 {
		return m, errors.New("invalid_blocks")
	}
	all := 0
	for _, b := range m.Blocks {
		texts := b.Elements
		if b.Text != nil {
			texts = append(texts, *b.Text)
		}
		if (b.Type == "section") != (b.Text != nil) || (b.Type == "context") != (len(b.Elements) > 0) {
			return m, fmt.Errorf("invalid_blocks: %s", b.Type)
		}
		for _, t := range texts {
			n := len(utf16.Encode([]rune(t.Text)))
			if all += n; t.Type != "mrkdwn" || n < 1 || n > 3000 {
				return m, fmt.Errorf("invalid_blocks: a text of %d", n)
			}
		}
	}
	if all > 40000 {
		return m, errors.New("msg_too_long")
	}
	return m, nil
}

func TestWhatIsSent(t *testing.T) {
	for name, change := range map[string]func(*notificationv1.Notification){
		"call": func(n *notificationv1.Notification) {
			n.Kind, n.Acknowledge = "called", "https://tocsin.example/ack/AQ-_|x"
		},
		"leadership": func(n *notificationv1.Notification) { n.Link = "https://tocsin.example/cases/c-1?a=1&b=2" },
		"requester":  func(n *notificationv1.Notification) { n.Audience, n.Ticket = "requester", "T-1" },
		"quoted": func(n *notificationv1.Notification) {
			n.Title = "acme: R&D <!channel>\nsecond line"
			n.Body = "<@U123> says “a < b & c > d”, see <https://evil.example|our console> and https://evil.example"
		},
		"bare": func(n *notificationv1.Notification) { n.Title, n.Body, n.Tenant, n.Case = "", " \n ", "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			n := channeltest.Notification("n-1")
			change(n)
			sent, err := write(n)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := read(sent); err != nil {
				t.Error(err)
			}
			channeltest.Golden(t, name, sent)
		})
	}
}

func TestWhateverPeopleWroteSlackTakesItAndMentionsNobody(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.StringMatching(`(<!here>|[&<>|*\n😀ä a]){0,40}`), rapid.Map(rapid.IntRange(0, 50000), func(n int) string {
		return strings.Repeat("<😀&ä\n", n/5)
	}))
	rapid.Check(t, func(t *rapid.T) {
		n := channeltest.Notification("n-1")
		n.Title, n.Body, n.Tenant = words.Draw(t, "title"), words.Draw(t, "body"), words.Draw(t, "tenant")
		sent, err := write(n)
		if err != nil {
			t.Fatal(err)
		}
		m, err := read(sent)
		if err != nil {
			t.Fatal(err)
		}
		all := []string{m.Text}
		for _, b := range m.Blocks {
			if b.Text != nil {
				all = append(all, b.Text.Text)
			}
			for _, e := range b.Elements {
				all = append(all, e.Text)
			}
		}
		for _, words := range all {
			if control.MatchString(words) {
				t.Fatalf("Slack reads %q of %q", control.FindString(words), words)
			}
		}
	})
}

func TestAllWordsArriveInOrderAsLongAsTheyFit(t *testing.T) {
	var lines []string
	for i := range 400 {
		lines = append(lines, fmt.Sprintf("- T-%d (acme): Anmeldung & <SSO> schlägt fehl", i))
	}
	n := channeltest.Notification("n-1")
	n.Body = strings.Join(lines, "\n")
	sent, err := write(n)
	if err != nil {
		t.Fatal(err)
	}
	m, err := read(sent)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range m.Blocks[1 : len(m.Blocks)-1] {
		got = append(got, b.Text.Text)
	}
	if text := strings.Join(got, "\n"); text != escape(n.GetBody()) {
		t.Errorf("%d letters arrive of %d", len(text), len(escape(n.GetBody())))
	}
	n.Body = strings.Repeat(n.GetBody()+"\n", 5)
	if sent, err = write(n); err != nil || !strings.Contains(string(sent), more) {
		t.Errorf("%v; nothing says that more follows", err)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for _, c := range []struct {
		with map[string]any
		want string
	}{
		{nil, "url is missing"},
		{map[string]any{"url": 7}, "url"},
		{map[string]any{"url": "hooks.slack.com/services/s3cret"}, "https://host/path"},
		{map[string]any{"url": "https://hooks.slack.com/services/s3cret", "channel": "#ops"}, "channel"},
	} {
		if _, err := Open(c.with); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open(%v) = %v, want %q in it", c.with, err, c.want)
		}
	}
}
