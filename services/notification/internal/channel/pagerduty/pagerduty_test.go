package pagerduty

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/channeltest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const integration = "0123456789abcdefABCDEF0123456789"

func open(t testing.TB, address string) channel.Channel {
	t.Helper()
	c, err := Open(map[string]any{"key": integration, "url": address + "/", "severity": "error"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read takes an event as PagerDuty's documentation says.
func read(r *http.Request, body []byte) (id string, err error) {
	var e struct {
		Key     string `json:"routing_key"`
		Action  string `json:"event_action"`
		Dedup   string `json:"dedup_key"`
		Payload struct {
			Summary, Source, Severity, Timestamp string
			Details                              struct{ ID string } `json:"custom_details"`
		}
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return "", err
	}
	change := strings.HasSuffix(r.URL.Path, "/v2/change/enqueue")
	p := e.Payload
	switch {
	case r.Method != http.MethodPost || !change && !strings.HasSuffix(r.URL.Path, "/v2/enqueue"):
		return "", errors.New("no such resource")
	case e.Key != integration:
		return "", errors.New("'routing_key' is invalid")
	case p.Summary == "" || p.Source == "" || p.Timestamp == "" || utf8.RuneCountInString(p.Summary) > 1024:
		return "", errors.New("'payload' is invalid")
	case change:
		return p.Details.ID, nil
	case !slices.Contains([]string{"trigger", "acknowledge", "resolve"}, e.Action):
		return "", errors.New("'event_action' is invalid")
	case e.Dedup == "" || utf8.RuneCountInString(e.Dedup) > 255:
		return "", errors.New("'dedup_key' is invalid")
	case !slices.Contains([]string{"critical", "error", "warning", "info"}, p.Severity):
		return "", errors.New("'payload.severity' is invalid")
	}
	return p.Details.ID, nil
}

func TestPagerDutyIsAChannel(t *testing.T) {
	channeltest.RunHTTP(t, channeltest.Vendor{
		Open: func(t *testing.T, address string) channel.Channel { return open(t, address) },
		Read: read,
		Says: func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, `{"status":"success","message":"Event processed","dedup_key":"tocsin/c-1"}`)
		},
	})
}

// sent is what PagerDuty gets for a notification, and where.
func sent(t *testing.T, n *notificationv1.Notification) (path string, body []byte) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		body, _ = io.ReadAll(r.Body)
		if _, err := read(r, body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}))
	defer s.Close()
	if _, err := open(t, s.URL).Deliver(t.Context(), n); err != nil {
		t.Fatalf("%s: %v", n.GetKind(), err)
	}
	return path, body
}

func TestWhatIsSent(t *testing.T) {
	people := uint32(137)
	for _, kind := range []string{"case_opened", "approved", "resolved", "condition_ended"} {
		n := channeltest.Notification("n-1")
		n.Kind, n.Link, n.Reasons, n.People = kind, "https://tocsin.example/cases/c-1", []string{"sso_unavailable"}, &people
		_, body := sent(t, n)
		channeltest.Golden(t, kind, body)
	}
	n := channeltest.Notification("n-1")
	n.Kind, n.State, n.Acknowledge, n.Link = "called", "pending_review", "https://tocsin.example/ack/AQ-_", "https://tocsin.example/cases/c-1"
	_, body := sent(t, n)
	channeltest.Golden(t, "called", body)
}

func TestACallThatIsOverDoesNotRingAgain(t *testing.T) {
	n := channeltest.Notification("n-1")
	n.Kind, n.State = "called", "acknowledged"
	if _, body := sent(t, n); !strings.Contains(string(body), `"event_action":"acknowledge"`) {
		t.Errorf("sent %s", body)
	}
}

func TestACaseIsOneAlertFromItsOpeningToItsEnd(t *testing.T) {
	actions := map[string]string{
		"case_opened": "trigger", "reopened": "trigger", "decision_overdue": "trigger", "decision_passed_on": "trigger",
		"approved": "acknowledge", "eta_moved": "acknowledge",
		"denied": "resolve", "resolved": "resolve", "withdrawn": "resolve", "expired": "resolve",
		"condition_ended": "", "progress": "",
		"a kind that is new": "trigger",
	}
	for kind, action := range actions {
		n := channeltest.Notification("n-" + kind)
		n.Kind = kind
		path, body := sent(t, n)
		var e event
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		wantPath, wantKey := "/v2/enqueue", "tocsin/c-1"
		if action == "" {
			wantPath, wantKey = "/v2/change/enqueue", ""
		}
		if e.Action != action || path != wantPath || e.Dedup != wantKey {
			t.Errorf("%s: %s of %q at %s", kind, e.Action, e.Dedup, path)
		}
	}
}

func TestWhatIsTooLongIsCutAndWhatIsOfSeveralCasesIsAnAlertOfItsOwn(t *testing.T) {
	n := channeltest.Notification("n-1")
	n.Kind, n.Title, n.Body, n.Case = "several", strings.Repeat("ä", 2000), strings.Repeat("ß", 1<<20), ""
	_, body := sent(t, n)
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	if e.Dedup != "tocsin/n-1" || utf8.RuneCountInString(e.Payload.Summary) != 1024 || len(body) > 512_000 {
		t.Errorf("key %q, %d letters of %d bytes", e.Dedup, utf8.RuneCountInString(e.Payload.Summary), len(body))
	}
}

func TestWrongSettingsAreNamedAndTheKeyIsNot(t *testing.T) {
	for want, with := range map[string]map[string]any{
		"key: write the 32":         {},
		"the 32 letters and digits": {"key": "s3cret"},
		`severity "loud"`:           {"key": integration, "severity": "loud"},
		"https://host/path":         {"key": integration, "url": "events.pagerduty.com"},
		"routing_key":               {"key": integration, "routing_key": "x"},
	} {
		_, err := Open(with)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), integration) {
			t.Errorf("%v: %v, want %q", with, err, want)
		}
	}
	if c, err := Open(map[string]any{"key": integration}); err != nil || c.Destination() != "https://events.pagerduty.com" || !c.Once() {
		t.Errorf("with the key alone: %v", err)
	}
}
