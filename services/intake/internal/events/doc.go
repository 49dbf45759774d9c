// Package events translates between what is said on the bus and what package
// receive decides on, and applies ticket events to the tickets' stream.
//
// The last TicketChanged of a subject is the ticket: Tickets.Apply reads it,
// folds the event in, and publishes the whole again with the expected sequence
// of the subject, so that state and news are one message and two intakes can
// not both win. Signals go out many in a message.
package events
