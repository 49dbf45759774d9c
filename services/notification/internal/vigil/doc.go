// Package vigil keeps watch: it looks every ten seconds whom Tocsin hears and
// whom it reaches, tells people of silences, and sends the beat by which a third
// party sees that it does.
//
// A look gathers facts from the bus, has package pulse judge them, and keeps the
// answer as the last message of one subject, which has to be the last still:
//
//	read the last answer ──▶ gather ──▶ judge ──▶ keep ──▶ tell, call, beat
//	        ▲                                       └ refused: another process has looked
//	        └──────────────── ten seconds ◀─────────────────────┘
//
// So of several processes one tells, and a restart goes on where the last one
// stood. What was kept and not told, because the process died in between, is told
// after the next look, under the same id.
//
// A look is itself part of what the beat shows: what the bus does not acknowledge
// ends it, and no beat is sent.
//
// It leaves to others what is too long and who is silent (pulse), and the words
// (events).
package vigil
