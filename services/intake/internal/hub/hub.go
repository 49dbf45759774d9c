// Package hub knows a delivery by its X-Hub-Signature, as WebSub has it: the method,
// "=", and the HMAC of the body in hex.
//
// It promises to compare in constant time and to take only the methods that the
// vendor is known to sign with. The signature names no time: a delivery that is
// repeated is known by its id, which it leaves to others.
package hub

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // as HMAC it is sound, and what two vendors sign with
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"tocsin/services/intake/internal/webhook"
)

// Header is the field that a delivery is signed in.
const Header = "X-Hub-Signature"

var hashes = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// Verify says for a door whether a delivery is signed with the secret by one of the
// methods (sha1, sha256, sha384, sha512). Its errors are webhook.ErrUnsigned.
func Verify(methods ...string) func(d webhook.Delivery, secret string) error {
	return func(d webhook.Delivery, secret string) error {
		if secret == "" {
			return fmt.Errorf("%w: no secret is set for this webhook", webhook.ErrUnsigned)
		}
		method, signature, found := strings.Cut(d.Header.Get(Header), "=")
		if !found {
			return fmt.Errorf("%w: it lacks %s; set the same secret at the vendor", webhook.ErrUnsigned, Header)
		}
		if method = strings.ToLower(strings.TrimSpace(method)); !slices.Contains(methods, method) {
			return fmt.Errorf("%w: it is signed by %.20q; only %s counts", webhook.ErrUnsigned, method, strings.Join(methods, ", "))
		}
		got, err := hex.DecodeString(strings.TrimSpace(signature))
		if err != nil {
			return fmt.Errorf("%w: its signature is not hex", webhook.ErrUnsigned)
		}
		mac := hmac.New(hashes[method], []byte(secret))
		mac.Write(d.Body)
		if !hmac.Equal(mac.Sum(nil), got) {
			return fmt.Errorf("%w: its signature is of another secret or of other bytes", webhook.ErrUnsigned)
		}
		return nil
	}
}
