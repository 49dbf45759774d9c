// Package roster says who of the technicians is on duty, who is free, and what
// approving one more case would displace.
//
//	Technician: skills · shifts in a zone · absences · capacity ──┐
//	cases that run, tickets with an agent ── LoadOf ──→ Work ─────┼── At(t) ──→ Standing of each
//	a case that waits ── NeedOf ──────────────────────→ Need ─────┘               │
//	                                                        Room: free, or what would wait ◀── RoomFor
//
// It promises:
//   - Shifts are said in the technician's own zone and week. One that ends at or
//     before it begins ends on the next day. Where a clock is put forward or back,
//     the shift begins and ends by the wall clock.
//   - Shifts and absences are half-open: they hold from their beginning on, and no
//     more at their end. An absence without an end lasts.
//   - Who is off duty or absent is never free, whatever their load.
//   - The same book, load and time give the same answer in the same order.
//
// It is pure. It leaves to others where the book is kept (ledger) and who may
// change it (api), and it assigns nobody: a person does (decide).
package roster

// Zones are known without the machine's own files, which a container may lack.
import _ "time/tzdata"
