package once

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"

	"github.com/minio/highwayhash"
)

// A Key names a thing.
type Key [12]byte

// KeyOf is the key of a thing with these names, in this order: others have another key.
// It is the same in every process, so it may be written down.
func KeyOf(names ...string) Key {
	var room [256]byte
	sum := sha256.Sum256(joined(room[:0], names))
	return Key(sum[:12])
}

// joined are names behind each other, so that others never read alike.
func joined(room []byte, names []string) []byte {
	for _, name := range names {
		room = append(binary.AppendUvarint(room, uint64(len(name))), name...)
	}
	return room
}

// A Namer gives keys that only this process knows: they hang on a secret of its own, so
// they cost a fifth of KeyOf's, and mean nothing to anybody else or after its end.
type Namer struct{ secret [highwayhash.Size]byte }

// NewNamer returns one with a secret of its own.
func NewNamer() *Namer {
	n := &Namer{}
	_, _ = rand.Read(n.secret[:]) // it never fails
	return n
}

// Of is what KeyOf is, as far as this namer goes.
func (n *Namer) Of(names ...string) Key {
	var room [256]byte
	sum := highwayhash.Sum128(joined(room[:0], names), n.secret[:])
	return Key(sum[:12])
}

// TagOf is a tag of what a thing says: what says otherwise has another one, but for one
// in four thousand million. It is never 0.
func TagOf(said []byte) uint32 {
	sum := sha256.Sum256(said)
	return max(1, binary.LittleEndian.Uint32(sum[:4]))
}
