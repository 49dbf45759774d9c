// Package drill tries what nobody can be sure of by reading: that each valid event is
// in the house once, and nothing else is, while processes die and everybody says
// everything again.
//
// A NATS server and two processes of intake, each as it is deployed, take in what
// producers and vendors send: ticket events and all nine kinds of signal, alone, in
// arrays, lines, protobuf, CloudEvents of each mode and log records, over HTTP and NATS;
// signed deliveries of helpdesks and monitors; and among them events that are not
// valid, lines that are no JSON, and deliveries that nobody signed. Three in ten come
// again: at once, later or much later, and often by another door than the first time.
// None comes in its order. Meanwhile the processes and the server are killed (-9). Who
// sends hears 202, or a refusal that it goes by, or sends the same again. At the end:
//
//   - The last word of each ticket is what the rules make of its events, each applied
//     once: its revision is their number, and TICKETS has as many messages as there
//     were ticket events.
//   - SIGNALS has each signal once, as it was sent, people hidden, and no other.
//   - Nothing that is not valid is on either, nor what nobody signed.
//   - DEADLETTER has each message that was refused on NATS, and no other. REJECTED has
//     only what was refused over HTTP.
//   - Each answer said what it had to: how many were taken, which lines were not.
//
// A second drill has each intake keep what comes while the server is away, and takes that
// away for long, three times; in the midst of it both intakes are killed. What they
// answered 202 has to be there all the same.
//
// A third halts the server (SIGSTOP): it holds its connections and answers nothing. Who
// sends hears within seconds that nothing is stored, or that it lies on a disk; when the
// server goes on, each event stands there once, whether it was handed over before or not.
//
// What is sent hangs on a seed that is printed; when it is sent, and who dies when,
// hangs on the machine too. Run:
//
//	go test ./internal/drill               a short form
//	make drill                             a million
//	TOCSIN_DRILL_SEED=7 go test …          the same events once more
//
// It has no code of its own but its tests.
package drill
