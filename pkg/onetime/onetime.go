// Package onetime signs what a link lets whoever holds it do once: for one round
// of one case, until a time.
//
//	notification ── Sign ─→ a message with …/ack/TOKEN ─→ a person ─→ Open ── review
//
// A token is what it says and an HMAC-SHA256 over exactly those bytes, in
// base64url. Both sides take the key from a bucket that they share.
//
// It promises:
//   - Without the key nobody makes or changes a token. Of the same claim and key
//     there is one token, and no other text opens as that claim.
//   - Two processes that ask for the key at the same time get the same one.
//   - What Open refuses, it refuses for ErrForged or ErrExpired, and says of a
//     forged token nothing that stands in it.
//
// A token hides nothing: who has it reads the case's id and where it was sent. That
// it works once is left to who acts on it: the round that it names can be
// acknowledged once, and the ledger knows by whom.
//
// The key is changed by taking it out of its bucket; the next who asks makes
// another. Tokens of the old one are forged from then on, so people who were sent
// one go to the console instead.
package onetime

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
)

// Why a token is not opened. Neither mends itself.
var (
	ErrForged  = errors.New("this is no link that was made here, or its key was changed since")
	ErrExpired = errors.New("this link is too old")
)

// A Claim is what a token stands for.
type Claim struct {
	// ID is the link's own: the audit names it.
	ID string
	// Case is the case's id, Round the round that it was sent for.
	Case  string
	Round uint64
	// To is the destination that it is sent to: who acts by it acts as "link:" and this.
	To string
	// Expires is until when it is good, in whole seconds; a part of one is cut off.
	Expires time.Time
}

// form is the first byte of what is signed: another one means other bytes behind it.
const form = 1

// longest is how many characters a token has at most; no claim of ours comes near.
const longest = 2048

// Sign is the token of a claim.
func Sign(key []byte, c Claim) string {
	said := c.bytes()
	return base64.RawURLEncoding.EncodeToString(append(said, mac(key, said)...))
}

// Open is the claim that a token stands for. The error of one that was good until
// before at is ErrExpired, with the claim; of anything else ErrForged, without.
func Open(key []byte, token string, at time.Time) (Claim, error) {
	if len(token) > longest || len(key) != keySize {
		return Claim{}, ErrForged
	}
	all, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(all) < sha256.Size {
		return Claim{}, ErrForged
	}
	said, sum := all[:len(all)-sha256.Size], all[len(all)-sha256.Size:]
	if !hmac.Equal(sum, mac(key, said)) {
		return Claim{}, ErrForged
	}
	c, ok := read(said)
	if !ok { // of a program that signs in another form
		return Claim{}, ErrForged
	}
	if !at.Before(c.Expires) {
		return c, fmt.Errorf("it was good until %s: %w", c.Expires.Format(time.RFC3339), ErrExpired)
	}
	return c, nil
}

func mac(key, said []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(said)
	return h.Sum(nil)
}

// bytes are the claim as it is signed: numbers with their size, texts after their length.
func (c Claim) bytes() []byte {
	b := []byte{form}
	b = binary.BigEndian.AppendUint64(b, c.Round)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Expires.Unix()))
	for _, text := range []string{c.ID, c.Case, c.To} {
		b = binary.BigEndian.AppendUint16(b, uint16(min(len(text), math.MaxUint16)))
		b = append(b, text[:min(len(text), math.MaxUint16)]...)
	}
	return b
}

// read is the claim that bytes gives; false where it gives no such bytes.
func read(b []byte) (c Claim, ok bool) {
	const head = 1 + 8 + 8
	if len(b) < head || b[0] != form {
		return c, false
	}
	c.Round = binary.BigEndian.Uint64(b[1:])
	c.Expires = time.Unix(int64(binary.BigEndian.Uint64(b[9:])), 0).UTC()
	b = b[head:]
	for _, text := range []*string{&c.ID, &c.Case, &c.To} {
		if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
			return c, false
		}
		n := 2 + int(binary.BigEndian.Uint16(b))
		*text, b = string(b[2:n]), b[n:]
	}
	return c, len(b) == 0
}
