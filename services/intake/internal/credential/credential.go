// Package credential says whether who sends a delivery may.
//
// It promises that comparing takes a time that tells nothing of what is compared,
// that without a credential nobody is let in, and that no secret stands in an error.
package credential

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/certs"
)

// ErrDenied says that the sender showed no credentials, or other ones than were
// set. Sending the same again does not help.
var ErrDenied = errors.New("not let in")

// TokenHeader has a token where a sender can set headers of its own, but not
// Authorization.
const TokenHeader = "X-Tocsin-Token"

// ErrClient says that the sender has not shown by TLS that it is a client who is let
// in, whatever else it showed. It is an ErrDenied.
var ErrClient = fmt.Errorf("%w by its connection", ErrDenied)

// A Set is what lets in; any one of its credentials does. While one is being
// replaced both the old and the new one stand in it.
type Set struct {
	// Secrets are what the vendor signs with.
	Secrets []string
	// Tokens are bearer tokens; they may stand in TokenHeader too.
	Tokens []string
	// Passwords are "user:password", shown by basic authentication.
	Passwords []string
	// Clients, if there are any, are names of whom a client's certificate has to have
	// one, beside a credential.
	Clients []string
	// Alone says that the certificate is enough: no credential was ever set.
	Alone bool
}

// Empty says that nothing lets in.
func (s Set) Empty() bool {
	return len(s.Secrets)+len(s.Tokens)+len(s.Passwords) == 0 && !s.byClient()
}

// byClient says that a client's certificate is what lets in.
func (s Set) byClient() bool { return s.Alone && len(s.Clients) > 0 }

// Known says whether a client has one of the names, where there are any. Its error is
// ErrClient.
func Known(names []string, c certs.Client) error {
	switch {
	case len(names) == 0 || slices.ContainsFunc(c.Names, func(name string) bool { return slices.Contains(names, name) }):
		return nil
	case !c.Encrypted:
		return fmt.Errorf("%w: a client's certificate is asked for, and this came without TLS that ends here; send it to https, past any proxy that ends it", ErrClient)
	case len(c.Names) == 0:
		return fmt.Errorf("%w: a client's certificate is asked for, and none was shown that is good and of an authority that is believed here", ErrClient)
	}
	return fmt.Errorf("%w: the client's certificate is of %.200q, and none of these names is let in", ErrClient, c.Names[:min(len(c.Names), 3)])
}

// BySignature says that only a delivery that the vendor has signed is let in.
func (s Set) BySignature(door webhook.Door) bool { return door.Verify != nil && len(s.Secrets) > 0 }

// Admit says whether the delivery shows one of the credentials. Where the vendor
// signs and a secret is set, only a signature lets in. Errors are ErrDenied or
// webhook.ErrUnsigned.
func (s Set) Admit(door webhook.Door, d webhook.Delivery) error {
	if err := Known(s.Clients, d.Client); err != nil || s.byClient() {
		return err
	}
	if s.BySignature(door) {
		var err error
		for _, secret := range s.Secrets {
			if err = door.Verify(d, secret); err == nil || errors.Is(err, webhook.ErrUntimely) {
				return err // of this secret: what the others would say tells nothing
			}
		}
		return err
	}
	if among(s.Tokens, strings.TrimSpace(d.Header.Get(TokenHeader))) {
		return nil
	}
	return s.authorize(d.Header.Get("Authorization"))
}

// authorize says whether the Authorization header has one of the credentials.
func (s Set) authorize(header string) error {
	scheme, shown, _ := strings.Cut(header, " ")
	shown = strings.TrimSpace(shown)
	switch {
	case strings.EqualFold(scheme, "Bearer") && among(s.Tokens, shown):
		return nil
	case strings.EqualFold(scheme, "Basic"):
		pair, err := base64.StdEncoding.DecodeString(shown)
		if err == nil && among(s.Passwords, string(pair)) {
			return nil
		}
	}
	return fmt.Errorf("%w: its Authorization header is missing or not the one that is set; a token may stand in %s too", ErrDenied, TokenHeader)
}

// among compares with each, in a time that tells nothing of either, their lengths
// included. What is empty is never let in.
func among(all []string, shown string) bool {
	found := 0
	x := sha256.Sum256([]byte(shown))
	for _, one := range all {
		y := sha256.Sum256([]byte(one))
		if one != "" {
			found |= subtle.ConstantTimeCompare(x[:], y[:])
		}
	}
	return found == 1
}
