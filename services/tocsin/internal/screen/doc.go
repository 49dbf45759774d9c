// Package screen is the console of a terminal: it lists the cases, shows one,
// and takes decisions, live and on the whole screen.
//
//	list ── enter ──→ case ── a d i e u s o c ──→ form ── enter ──→ preview ── enter ──→ decided
//	  ↑                │ esc                       │ esc             │ esc
//	  └────────────────┴───────────────────────────┴─────────────────┘
//
// It promises:
//   - Nothing is decided that was not seen: a decision goes out with the version
//     of the case on the screen, and what the requester will read is shown before.
//   - What is typed survives whatever arrives meanwhile, and a refusal.
//   - Words of customers are shown as words: no control character reaches the
//     terminal.
//
// What a decision is allowed to do is the server's to say; what people are told
// comes as News. The package is a bubbletea model: messages in, a picture out; it
// reads no clock but its Config's.
package screen
