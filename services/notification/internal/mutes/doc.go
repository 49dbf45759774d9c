// Package mutes keeps what people do not want told for a while.
//
//	set ─→ ahead ─ from ─→ holds ─ until ─→ over ─→ summed
//	          └──── ended by somebody ──┴────↑
//
// A mute stands in MUTES, and the last message of its subject is the mute: each
// deed is another message, which expects the one before it, so that of two
// processes one is first and the other reads again. Nothing is deleted. Every
// process follows the stream; none judges before it has read what stands there.
//
// It promises:
//   - The same order under the same key sets one mute.
//   - When a mute is over, leadership is told once what it silenced, as the records
//     of deliveries say it; of one that silenced nothing, nothing.
//
// It leaves to others what a mute covers and which may be set (route), the words
// (deliver), and who may set one (whoever asks).
package mutes
