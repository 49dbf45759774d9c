package door_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors/alertmanager"
	"tocsin/services/intake/internal/doors/zendesk"
	"tocsin/services/intake/internal/webhook"
)

const signingSecret = "own-test-secret"

func withZendesk(d *door.Door) {
	d.Hooks["zendesk"] = door.Hook{
		Door: zendesk.Door(), Lets: credential.Set{Secrets: []string{signingSecret}},
		Account: webhook.Account{Desk: desk.Account{Tenants: map[string]string{"77": "acme"}}},
	}
}

// withAlertmanager opens Alertmanager's door.
func withAlertmanager(d *door.Door) {
	d.Hooks["alertmanager"] = door.Hook{Door: alertmanager.Door(), Lets: credential.Set{Tokens: []string{"am"}}}
}

// signed are the headers of a body that Zendesk signed at that time.
func signed(body, secret string, at time.Time) []string {
	stamp := at.Format(time.RFC3339)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + body))
	return []string{zendesk.TimestampHeader, stamp, zendesk.SignatureHeader, base64.StdEncoding.EncodeToString(mac.Sum(nil))}
}

// commented is a comment of a customer on ticket 42 of organization 77.
const commented = `{"account_id":5,"id":"e-1","subject":"zen:ticket:42","time":"2026-11-20T09:20:00Z",
 "type":"zen:event-type:ticket.comment_added","zendesk_event_version":"2022-11-06",
 "event":{"comment":{"id":"8001","body":"Please escalate.","is_public":true,"author":{"id":"301","is_staff":false,"name":"Mia"}}},
 "detail":{"id":"42","actor_id":"301","assignee_id":"401","created_at":"2026-11-20T09:00:00Z","custom_status":"3000",
  "description":"No report came.","organization_id":"77","priority":"HIGH","requester_id":"301","status":"OPEN",
  "subject":"Reports","tags":[],"updated_at":"2026-11-20T09:20:00Z"}}`

func TestAZendeskCommentBecomesANoteOnItsTicket(t *testing.T) {
	h := open(t, withZendesk)
	for range 2 { // Zendesk may deliver twice
		got := h.post(t, "/v1/hooks/zendesk", jsonType, commented, signed(commented, signingSecret, now)...)
		if got.status != http.StatusAccepted || fmt.Sprint(got.IDs) != "[comment/8001 known/42]" || got.Accepted != 2 || len(got.Ignored) > 0 {
			t.Fatalf("%+v", got)
		}
		ticket := h.ticket(t, "acme", "42")
		if ticket.Head.Revision != 2 || ticket.Head.Subject != "Reports" || len(ticket.Notes) != 2 || ticket.Notes[1].Text != "Please escalate." {
			t.Errorf("ticket = %v", ticket)
		}
	}
}

func TestWhatZendeskDidNotSignIsRefused(t *testing.T) {
	h := open(t, withZendesk)
	for _, tt := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"no signature", nil, 401},
		{"another secret", signed(commented, "guessed", now), 401},
		{"another body", signed(commented+" ", signingSecret, now), 401},
		{"signed 6 minutes ago", signed(commented, signingSecret, now.Add(-6*time.Minute)), 401},
		{"signed in 6 minutes", signed(commented, signingSecret, now.Add(6*time.Minute)), 401},
		{"signed a minute ago", signed(commented, signingSecret, now.Add(-time.Minute)), 202},
	} {
		if tt.status != 202 && h.ticket(t, "acme", "42") != nil {
			t.Fatal("a ticket came of what was not signed")
		}
		got := h.post(t, "/v1/hooks/zendesk", jsonType, commented, tt.headers...)
		if got.status != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, got.status, tt.status)
		}
		if tt.status == 401 {
			got.problem(t, 401)
		}
	}
}

func TestASignedBodyThatSaysNothingIsNamedOrRefused(t *testing.T) {
	h := open(t, withZendesk)
	for _, tt := range []struct {
		name, body string
		status     int
	}{
		{"an event about a user", `{"type":"zen:event-type:user.deleted","id":"1","detail":{},"event":{}}`, 202},
		{"a ticket of nobody", strings.Replace(commented, `"77"`, `""`, 1), 202},
		{"no event", `{}`, 400},
		{"no JSON", `escalate!`, 400},
		{"too large", `{"a":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
	} {
		got := h.post(t, "/v1/hooks/zendesk", jsonType, tt.body, signed(tt.body, signingSecret, now)...)
		if got.status != tt.status || got.status == 202 && (len(got.Ignored) == 0 || got.Accepted != 0) {
			t.Errorf("%s: %+v", tt.name, got)
		}
		if tt.status != 202 {
			got.problem(t, tt.status)
		}
	}
}

func TestADoorWithoutCredentialsIsClosed(t *testing.T) {
	h := open(t)
	for path, body := range map[string]string{"/v1/hooks/zendesk": commented, "/v1/hooks/alertmanager": firing(`"component":"sso"`)} {
		got := h.post(t, path, jsonType, body, signed(body, "", now)...)
		got.problem(t, http.StatusForbidden)
		if !strings.Contains(got.Detail, "TOCSIN_") {
			t.Errorf("%s: it does not say what opens it: %s", path, got.Detail)
		}
	}
}

// firing is a notification of one alert that fires since nine.
func firing(labels string) string {
	return `{"version":"4","groupKey":"g","truncatedAlerts":0,"status":"firing","alerts":[{"status":"firing","labels":{"alertname":"A",` +
		labels + `},"annotations":{},"startsAt":"2026-11-20T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f1"}]}`
}

func TestAFiringAlertBecomesProbes(t *testing.T) {
	h := open(t, withAlertmanager)
	for _, authorization := range []string{"", "Bearer other", "am"} {
		h.post(t, "/v1/hooks/alertmanager", jsonType, firing(`"component":"sso"`), "Authorization", authorization).problem(t, 401)
	}
	if got := h.signals(t); len(got) > 0 {
		t.Fatalf("the stream has %v of a stranger", got)
	}
	got := h.post(t, "/v1/hooks/alertmanager", jsonType, firing(`"component":"sso"`), "Authorization", "Bearer am")
	if got.status != http.StatusAccepted || got.Accepted != 2 || len(got.Ignored) > 0 {
		t.Fatalf("%+v", got)
	}
	if stored := h.signals(t); fmt.Sprint(stored) != fmt.Sprint(got.IDs) {
		t.Errorf("the stream has %v, answered were %v", stored, got.IDs)
	}
	for _, s := range h.stored(t) {
		if s.GetProbe().GetComponent() != "sso" || s.GetProbe().GetStatus().String() != "DOWN" || s.GetTenant() != "" {
			t.Errorf("signal %v", s)
		}
	}
	got = h.post(t, "/v1/hooks/alertmanager", jsonType, firing(`"job":"x"`), "Authorization", "Bearer am")
	if got.status != http.StatusAccepted || got.Accepted != 0 || len(got.Ignored) != 1 {
		t.Errorf("an alert of no component: %+v", got)
	}
	h.post(t, "/v1/hooks/alertmanager", jsonType, `{"version":"3"}`, "Authorization", "Bearer am").problem(t, http.StatusBadRequest)
}

const samples = "../../../../../shared/data/payloads"

func TestOfRealNotificationsEveryAlertIsTakenOrNamed(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(samples, "alertmanager", "*.json"))
	if len(files) == 0 {
		t.Skip("NOT CHECKED against real notifications, for they do not lie here")
	}
	plain := open(t, withAlertmanager)
	mapped := open(t, withAlertmanager, func(d *door.Door) {
		hook := d.Hooks["alertmanager"]
		hook.Account.Alerts.Components = map[string]string{"InstanceDown": "site", "TestAlert": "sso", "High CPU Temperature": "insights"}
		d.Hooks["alertmanager"] = hook
	})
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sent struct{ Alerts []json.RawMessage }
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Fatal(err)
		}
		for name, h := range map[string]*house{"plain": plain, "mapped": mapped} {
			got := h.post(t, "/v1/hooks/alertmanager", jsonType, string(body), "Authorization", "Bearer am")
			t.Logf("%s, %s: %d alerts, status %d, accepted %d, ignored %q", filepath.Base(file), name, len(sent.Alerts), got.status, got.Accepted, got.Ignored)
			if got.status != http.StatusAccepted || got.Accepted+len(got.Ignored) < len(sent.Alerts) || name == "mapped" && got.Accepted == 0 {
				t.Errorf("%s, %s: not every alert is answered", filepath.Base(file), name)
			}
		}
	}
}

func TestRealZendeskBodiesAreTakenOrNamed(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(samples, "zendesk*", "*.json"))
	if len(files) == 0 {
		t.Skip("NOT CHECKED against real deliveries, for they do not lie here")
	}
	h := open(t, withZendesk)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		body := string(raw)
		var recorded struct{ Payload string } // a delivery with its headers, or a body as it is
		if json.Unmarshal(raw, &recorded) == nil && recorded.Payload != "" {
			body = recorded.Payload
		}
		got := h.post(t, "/v1/hooks/zendesk", jsonType, body, signed(body, signingSecret, now)...)
		t.Logf("%s: status %d, ids %v, ignored %q, %s", filepath.Base(file), got.status, got.IDs, got.Ignored, got.Detail)
		if got.status != http.StatusAccepted || got.Accepted+len(got.Ignored) == 0 {
			t.Errorf("%s: neither taken nor named", filepath.Base(file))
		}
	}
}

func TestADoorThatIsNotThereNamesNoneThatIs(t *testing.T) {
	h := open(t, withZendesk)
	got := h.post(t, "/v1/hooks/"+strings.Repeat("x", 4000), jsonType, "{}")
	if got.status != http.StatusNotFound || len(got.Detail) > 300 || strings.Contains(got.Detail, "zendesk") {
		t.Errorf("%d, %d bytes: %.400s", got.status, len(got.Detail), got.Detail)
	}
}
