package teams

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

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

func TestTeamsIsAChannelOverHTTP(t *testing.T) {
	channeltest.RunHTTP(t, channeltest.Vendor{
		Open: open,
		Read: func(r *http.Request, body []byte) (string, error) {
			if got := r.Header.Get("Content-Type"); r.Method != http.MethodPost || got != "application/json" {
				return "", fmt.Errorf("%s of %q", r.Method, got)
			}
			c, err := read(body)
			if err != nil {
				return "", err
			}
			return c.Body[0].ID, nil
		},
		Says: func(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) },
	})
}

// read takes a message as the workflow's step "Post card" does.
func read(body []byte) (card, error) {
	var m message
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return card{}, fmt.Errorf("InvalidBotAdaptiveCard: %w", err)
	}
	if len(body) > 28<<10 {
		return card{}, fmt.Errorf("RequestEntityTooLarge: %d bytes", len(body))
	}
	if m.Type != "message" || len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		return card{}, errors.New("InvalidBotAdaptiveCard: no card")
	}
	c := m.Attachments[0].Content
	if c.Type != "AdaptiveCard" || c.Version != "1.4" || len(c.Body) == 0 || len(c.Actions) > 6 {
		return c, errors.New("InvalidBotAdaptiveCard: no card of this version")
	}
	for _, l := range c.Body {
		if l.Type != "RichTextBlock" || len(l.Inlines) == 0 {
			return c, fmt.Errorf("InvalidBotAdaptiveCard: %q", l.Type)
		}
		for _, r := range l.Inlines {
			if r.Type != "TextRun" || r.Text == "" || strings.Contains(r.Text, "\n") {
				return c, fmt.Errorf("InvalidBotAdaptiveCard: run %q", r.Text)
			}
		}
	}
	return c, nil
}

func TestWhatIsSent(t *testing.T) {
	for name, change := range map[string]func(*notificationv1.Notification){
		"call": func(n *notificationv1.Notification) {
			n.Kind, n.Link, n.Acknowledge = "called", "https://tocsin.example/cases/c-1", "https://tocsin.example/ack/AQ-_"
		},
		"leadership": func(n *notificationv1.Notification) { n.Link = "https://tocsin.example/cases/c-1?a=1&b=2" },
		"requester":  func(n *notificationv1.Notification) { n.Audience, n.Ticket, n.Language = "requester", "T-1", "en" },
		"quoted": func(n *notificationv1.Notification) {
			n.Title = "acme: R&D <at>everyone</at>\nsecond line"
			n.Body = "see [our console](https://evil.example)\r\n- **one**\n\n\n<at>all</at>"
		},
		"bare": func(n *notificationv1.Notification) {
			n.Title, n.Body, n.Tenant, n.Case, n.Link = "\n", " \n ", "", "", "cases/c-1"
		},
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

func TestWhateverPeopleWroteTeamsTakesIt(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\\"\n\x01😀ä a]{0,40}`),
		rapid.Map(rapid.IntRange(0, 60000), func(n int) string { return strings.Repeat("ä\n", n/3) }),
		rapid.Map(rapid.IntRange(0, 60000), func(n int) string { return strings.Repeat("\x01", n) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		n := channeltest.Notification("n-1")
		n.Title, n.Body, n.Tenant, n.Link = words.Draw(t, "title"), words.Draw(t, "body"), words.Draw(t, "tenant"), words.Draw(t, "link")
		sent, err := write(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(sent); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatIsLongerThanTeamsTakesIsCutAtALineAndSaysSo(t *testing.T) {
	n := channeltest.Notification("n-1")
	n.Body = strings.Repeat("- T-1 (acme): Anmeldung schlägt fehl\n", 2000)
	sent, err := write(n)
	if err != nil {
		t.Fatal(err)
	}
	c, err := read(sent)
	if err != nil {
		t.Fatal(err)
	}
	last := c.Body[len(c.Body)-2].Inlines[0].Text
	if last != "- T-1 (acme): Anmeldung schlägt fehl…" || len(sent) < maxMessage/2 {
		t.Errorf("%d bytes, the last line is %q", len(sent), last)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for _, c := range []struct {
		with map[string]any
		want string
	}{
		{nil, "url is missing"},
		{map[string]any{"url": 7}, "url"},
		{map[string]any{"url": "prod.logic.azure.com/workflows/s3cret"}, "https://host/path"},
		{map[string]any{"url": "https://prod.logic.azure.com/workflows/s3cret", "team": "ops"}, "team"},
	} {
		if _, err := Open(c.with); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open(%v) = %v, want %q in it", c.with, err, c.want)
		}
	}
}
