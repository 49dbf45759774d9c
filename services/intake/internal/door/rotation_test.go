package door_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors/grafana"
	"tocsin/services/intake/internal/doors/zendesk"
)

// While a secret is being replaced both count, and who is refused hears what is wrong.
func TestOfTwoSecretsTheOneThatSignedSaysWhatIsWrong(t *testing.T) {
	const body = `{"status":"firing","alerts":[]}`
	h := open(t, func(d *door.Door) {
		lets := credential.Set{Secrets: []string{"old", "new"}}
		d.Hooks["zendesk"], d.Hooks["grafana"] = door.Hook{Door: zendesk.Door(), Lets: lets}, door.Hook{Door: grafana.Door(), Lets: lets}
	})
	byGrafana := func(secret string, at time.Time) []string {
		stamp := strconv.FormatInt(at.Unix(), 10)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(stamp + ":" + body))
		return []string{grafana.TimestampHeader, stamp, grafana.SignatureHeader, hex.EncodeToString(mac.Sum(nil))}
	}
	for _, secret := range []string{"old", "new", "another"} {
		for _, tt := range []struct {
			off  time.Duration
			says string
		}{{0, ""}, {-6 * time.Minute, "more than 5 min"}, {6 * time.Minute, "more than 5 min"}} {
			if secret == "another" {
				tt.says = "of another secret"
			}
			for path, headers := range map[string][]string{"zendesk": signed(body, secret, now.Add(tt.off)), "grafana": byGrafana(secret, now.Add(tt.off))} {
				got := h.post(t, "/v1/hooks/"+path, jsonType, body, headers...)
				if (got.status == http.StatusUnauthorized) != (tt.says != "") || tt.says != "" && !strings.Contains(got.Detail, tt.says) {
					t.Errorf("%s, signed with the %s secret %s from now: %d %q, want %q", path, secret, tt.off, got.status, got.Detail, tt.says)
				}
			}
		}
	}
}
