// Package flowtest runs whole-system stories against the real program.
//
// A story is a text file in testdata: one step a line, read top to bottom. The
// program runs as a process of its own, with its own bus and ledger, so that a
// story can kill it and start it again. Steps speak to it as its users do: over
// NATS and HTTP. Nothing sleeps; a step awaits a fact and fails if it does not
// come true in time.
//
//	signal KIND [tenant=T] [users=1..101] [at=-5m] [field=value …]   tell of things a monitor saw
//	ticket TENANT ID opened 'subject' 'body' [field=value …]         a customer opens a ticket
//	ticket TENANT ID note KIND 'text'                                somebody writes on it
//	ticket TENANT ID status STATUS
//	poison SUBJECT 'bytes'                                           something that is no event
//	repeat                                                           send every signal and ticket event again
//	redeliver STREAM                                                 every event of a stream again, under new message ids
//	await condition SCOPE REASON [field=value …]
//	await case TENANT [state=S] [tickets=N] [conditions=N] [recommendation=R]
//	await deadletter CONSUMER ['part of the reason']
//	case TENANT ACTION [by=NAME] [eta=2h] [ground=G] [note='…']      leadership acts on the tenant's case
//	settled                                                          wait until nothing is under way
//	cases TENANT N                                                   so many cases of the tenant, exactly
//	notified AUDIENCE [times=N] [ticket=ID] [kind=K] [language=L] [says='…']   so many notifications, exactly
//	kill | stop | start                                              the program: kill -9, end, run again
package flowtest
