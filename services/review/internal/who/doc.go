// Package who settles who a request comes from, and whether they are let in.
//
//	a browser ── session cookie ────────────────────────┐
//	a program ── bearer tcs_…, leadership's token ──────┼─→ Gate.Person ─→ decide.Person
//	a program of this machine and account ── nothing ───┘
//
//	a session:  opened ──→ seen, turned (another id each hour) ──→ ended
//	              ▲                                                 ▲
//	  provider · leadership's token · one-time link     idle, old, signed out, an id that was given up
//
// It promises:
//   - Only hashes of sessions' ids and of tokens are kept. A session gets a new id
//     at each sign-in and each hour; an id that was given up more than a minute ago
//     ends the session of whoever shows it: one of two has stolen it.
//   - A session that was opened in a way that is not open any more is none.
//   - A request of another site's page is refused (http.CrossOriginProtection); the
//     cookie is out of reach of scripts, and of other sites (SameSite=Strict).
//   - The name that a request gives counts only where what let it in names nobody:
//     leadership's token, and this machine.
//   - After ten wrong tokens from one address only those are looked at there, for a
//     minute, that nobody can guess.
//   - Where the ledger can not be asked, nobody is let in, and the answer says why.
//
// A request is answered within fifteen seconds or given up. A stream is served for ten
// minutes at most, so that a live page learns within that time that its session is over.
//
// It leaves what each role may do to decide, what each person sees to wall, the
// pages to console, and what a provider's words mean to its package oidc.
package who
