// Package helpdesk is what the channels that write on tickets have in common: a
// helpdesk is an API, and each channel says in a [Vendor] what its own is like.
//
//	audience            what is written
//	requester           an answer that the customer reads
//	csm, agent          a note that colleagues alone read, with its title
//	leadership          nothing: refused, as is what names no ticket, or one of another helpdesk
//
// A note is its words and one line with the mark by which it is known when the
// helpdesk hands it back (package ownmark). Nothing that people wrote becomes
// markup, mentions somebody or is filled in by a helpdesk: see [HTML] and [Wiki].
//
// No helpdesk tells repeats by an id of ours, so whatever may be a repeat is
// looked for on its ticket first. A note is there twice only if an attempt
// arrives after the look that did not find it.
//
// What answers mean is said by package post. Of an answer, the record holds the
// status and the id of the note: the rest is the ticket, which is other people's.
package helpdesk
