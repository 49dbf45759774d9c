// Package limit keeps what one producer may ask of intake within bounds, so that a
// loud or broken one does not cost the others their turn.
//
//	Keeper.Of(source) ─→ Meter ─ Begin, Events, Wait ─→ how fast
//	                       └──── Names ───────────────→ how many tenants and tickets
//	Room.Enter ────────────────────────────────────────→ how much at once
//	Shape ─────────────────────────────────────────────→ how deep and how many
//
// It promises that what is refused is refused with a *TooMuch, which says when to come
// again and what to do; that one source uses up nothing of another's; and that what it
// remembers is bounded. Limits are those of this process: of two intakes each has its
// own.
//
// It knows no HTTP and no clock but the one it is given.
package limit
