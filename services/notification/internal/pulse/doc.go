// Package pulse says who is silent that should be heard, and whether the whole
// way is well.
//
// It is asked again and again, each time with what was found now and with its
// own last answer. A voice is a source that sends, or a destination that takes:
//
//	           not heard for longer than its limit
//	heard ─────────────────────────────────────────▶ silent ──▶ told so, once
//	  ▲                                                 │
//	  └───────────────── heard ─────────────────────────┘──▶ told so, once, if the silence was
//
// A source may be silent whenever it can be heard: a named one from its first
// look on, any other since it was heard once. A destination is silent only while
// something waits for it and it takes nothing.
//
// It promises:
//   - The same facts and the same last answer give the same answer.
//   - Longer than the limit, not as long as, and by time that was watched: what
//     passes while nobody looks (a stop of over a minute, a clock that jumps) or
//     while nobody can be heard (intake is away) counts for nothing. So neither
//     silences anybody, and a restart starts nothing anew.
//   - The whole way is well only while each part shows that it works; what does
//     not is named.
//
// It is pure. It leaves to others where the facts come from and who is told (vigil).
package pulse
