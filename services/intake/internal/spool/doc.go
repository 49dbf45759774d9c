// Package spool keeps a queue on disk: what is put in first is given out first, and
// what is in it is there after whatever end of the process.
//
//	Append ─→ ┌ 00…1.spool ┬ 00…2.spool ┬ 00…3.spool ┐ ─→ Next ─→ (the caller stores it) ─→ Done
//	          └────────────┴────────────┴────────────┘
//
// It promises:
//   - When Append returns nil, the entry is on disk, synced. Those who append at once
//     share one sync.
//   - Next gives entries in the order in which they were appended. What is not Done
//     is given again after a start; what is Done may be, if the process died meanwhile.
//   - A file whose entries are all Done is deleted, so that nothing of them is left, and
//     so is the last one as soon as nothing is in it.
//   - It takes no more than its bytes on disk: ErrFull. A disk that has no room, or fails,
//     has the entry refused, and costs none that is there.
//   - An entry that was written by halves was never acknowledged: it is cut off. One that
//     is damaged later, by its checksum, is passed over; those behind it are found, and
//     the file stays beside, under another name.
//   - One process uses a folder at a time.
//
// It reads one file at a time, so that a full queue costs little memory. It does not
// know what the entries say, and reads no clock.
//
// An entry on disk, numbers little-endian:
//
//	"tsp1" · CRC-32C of all that follows (4) · length of data (4) · count (4) · tag (4) · at (8) · data
package spool
