// Package events translates between the bus and review: assessments, condition
// changes and deliveries in, case changes out.
//
// A handler makes domain words of a message and gives them to the ledger in one
// call; the ledger drops repeats. Case changes go out by the Relay, from the
// outbox that the ledger filled in the transaction of the change.
package events
