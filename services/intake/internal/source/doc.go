// Package source says who a producer is: for whom it may speak, and how far it is
// trusted.
//
//	token ─ Book.Shown ─→ Source ─ May ─→ the events that it may state
//
// It promises that a token is compared in a time that tells nothing of any, that a
// source states events under its own name only and of its own tenants only, and that
// how far it is trusted is said by the house, never by the source.
//
// A nil *Source is the house itself, and may speak for everybody. A nil or empty Book
// knows nobody; what that means is its caller's: as long as a house names no source,
// nobody is asked who they are.
package source
