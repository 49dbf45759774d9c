// Package drill tries what nobody can be sure of by reading: that everybody is told
// and everything is recorded, while processes die and receivers fail.
//
// A NATS server, two processes of notification, and review with its ledger, each a
// process as it is deployed, tell of cases that change without a pause. What they
// tell goes to receivers that take it, fail, hang and recover, ask to come later,
// take it and lose the answer, refuse it for good and take it when people send it
// back; to one that is told in groups, one with quiet hours, a mail server, and a
// helpdesk. Meanwhile processes are killed (-9) and halted for longer than the
// server waits for an acknowledgement (-STOP, -CONT), the server and review are
// killed too, at points drawn from a seed that is printed. At the end:
//
//   - Each change was told once to each audience, in its order, and nothing else was.
//   - Each notification was taken by each destination that a route leads it to, or
//     its record says why not: muted, or part of one message that was taken.
//   - A receiver that drops known ids was told nothing twice; the helpdesk bears each
//     note once, unless something was upset between look and note; a mail that came twice is marked so in the ledger.
//   - The ledger has each record of the stream. Each attempt that it has was seen by
//     the receiver, at that time. A request that it has not is one whose process, or
//     the server, was killed or halted before the record was stored, and another
//     attempt is recorded that was sent, or came later.
//   - Where one process runs and nothing fails, a destination takes what is told of a
//     case in the order of its versions.
//
// Run:
//
//	go test ./internal/drill               a short form
//	make drill                             fifty kills and what lies between
//	TOCSIN_DRILL_SEED=7 go test …          the same points once more
//
// It has no code of its own but its tests.
package drill
