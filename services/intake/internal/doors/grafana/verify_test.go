package grafana

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"tocsin/services/intake/internal/webhook"
)

// sent is what a delivery is signed over, and the signature; an empty time is none.
type sent struct{ timestamp, signature, body string }

// verify is Verify for a delivery with the two header fields, where they are set.
func verify(secret string, s sent, received time.Time) error {
	d := webhook.Delivery{Header: http.Header{}, Body: []byte(s.body), Received: received}
	if s.timestamp != "" {
		d.Header.Set(TimestampHeader, s.timestamp)
	}
	d.Header.Set(SignatureHeader, s.signature)
	return Verify(d, secret)
}

const (
	secret = "own-test-secret"
	body   = `{"version":"1","alerts":[]}`
)

// Signed with openssl: printf '%s:%s' "$timestamp" "$body" | openssl dgst -sha256 -hmac "$secret" -hex
var (
	untimed = sent{"", "1065c2defb5fa2e87fc6c055ee20f29d5b36362701055c0e565f644dbdfcd9c6", body}
	timed   = sent{"1795165200", "3232e5b50efc40d27a425b93586e3fdda513e8a8ecfe6bcf16fde4871699f5b8", body}
)

var signedAt = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func TestASignedDeliveryIsTakenWithinFiveMinutesOfItsTime(t *testing.T) {
	for _, off := range []time.Duration{0, 5 * time.Minute, -5 * time.Minute} {
		if err := verify(secret, timed, signedAt.Add(off)); err != nil {
			t.Errorf("after %v: %v", off, err)
		}
	}
	for _, off := range []time.Duration{5*time.Minute + 1, -5*time.Minute - 1} {
		if err := verify(secret, timed, signedAt.Add(off)); !errors.Is(err, webhook.ErrUnsigned) {
			t.Errorf("after %v: %v; want webhook.ErrUnsigned", off, err)
		}
	}
	if err := verify(secret, untimed, signedAt.Add(time.Hour)); err != nil {
		t.Errorf("one that says no time: %v", err)
	}
}

func TestWhatIsNotSignedIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(secret *string, d *sent){
		"another body":                func(_ *string, d *sent) { d.body = " " + d.body },
		"another time":                func(_ *string, d *sent) { d.timestamp = "1795165201" },
		"its time taken away":         func(_ *string, d *sent) { d.timestamp = "" },
		"a time given to one without": func(_ *string, d *sent) { d.signature = untimed.signature },
		"another secret":              func(s *string, _ *sent) { *s += "x" },
		"no secret set":               func(s *string, _ *sent) { *s = "" },
		"no signature":                func(_ *string, d *sent) { d.signature = "" },
		"half a signature":            func(_ *string, d *sent) { d.signature = d.signature[:32] },
		"no hexadecimal":              func(_ *string, d *sent) { d.signature = "signed!" },
		"a time that is none, but signed": func(_ *string, d *sent) {
			d.timestamp, d.signature = "noon", "f8d7366d732d605cedde192e4b3a43eb33b2d1e42a30724cc98ce5cc0315da8d"
		},
	} {
		key, d := secret, timed
		spoil(&key, &d)
		if err := verify(key, d, signedAt); !errors.Is(err, webhook.ErrUnsigned) {
			t.Errorf("%s: %v; want webhook.ErrUnsigned", name, err)
		}
	}
}
