package alertmanager

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Settings say how one Alertmanager is read. The zero value reads, but lets
// nobody in.
type Settings struct {
	// Source is the source of the signals; "alertmanager" if empty.
	Source string
	// Components gives an alertname its component, for alerts without the label.
	Components map[string]string
	// Token is what the sender has to show as bearer token; empty takes none.
	Token string
	// User and Password are what it has to show by basic authentication instead;
	// an empty password takes none.
	User     string
	Password string
}

// ErrCredentials says that the sender showed no credentials, or other ones than
// were set. Sending the same again does not help.
var ErrCredentials = errors.New("alertmanager delivery refused")

// Authorize says whether the Authorization header has the credentials that are
// set. They are compared in constant time. Errors are ErrCredentials.
func (s Settings) Authorize(header string) error {
	if s.Token == "" && s.Password == "" {
		return fmt.Errorf("%w: no token or password is set for it", ErrCredentials)
	}
	scheme, shown, _ := strings.Cut(header, " ")
	shown = strings.TrimSpace(shown)
	switch {
	case strings.EqualFold(scheme, "Bearer") && s.Token != "" && same(shown, s.Token):
		return nil
	case strings.EqualFold(scheme, "Basic") && s.Password != "":
		pair, err := base64.StdEncoding.DecodeString(shown)
		if err == nil && same(string(pair), s.User+":"+s.Password) {
			return nil
		}
	}
	return fmt.Errorf("%w: its Authorization header is missing or not the one that is set", ErrCredentials)
}

// same compares in a time that tells nothing of either, their lengths included.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func (s Settings) source() string {
	if s.Source == "" {
		return "alertmanager"
	}
	return s.Source
}
