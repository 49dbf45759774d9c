// Package calling climbs the ladders of cases that nobody has acknowledged.
//
//	CASES ─→ waits for leadership? ─→ whose turn is it, and how far was it climbed (CALLS)?
//	  ▲                                  │ nobody's yet: look again then
//	  │                                  │ muted, in a window, explained by another case:
//	  │                                  │   recorded once, look again in a while
//	  │                                  ▼
//	  └── somebody acknowledges ←── the calls and how far the ladder is climbed, in one → CALLS
//
// It promises:
//   - A level is called once, by however many processes and after whatever crash:
//     how far the ladder was climbed has to be the last of its case still, and is
//     stored together with the calls or not at all.
//   - Nothing is kept in memory but when to look at which case: a start finds all
//     of it in CASES and CALLS.
//   - A ladder that is silenced waits: when the silence ends and nobody has
//     acknowledged, the level is called then. Where only some of a level's
//     destinations are muted, the others are called.
//   - A round keeps the ladder that it began with, for as long as the file has it.
//     A case that nothing has happened to for three days begins none.
//
// It leaves to others whose turn it is (ladder), how a call is carried and what it
// says when it is overtaken (courier), and its words (deliver).
package calling
