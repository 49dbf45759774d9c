// Package pull asks a helpdesk for the tickets that are open already, so that what
// intake knows begins with their past and not with its own first day.
//
//	list a page → ask for each of its tickets → hand over what they say → note it
//	     ↑______________________________ the next page ______________________________|
//
// It promises that a ticket's events are handed over together, in order of their time,
// and are on disk where they are handed to before the journal says so: a run that is
// killed at any point goes on after its last note, and what is handed over twice has
// the same ids. A ticket that did not change since it was noted is not asked for again,
// however the helpdesk's pages shift meanwhile. Requests are spaced, a helpdesk's own
// limits and its Retry-After go before, and what may mend itself is tried again. It
// reads, and changes nothing at the helpdesk.
//
// It leaves to others what a vendor's requests are (pull/helpdesk), what its tickets
// say (the doors), and where events go.
package pull
