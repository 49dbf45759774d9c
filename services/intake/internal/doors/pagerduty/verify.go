package pagerduty

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"tocsin/services/intake/internal/webhook"
)

// SignatureHeader is the header field that a delivery is signed with.
const SignatureHeader = "X-PagerDuty-Signature"

// Verify says whether one of the delivery's signatures is of the secret: "v1=" and
// hex(HMAC-SHA256(secret, body)), compared in constant time. An empty secret signs
// nothing. Errors are webhook.ErrUnsigned.
func Verify(d webhook.Delivery, secret string) error {
	if secret == "" {
		return fmt.Errorf("%w: no signing secret is set for this webhook", webhook.ErrUnsigned)
	}
	shown := strings.Join(d.Header.Values(SignatureHeader), ",")
	if shown == "" {
		return fmt.Errorf("%w: it lacks %s", webhook.ErrUnsigned, SignatureHeader)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(d.Body)
	want := mac.Sum(nil)
	for _, one := range strings.Split(shown, ",") {
		sum, is := strings.CutPrefix(strings.TrimSpace(one), "v1=")
		if got, err := hex.DecodeString(sum); is && err == nil && hmac.Equal(want, got) {
			return nil
		}
	}
	return fmt.Errorf("%w: none of its v1 signatures is of this secret and these bytes", webhook.ErrUnsigned)
}
