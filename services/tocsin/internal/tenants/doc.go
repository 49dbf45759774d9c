// Package tenants takes a tenant out of all that the house keeps, and hands out
// what it keeps of one.
//
//	Count ─→ what lies where
//	Erase ─→ tombstone ─→ key destroyed ─→ ledger ─→ streams, until a pass finds nothing ─→ ledger again ─→ done
//	             └── broken off at any place, it goes on when it is called again ──┘
//
// It promises:
//   - From the tombstone on (package erasure) every service passes over what is of
//     the time before, so nothing that comes late brings it back.
//   - What is deleted from a stream is overwritten on disk, message by message,
//     where the server still has it as a message.
//   - Other tenants' messages, rows and keys are not touched. Of what tenants share
//     (the platform's cases) only their part stays.
//   - A Report says of each place what was removed, and what stays, why and until when.
//
// The ledger is review's: it is asked, and does its part in a transaction a case.
// What stays are ids, numbers and times, and people's ids hidden with a key that
// nobody has any more.
package tenants
