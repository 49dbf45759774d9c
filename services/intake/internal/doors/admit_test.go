package doors_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/doors"
	"tocsin/services/intake/internal/webhook"
)

// signed are all header fields that vendors sign in, or say a time in.
var signed = []string{
	"X-Zendesk-Webhook-Signature", "X-Hub-Signature", "X-Hub-Signature-256", "X-Grafana-Alerting-Signature", "X-PagerDuty-Signature",
}

var stamped = []string{"X-Zendesk-Webhook-Signature-Timestamp", "X-Grafana-Alerting-Timestamp"}

// FuzzAdmit knocks at every door with whatever it is given. Who does not know the
// secret does not come in, and hears no more than that; with a token or a password
// only who shows it does.
func FuzzAdmit(f *testing.F) {
	f.Add("v1=00", "2026-11-20T12:00:00Z", "Bearer t0ken", []byte("{}"))
	f.Add("sha256=00,v1=", "1795176000", "Basic YTpi", []byte(`{"event":{"id":"1"}}`))
	f.Add("", "", "bearer ", []byte{})
	f.Add("AAAA", "now", "Bearer old", []byte("x"))
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	const secret = "nobody-knows-this-4711"
	set := credential.Set{Tokens: []string{"old", "t0ken"}, Passwords: []string{"a:b"}}
	f.Fuzz(func(t *testing.T, signature, stamp, authorization string, body []byte) {
		d := webhook.Delivery{Header: http.Header{"Authorization": {authorization}}, Body: body, Received: at}
		for _, name := range signed {
			d.Header.Set(name, signature)
		}
		for _, name := range stamped {
			d.Header.Set(name, stamp)
		}
		for _, door := range doors.All() {
			if door.ID != nil {
				_ = door.ID(d)
			}
			err := credential.Set{Secrets: []string{"", secret}}.Admit(door, d)
			if !errors.Is(err, webhook.ErrUnsigned) && !errors.Is(err, credential.ErrDenied) {
				t.Fatalf("%s: %v lets in who signs %q at %q", door.Name, err, signature, stamp)
			}
			if strings.Contains(err.Error(), secret) {
				t.Fatalf("%s tells its secret: %v", door.Name, err)
			}
			if err := set.Admit(door, d); (err == nil) != shows(authorization) {
				t.Fatalf("%s: %q: %v", door.Name, authorization, err)
			}
		}
	})
}

// shows says whether the header shows one of the tokens, or the password.
func shows(authorization string) bool {
	scheme, shown, _ := strings.Cut(authorization, " ")
	shown = strings.TrimSpace(shown)
	if strings.EqualFold(scheme, "Basic") {
		pair, err := base64.StdEncoding.DecodeString(shown)
		return err == nil && string(pair) == "a:b"
	}
	return strings.EqualFold(scheme, "Bearer") && (shown == "old" || shown == "t0ken")
}
