package once

import (
	"crypto/sha256"
	"encoding/binary"
)

// A Key names a thing.
type Key [12]byte

// KeyOf is the key of a thing with these names, in this order: others have another key.
func KeyOf(names ...string) Key {
	var room [256]byte
	text := room[:0]
	for _, name := range names {
		text = append(binary.AppendUvarint(text, uint64(len(name))), name...)
	}
	sum := sha256.Sum256(text)
	return Key(sum[:12])
}

// TagOf is a tag of what a thing says: what says otherwise has another one, but for one
// in four thousand million. It is never 0.
func TagOf(said []byte) uint32 {
	sum := sha256.Sum256(said)
	return max(1, binary.LittleEndian.Uint32(sum[:4]))
}
