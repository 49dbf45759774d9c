// Package once knows what was stored lately, so that what comes again is not stored
// again.
//
// A Set holds, for each thing, a Key made of its names and a tag made of what it says.
// It promises
//   - to know each thing for at least its window after it was added, unless more came
//     than it may hold: then it forgets the oldest first, and holds at least two
//     thirds of what it may;
//   - never to be wrong in practice when it says that it knows a thing: a key has 96
//     bits, so of a thousand million things against sixteen million known ones the
//     chance that any is mistaken is 2 in 10^13. They are of SHA-256 where keys are
//     written down; a Namer's are of HighwayHash under a secret that never leaves the
//     process, and nobody is shown a key, so nobody can look for two names that share
//     one;
//   - to take at most 32 bytes for each thing, as soon as there are some thousands;
//   - to grow in small steps: nobody waits while all that is known is copied.
//
// It does not say where what it knows lies, nor how it is known after a start: who
// stores tells it. It reads no clock, and is used by one goroutine at a time.
//
// Ages are kept by generation, each of half the window:
//
//	Add ──→ newest ──(half the window, or a third of what it may hold)──→ second ──→ oldest ──→ forgotten
package once
