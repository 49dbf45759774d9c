package zendesk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// The header fields that a delivery is signed with.
const (
	TimestampHeader = "X-Zendesk-Webhook-Signature-Timestamp"
	SignatureHeader = "X-Zendesk-Webhook-Signature"
)

// ErrUnsigned says that a delivery is not shown to come from our Zendesk, or not
// now. Sending the same bytes again does not help.
var ErrUnsigned = errors.New("zendesk delivery refused")

// window is how far the delivery's time may be from ours, either way.
const window = 5 * time.Minute

// A Delivery is what is signed: the time and signature as the header has them,
// and the body, byte for byte.
type Delivery struct {
	Timestamp string
	Signature string
	Body      []byte
}

// Verify says whether the delivery was signed with the secret within five minutes
// of now: base64(HMAC-SHA256(secret, timestamp + body)), compared in constant
// time. An empty secret signs nothing. Errors are ErrUnsigned.
func Verify(secret string, d Delivery, now time.Time) error {
	if secret == "" {
		return fmt.Errorf("%w: no signing secret is set for this webhook", ErrUnsigned)
	}
	if d.Timestamp == "" || d.Signature == "" {
		return fmt.Errorf("%w: it lacks %s or %s", ErrUnsigned, TimestampHeader, SignatureHeader)
	}
	got, err := base64.StdEncoding.DecodeString(d.Signature)
	if err != nil {
		return fmt.Errorf("%w: its signature is not base64", ErrUnsigned)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(d.Timestamp))
	mac.Write(d.Body)
	if !hmac.Equal(mac.Sum(nil), got) {
		return fmt.Errorf("%w: its signature is of another secret or of other bytes", ErrUnsigned)
	}
	at, err := time.Parse(time.RFC3339, d.Timestamp)
	if err != nil {
		return fmt.Errorf("%w: its time %.40q is not RFC 3339", ErrUnsigned, d.Timestamp)
	}
	if off := now.Sub(at); off > window || off < -window {
		return fmt.Errorf("%w: it was signed at %s, more than 5 min from %s", ErrUnsigned, d.Timestamp, now.UTC().Format(time.RFC3339))
	}
	return nil
}
