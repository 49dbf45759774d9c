package grafana

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// The header fields that a delivery is signed with; the second one is optional.
const (
	SignatureHeader = "X-Grafana-Alerting-Signature"
	TimestampHeader = "X-Grafana-Alerting-Timestamp"
)

// window is how far the delivery's time may be from ours, either way.
const window = 5 * time.Minute

// Verify says whether the delivery was signed with the secret, and if it says when,
// within five minutes of its receipt: hex(HMAC-SHA256(secret, body)), or of timestamp,
// colon and body, compared in constant time. An empty secret signs nothing. Errors are
// webhook.ErrUnsigned, or ErrUntimely.
func Verify(d webhook.Delivery, secret string) error {
	stamp, signature := d.Header.Get(TimestampHeader), d.Header.Get(SignatureHeader)
	if secret == "" {
		return fmt.Errorf("%w: no signing secret is set for this contact point", webhook.ErrUnsigned)
	}
	if signature == "" {
		return fmt.Errorf("%w: it lacks %s", webhook.ErrUnsigned, SignatureHeader)
	}
	got, err := hex.DecodeString(strings.TrimPrefix(signature, "sha256="))
	if err != nil {
		return fmt.Errorf("%w: its signature is not hexadecimal", webhook.ErrUnsigned)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	if stamp != "" {
		mac.Write([]byte(stamp + ":"))
	}
	mac.Write(d.Body)
	switch match := hmac.Equal(mac.Sum(nil), got); {
	case !match && stamp == "":
		return fmt.Errorf("%w: its signature is of another secret or of other bytes; if the contact point has a timestamp header, call it %s",
			webhook.ErrUnsigned, TimestampHeader)
	case !match:
		return fmt.Errorf("%w: its signature is of another secret or of other bytes", webhook.ErrUnsigned)
	case stamp == "":
		return nil
	}
	at, err := lenient.Text(stamp).Time()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", webhook.ErrUntimely, TimestampHeader, err)
	}
	if off := d.Received.Sub(at); off > window || off < -window {
		return fmt.Errorf("%w: it was signed at %s, more than 5 min from %s", webhook.ErrUntimely, stamp, d.Received.UTC().Format(time.RFC3339))
	}
	return nil
}
