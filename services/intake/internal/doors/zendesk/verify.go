package zendesk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"tocsin/services/intake/internal/webhook"
)

// The header fields that a delivery is signed with.
const (
	TimestampHeader = "X-Zendesk-Webhook-Signature-Timestamp"
	SignatureHeader = "X-Zendesk-Webhook-Signature"
)

// window is how far the delivery's time may be from ours, either way.
const window = 5 * time.Minute

// Verify says whether the delivery was signed with the secret within five minutes
// of its receipt: base64(HMAC-SHA256(secret, timestamp + body)), compared in constant
// time. An empty secret signs nothing. Errors are webhook.ErrUnsigned, or ErrUntimely.
func Verify(d webhook.Delivery, secret string) error {
	stamp, signature := d.Header.Get(TimestampHeader), d.Header.Get(SignatureHeader)
	if secret == "" {
		return fmt.Errorf("%w: no signing secret is set for this webhook", webhook.ErrUnsigned)
	}
	if stamp == "" || signature == "" {
		return fmt.Errorf("%w: it lacks %s or %s", webhook.ErrUnsigned, TimestampHeader, SignatureHeader)
	}
	got, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return fmt.Errorf("%w: its signature is not base64", webhook.ErrUnsigned)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp))
	mac.Write(d.Body)
	if !hmac.Equal(mac.Sum(nil), got) {
		return fmt.Errorf("%w: its signature is of another secret or of other bytes", webhook.ErrUnsigned)
	}
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return fmt.Errorf("%w: its time %.40q is not RFC 3339", webhook.ErrUntimely, stamp)
	}
	if off := d.Received.Sub(at); off > window || off < -window {
		return fmt.Errorf("%w: it was signed at %s, more than 5 min from %s", webhook.ErrUntimely, stamp, d.Received.UTC().Format(time.RFC3339))
	}
	return nil
}
