// Package history holds a set of signals, however large, and gives them back in
// the order in which a replay reads them, each source and id once.
//
//	Add ──▶ chunk in memory ──full──▶ sorted run in a temporary file ─┐
//	 └────▶ source and id, event time, number ─▶ 256 parts of it ─┐   ├─ merge ─▶ Each
//	                                                Seal: which ──┘ ──┘
//	                                                numbers repeat others
//
// Of signals with the same source and id the one with the earliest event time
// stands, at the same time the one whose content is smaller; with Options.AsGiven
// the order is that of Add and the first stands. The others are counted: those
// with the same content as duplicates, the rest as conflicting.
//
// What it holds in memory is bounded by Options.Memory, one bit for each signal,
// and a part's share (1 in 256) of the distinct ids. The temporary file
// has no name where the system allows that, so that nothing is left of it
// however the process ends.
package history
