// Package ladder says whose turn it is to be called about a case that nobody has
// acknowledged.
//
//	begins ─→ level 1 ─ within ─→ level 2 ─ … ─→ the last level ─ within ─┐
//	             ▲                                                        │
//	             └──────────────── repeat times ──────────────────────────┤
//	                                                                      ▼
//	                                  the last word to all who were called: nobody acknowledged
//
// It is climbed for as long as the case waits for leadership and nobody has
// acknowledged it in this round.
//
// It promises:
//   - The same ladder, schedules, calls so far and time give the same steps.
//   - A level's time counts from when it was called, not from when it should have
//     been: after a standstill nobody is called faster than the file says.
//   - A level of which nobody is on call is passed at once, and says so. Where that
//     is so of all levels, the ladder waits as long as all would have had.
//   - Each level is called once in each repetition, however often it is asked.
//
// It is pure. It leaves to others which ladder a case has (route), who is on call
// (oncall), what mutes it, and how calls are kept and carried (courier).
package ladder
