// Package shard runs the rule engine over one ordered input and publishes what
// it finds exactly once, through crashes and stale owners.
//
//	      ┌──────────── claim: state.epoch + 1, expected sequence ───────────┐
//	      ▼                                                                  │
//	load checkpoint → read on after its position → changes ─┬─ already in state: drop
//	      ▲                                                 └─ new: one atomic batch
//	      └── every Interval: chunks, then manifest               {changes, state}
//
// The input is the stream SIGNALS, filtered to the shard: signals and ticks in
// one order. The engine is deterministic, so after a restart the same changes
// come again with the same ids; the shard's state, written in one batch with
// the changes it includes and with the expected sequence of its subject, says
// which of them have been published. An owner whose state was taken over by a
// higher epoch gets ErrFenced and publishes nothing more.
//
// A checkpoint saves reading the whole stream again. It is written in two
// generations that take turns, chunks first, manifest last, and counts only if
// its hash, engine version and policy version fit; without a valid one the
// other generation is used, and without either the stream is read from its
// beginning.
package shard
