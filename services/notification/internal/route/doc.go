// Package route says who hears what: which destination a notification goes to,
// when, and why not where it does not.
//
// A file names destinations and routes. A destination hears what any of its
// routes matches; the order of routes means nothing, and nothing is left over
// for a later one. Of several routes that match, the one that tells soonest
// counts. For one notification and one destination the checks are, in order:
//
//	no route of the destination matches ─→ Skip
//	a mute, a maintenance window or an inhibition covers it ─→ Silence
//	the destination's quiet hours ─→ Hold, until they end; then as one message
//	the route gathers or digests ─→ Hold, until the group or the digest is due
//	otherwise ─→ Send
//
// A file may name ladders and schedules as well: who is called about a case until
// somebody acknowledges it. Here stands how they are written and which ladder a
// case has; who is on call when is said by oncall, whose turn it is by ladder.
//
// It promises:
//   - The same file, notification, time and World give the same Verdict, with a
//     reason in words for each.
//   - A file that is not understood whole is refused, with line and column of
//     every problem; nothing in it is guessed.
//   - A mute covers audiences that it names and no others, and never the message
//     that says what a mute silenced, unless it names that kind.
//   - Hours are of a named time zone, half-open, and may pass midnight.
//
// It is pure: no clock, no bus, no file system. It leaves to others how a
// message is carried (channel), when it is tried again (courier), and what it
// says (deliver).
package route
