// Package oncall says who is on call when.
//
// A schedule has up to three sources, of which the first that names somebody counts:
//
//	overrides of the file of routes      of several, the later in the file
//	its calendar                         of several, the one that begins later, then the later in the file
//	its rotation                         each person's turn, from handover to handover
//	none of them                         nobody is on call
//
// It promises:
//   - The same schedule and time give the same person.
//   - Every span is half-open: at the instant of a handover the next one is on
//     call, and no instant has two.
//   - A rotation hands over at the same time of the day all year: a turn in which
//     clocks change is an hour longer or shorter. A handover that the clocks leave
//     out happens as much later, one that they show twice the first time.
//
// It is pure. It leaves to others how a calendar is read (ical), whether somebody
// needs to be called (ladder), and how that is done (courier).
package oncall
