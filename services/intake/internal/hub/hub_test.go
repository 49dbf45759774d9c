package hub_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/intake/internal/hub"
	"tocsin/services/intake/internal/webhook"
)

func signed(of func() hash.Hash, secret, body string) string {
	mac := hmac.New(of, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestOnlyWhatIsSignedWithTheSecretIsLetIn(t *testing.T) {
	const body = `{"a":1}`
	for _, tt := range []struct{ name, header, secret, want string }{
		{"signed", "sha256=" + signed(sha256.New, "s", body), "s", ""},
		{"signed in capitals", "SHA256=" + strings.ToUpper(signed(sha256.New, "s", body)), "s", ""},
		{"with another secret", "sha256=" + signed(sha256.New, "t", body), "s", "another secret"},
		{"over another body", "sha256=" + signed(sha256.New, "s", body+" "), "s", "other bytes"},
		{"by a method that the vendor does not use", "sha1=" + signed(sha1.New, "s", body), "s", "only sha256, sha512 counts"},
		{"not at all", "", "s", "lacks X-Hub-Signature"},
		{"in no hex", "sha256=zz", "s", "not hex"},
		{"with nothing", "sha256=", "s", "another secret"},
		{"without a secret of ours", "sha256=" + signed(sha256.New, "", body), "", "no secret is set"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := webhook.Delivery{Header: http.Header{}, Body: []byte(body)}
			d.Header.Set(hub.Header, tt.header)
			err := hub.Verify("sha256", "sha512")(d, tt.secret)
			if tt.want == "" && err != nil || tt.want != "" && (!errors.Is(err, webhook.ErrUnsigned) || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v; want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), signed(sha256.New, "s", body)) {
				t.Errorf("%v tells the signature", err)
			}
		})
	}
}
