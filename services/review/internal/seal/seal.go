// Package seal keeps what people wrote readable only as long as their tenant's key is there.
//
// A text is sealed with AES-256-GCM under a key that HKDF derives from the
// tenant's key, for one thing alone: a case, a loose ticket, a label. What it is
// stands with it as additional data: a sealed text that is put in another
// place, or into another case, cannot be opened there. Each sealing has a nonce of
// its own at random; since each thing has its own key, none comes near the
// number of texts at which chance would repeat one.
//
//	sealed:1:<base64 of 4 bytes that name the key, nonce, text and tag>
//
// It promises:
//   - What was written before there was sealing is read as it is.
//   - A text whose key was destroyed reads as Erased, and everything goes on. The
//     key that the tenant is given later opens nothing of before.
//   - A text that was changed or moved reads as Unreadable, never as another text.
//   - Reading makes no keys, and neither needs the bus for a tenant seen before.
//
// The keys are pkg/tenantkey's. Which texts are personal, the ledger says.
package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"tocsin/pkg/tenantkey"
)

// What is read where a text cannot be.
const (
	Erased     = "[erased]"     // its key was destroyed
	Unreadable = "[unreadable]" // it was changed, or belongs elsewhere
	Locked     = "[sealed]"     // it is read without any keys
)

// prefix begins a sealed text, and says how it is sealed.
const prefix = "sealed:1:"

// label keeps the derived keys apart from what others derive from a tenant's key.
const label = "tocsin review seal 1\x00"

// named is how many bytes name the key that a text was sealed with.
const named = 4

// Keys are the tenants' keys.
type Keys interface {
	// Of is the tenant's key, made now if it has none.
	Of(ctx context.Context, tenant string) (tenantkey.Key, error)
	// Get is the tenant's key as it is, or tenantkey.ErrNone.
	Get(ctx context.Context, tenant string) (tenantkey.Key, error)
	// Site is the key of the whole site, which no tenant has.
	Site(ctx context.Context) (tenantkey.Key, error)
}

// A Sealer seals and opens. A nil one seals nothing and opens nothing.
type Sealer struct{ keys Keys }

// New is a sealer with these keys.
func New(keys Keys) *Sealer { return &Sealer{keys} }

// To is what seals the texts of one tenant in one thing. Its error says that the
// tenant's key is not at hand now; trying again helps.
func (s *Sealer) To(ctx context.Context, tenant, thing string) (Box, error) {
	if s == nil {
		return Box{open: true}, nil
	}
	key, err := s.keys.Of(ctx, tenant)
	if err != nil {
		return Box{}, err
	}
	return box(key, thing)
}

// From is what opens the texts of one tenant in one thing. Its error says that
// the tenant's key is not at hand now; trying again helps.
func (s *Sealer) From(ctx context.Context, tenant, thing string) (Box, error) {
	if s == nil {
		return Box{open: true}, nil
	}
	key, err := s.keys.Get(ctx, tenant)
	if errors.Is(err, tenantkey.ErrNone) {
		return Box{}, nil
	}
	if err != nil {
		return Box{}, err
	}
	return box(key, thing)
}

// SiteKey is a key for keyed hashes, derived for one use alone: who has the tables
// does not have it. A nil sealer has none: ask it nothing.
func (s *Sealer) SiteKey(ctx context.Context, use string) ([]byte, error) {
	key, err := s.keys.Site(ctx)
	if err != nil {
		return nil, err
	}
	return hkdf.Key(sha256.New, key, nil, "tocsin review hash 1\x00"+use, sha256.Size)
}

// A Box seals and opens the texts of one tenant in one thing. The zero Box has no
// key any more.
type Box struct {
	open bool // there is no sealing
	name [named]byte
	gcm  cipher.AEAD
}

func box(key tenantkey.Key, thing string) (Box, error) {
	derived, err := hkdf.Key(sha256.New, key, nil, label+thing, 32+named)
	if err != nil {
		return Box{}, fmt.Errorf("derive a key: %w", err)
	}
	block, err := aes.NewCipher(derived[:32])
	if err != nil {
		return Box{}, fmt.Errorf("derive a key: %w", err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Box{}, fmt.Errorf("derive a key: %w", err)
	}
	return Box{gcm: gcm, name: [named]byte(derived[32:])}, nil
}

// Seal is the text, sealed into a field of the thing. No text stays none.
func (b Box) Seal(field, text string) string {
	if b.open || b.gcm == nil || text == "" {
		return text
	}
	sealed := make([]byte, named, named+len(text)+b.gcm.Overhead())
	copy(sealed, b.name[:])
	return prefix + base64.RawStdEncoding.EncodeToString(b.gcm.Seal(sealed, nil, []byte(text), []byte(field)))
}

// Open is the text that was sealed into the field, or, where it cannot be read,
// Erased, Unreadable or Locked.
func (b Box) Open(field, sealed string) string {
	coded, is := strings.CutPrefix(sealed, prefix)
	if !is {
		return sealed
	}
	if b.open {
		return Locked
	}
	data, err := base64.RawStdEncoding.DecodeString(coded)
	if err != nil || len(data) < named {
		return Unreadable
	}
	if b.gcm == nil || [named]byte(data) != b.name {
		return Erased
	}
	text, err := b.gcm.Open(data[named:named], nil, data[named:], []byte(field))
	if err != nil {
		return Unreadable
	}
	return string(text)
}

// Sealed says that a text is sealed.
func Sealed(text string) bool { return strings.HasPrefix(text, prefix) }
