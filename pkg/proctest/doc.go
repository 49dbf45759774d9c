// Package proctest runs programs as processes of their own, so that a test can
// kill them, halt them and start them again.
//
//	bin := proctest.Build(t, "tocsin/services/x/cmd/x")
//	nats, url := proctest.NATS(t, bin)
//
// What it starts ends with the test. A process keeps all it has said, over all its
// lives; what a test waits for is a word of that. A process that has ended by itself
// fails the test at the next signal that is meant for it.
//
// It leaves to others what the programs do, and whether they did it.
package proctest
