// Package receive decides what intake takes in and what a ticket is.
//
// It holds the two things that reach the house, a [TicketEvent] and a [Signal],
// the rules by which one is refused ([CheckTicketEvent], [CheckSignal]), and the
// fold that makes a ticket of its events ([Fold]).
//
// The fold promises that the order of arrival is of no matter: every order of
// one set of events, repeats included, gives the same ticket. Each field holds
// the value of the event with the highest event time; at the same instant the
// greater source, then the greater id wins. Lists keep their newest entries,
// times are the lowest or highest of what was seen. So a ticket has no states
// to draw; it only ever grows towards the whole set:
//
//	{} ──event──▶ ticket ──event──▶ ticket ──repeat──▶ the same ticket, changed = false
//
// It promises also that a ticket stays small: a text is at most [MaxText] bytes,
// a ticket at most [MaxTicket]. What does not fit is cut, oldest first, and the
// ticket says so.
//
// It leaves to others the wire formats, the hashing of people, the clock (a time
// is always a parameter), storage, and what the words of a ticket mean.
package receive
