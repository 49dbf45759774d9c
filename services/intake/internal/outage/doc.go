// Package outage keeps taking events in while the bus does not answer: it writes them to a
// spool, and stores them as soon as the bus is back.
//
//	       Take ─→ stored on the bus
//	direct ───────────────────────────── the bus is away, or does not answer ──→ spooling
//	  ↑                                                                             │
//	  └── nothing is left ── draining ←── the bus is back ─────────────────────────┘
//	                            └── away again ──→ spooling
//
// It promises:
//   - When Take returns nil, the events are on disk, on the bus or here.
//   - As long as anything lies here, what comes joins behind it, so that what one asked
//     after another's answer is stored after it. While the last of it is stored, what
//     comes waits for that.
//   - What lies here is stored in its order, by the same way as everything else; so what
//     is stored already, in part, or by another intake, changes nothing.
//   - What was stored up to two hours before the oldest that lies here is not forgotten until
//     that is stored, however long it lay.
//   - Before anything is stored after an outage, all tenants are known that were erased
//     meanwhile.
//   - What can never be stored is laid aside in the folder and logged, and stops no other.
//
// What is refused, and what the disk is like, it leaves to others.
package outage
