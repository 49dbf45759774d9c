package onetime

import "encoding/base64"

// Longest is for tests: no token is longer.
const Longest = longest

// Signed is for tests: any bytes with a signature that holds.
func Signed(key, said []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(said[:len(said):len(said)], mac(key, said)...))
}
