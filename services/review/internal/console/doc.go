// Package console is the web console of leadership: the live queue of cases,
// one page for each case, and the forms by which a person decides; the board of
// conditions, each with its value over time (packages outlook, plot); and what is
// known over all cases: tickets, policy, roster, reports, deliveries, audit.
//
//	GET  /                    the queue: to decide, approved, ended; ?q= and other filters, ?group=&cursor= for more
//	GET  /several             what is ticked, to be asked once more; POST decides each by itself
//	GET  /cases/{id}          one case on one screen, all the evidence below; ?print=1 for paper
//	GET  /cases/{id}?correct={ticket}&tenant={tenant}  the same, with the form to correct how a ticket was read
//	POST /cases/{id}/{action} an order of a person (package desk)
//	POST /cases/{id}/correct  how a ticket should have been read (package teach)
//	POST /cases/{id}/split    a part becomes a case of its own; merge has it go on in another
//	POST /cases/{id}/preview  what people would read after a form as it is filled in
//	GET  /tickets, /deliveries, /audit   what is listed over all cases, filtered by the address, a page at a time
//	GET  /rejected, /rejected/{id}        what doors did not take (package doorstep); POST …/retry
//	GET  /deadletters, /deadletters/{id}  what waits for a person (package parked); POST …/retry, …/drop
//	GET  /routes              who would hear something, and why the others would not
//	GET  /policy              the reasons and grounds, and how often each fires
//	GET  /roster              who is on duty, busy and free, over the day
//	GET  /reports             how leadership decided in a period
//	GET  /conditions          the board: what is raised, near, undetermined
//	GET  /conditions/{scope}/{reason}/{subject}  one condition, over time
//	GET  /rows/{id}           one row of the queue, to swap in
//	GET  /live                server-sent events: which case has changed; that a second reader spoke
//	GET  /live/conditions     server-sent events: that the board has changed
//	GET  /signin              who are you? (package who); POST signs in, POST /signout ends it
//
// It promises:
//   - A page works without scripts. Scripts only keep it live: an event names
//     the case that changed, the page fetches its fragment and swaps it in,
//     keeping focus and what was typed. After a lost connection it reads all anew.
//   - A form carries the version that its reader saw and a key of its own. On a
//     case that has moved on since, nothing is decided; the answer shows what
//     changed and asks again. The same form sent twice is one order.
//   - "No data" never looks like "healthy": measured, ended, unknown and never
//     measured are different words, signs and shades.
//   - Text of others is only ever written by html/template, and the content
//     policy allows no script and no style but the console's own files.
//   - Every word is there in English and German (words.go).
//
// It leaves the rules to decide and desk, who may come in to who, where cases
// are kept to the ledger, and what is told to people to notification.
package console
