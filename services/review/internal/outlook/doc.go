// Package outlook keeps how the conditions stand, for people to look at: what is
// raised, what is near, what nobody hears of, and since when nobody looked.
//
// Four kinds of facts come in. A Change is monitoring's word that a condition
// was raised or has ended, and stands. A Standing is a look at one rule, about
// once a minute while there is something to see. A Looked ends a look of one
// shard of monitoring at all that it keeps. A Sight says how far a shard has
// read, and what it missed.
//
//	Change raised ───────────────▶ raised ──── Change ended ───▶ calm
//	Standing near ───────────────▶ near ─────┐
//	Standing undetermined ───────▶ undetermined ─── a Looked without it ──▶ calm
//
// It promises:
//   - What a Change says of raised and ended wins over a Standing that is older.
//   - A shard that has looked again and not said a standing again is done with
//     it, so nothing stays near because its end was missed.
//   - No look for two and a half minutes is blindness, with its beginning, and
//     never calm; nor is it before all was read that the bus held at the start.
//   - Its memory is bounded: so many rules, so many points each. What is calm
//     for longest is forgotten first.
//
// It is pure but for a lock: it knows no bus and no clock. Package events feeds
// it; console and api show it.
package outlook
