// Package ledger keeps cases, what was decided, and what was told, in SQL.
//
//	fact or command ─→ Change, Update ─→ one transaction: inbox · case · links · audit · notes · labels · outbox
//	correction ──────→ Teach ─────────→ a label                                                        │
//	    relay ←─ Pending, MarkSent ────────────────────────────────────────────────────────────────────┘
//
// It promises, on either engine, however many processes write:
//   - All rows of one change are written in one transaction, or none is.
//   - Facts that are heard together (HearAll) are as if heard one by one, in one
//     commit; one that can not be heard keeps no other back.
//   - A cause is applied once: the same consumer and event id again change
//     nothing, state nothing, and are answered with applied = false.
//   - Two writers never double a case or a transition. Changes that can touch
//     the same cases follow one another (a lock on the scope, the version of
//     each case, unique links); who loses a race tries again on what won.
//   - Audit rows are only ever added. They carry ids and no personal text, and
//     each holds the hash of the one before it, so that a changed or missing row
//     shows (Verify, Check). A tail that was cut, or a chain written anew, shows
//     against heads that were published before (MakeHeads).
//   - What people wrote is sealed with their tenant's key (Sealed): in the tables
//     and their backups it can be read as long as the key is there.
//   - Labels are only ever added, a decision's with the decision itself.
//   - Cases are found by filters, by ids and by words of subjects. The tables hold
//     no words, only their keyed hashes; who asks for some tenants' cases finds
//     none by what is another tenant's.
//   - Pending gives what is to be published of one case in the order of its versions.
//
// The rules are decide's and teach's; the engines (ledger/sqlite, ledger/postgres) add only
// how to connect, how to lock, and the DDL. Who publishes, and who asks, is
// left to others, who say in an interface of their own what they need of it.
package ledger
