// Package shard runs the rule engine over one ordered input and publishes what
// it finds exactly once, through crashes and stale owners.
//
//	      ┌──────────── claim: state.epoch + 1, expected sequence ───────────┐
//	      ▼                                                                  │
//	load checkpoint → read on after its position → changes ─┬─ already in state: drop
//	      ▲                                                 └─ new: one, then the state;
//	      └── every Interval: chunks, then manifest               or a batch {several, state}
//
// An Owner runs all shards over one reading of the stream SIGNALS: each message
// is decoded once and given to the shard of its tenants and to the platform's,
// a tick to all. Three parties work side by side, and none waits for another
// but for want of room:
//
//	reader     decodes, and gives each shard's engine its part    → outbox
//	publisher  one a shard: sends what the outbox holds at once   → CONDITIONS
//	keeper     writes snapshots whose changes are all published   → CHECKPOINTS
//
// The engine is deterministic, so after a restart the same changes come again
// with the same ids; the shard's state, written with the expected sequence of its
// subject, says which of them have been published. Several changes go in one batch
// with the state that includes them. One goes before it, if the state is still the
// expected one: then at most that one, the shard's last, may be published and not
// included. Who finds it anew looks for it on its subject; who finds other changes,
// by another policy or engine version, has the state include it first. An owner
// whose state was taken over by a higher epoch gets ErrFenced and publishes nothing
// more.
//
// A checkpoint saves reading the whole stream again. It is written in two
// generations that take turns, chunks first, manifest last, and counts only if
// its hash, engine version and policy version fit; without a valid one the
// other generation is used, and without either the stream is read from its
// beginning. Shards are frozen one after the other, between two messages; what
// was frozen passes through the outbox, so that the keeper gets it when all
// that was found before it is published.
//
// Two things make an owner compare what stands on the bus with what its engine
// holds, once it has read what is published already (a turn): that another
// policy or engine version has published it, and that a part of the input can
// not be read any more. What it says then makes the two agree. Every few seconds
// the owner says how far each shard sees and when it was last blind.
//
// It leaves to others what a condition is (detect), what people are shown of it
// (board), and what shards are told of tickets (feed).
package shard
