package pagerduty

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/webhook"
)

func verify(secret, body string, signatures ...string) error {
	return Verify(webhook.Delivery{Header: http.Header{http.CanonicalHeaderKey(SignatureHeader): signatures}, Body: []byte(body)}, secret)
}

const (
	secret = "own-test-secret"
	body   = `{"event":{"id":"e-1"}}`
	// printf '%s' "$body" | openssl dgst -sha256 -hmac "$secret" -hex
	signed = "04e6b2654cfbb3e500c2f0c6d81db630b18b0890706fd0de3d74fe2e7e56256c"
)

var other = strings.Repeat("ab", 32)

func TestOneSignatureOfTheSecretIsEnough(t *testing.T) {
	for name, shown := range map[string][]string{
		"one":                       {"v1=" + signed},
		"the new secret's first":    {"v1=" + signed + ",v1=" + other},
		"the old secret's first":    {"v1=" + other + ", v1=" + signed},
		"a version that is to come": {"v2=x,v1=" + signed},
		"a header field each":       {"v1=" + other, "v1=" + signed},
	} {
		if err := verify(secret, body, shown...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// printf '%s' 'Grüße' | openssl dgst -sha256 -hmac 'geheim/ß=' -hex
	if err := verify("geheim/ß=", "Grüße", "v1=447fbc3655df15d4c1a62558fccb5cebd3411ac25b075a1b73f065de3b57ebeb"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNotSignedIsRefused(t *testing.T) {
	for name, err := range map[string]error{
		"another body":     verify(secret, body+" ", "v1="+signed),
		"another secret":   verify(secret+"x", body, "v1="+signed),
		"no secret set":    verify("", body, "v1="+signed),
		"no signature":     verify(secret, body),
		"another version":  verify(secret, body, "v2="+signed),
		"no version":       verify(secret, body, signed),
		"half a signature": verify(secret, body, "v1="+signed[:32]),
		"no hexadecimal":   verify(secret, body, "v1=signed!"),
	} {
		if !errors.Is(err, webhook.ErrUnsigned) {
			t.Errorf("%s: %v; want webhook.ErrUnsigned", name, err)
		}
	}
}

func TestVerifiedVectorsOfOthers(t *testing.T) {
	var all []struct {
		Scheme, Secret, Body, Signature string
		Valid                           bool `json:"expected_valid"`
	}
	if err := json.Unmarshal(doortest.Payload(t, "signatures/verified_vectors.json"), &all); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, v := range all {
		if !strings.Contains(strings.ToLower(v.Scheme), "pagerduty") {
			continue
		}
		seen++
		if err := verify(v.Secret, v.Body, v.Signature); (err == nil) != v.Valid {
			t.Errorf("%s: %v; valid is %v", v.Scheme, err, v.Valid)
		}
	}
	if seen == 0 {
		t.Error("none of the vectors is PagerDuty's")
	}
}

func TestADeliveryIsKnownByItsEvent(t *testing.T) {
	for body, want := range map[string]string{
		`{"event":{"id":"e-1"}}`:     "e-1",
		`{"messages":[{"id":"m1"}]}`: "", `[`: "", `{}`: "",
	} {
		if got := Door().ID(webhook.Delivery{Body: []byte(body)}); got != want {
			t.Errorf("%s: %q; want %q", body, got, want)
		}
	}
}
