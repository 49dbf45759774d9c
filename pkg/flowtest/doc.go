// Package flowtest runs whole-system stories against the real program.
//
// A story is a text file in testdata: one step a line, read top to bottom. Steps
// speak to the program as its users do: over NATS and HTTP. Nothing sleeps; a
// step awaits a fact and fails if it does not come true in time.
//
// The program runs one of two ways, and the same stories hold on both:
//
//	Together   `tocsin up`: one process with its own bus and ledger
//	Apart      the five services, each its own process, with a NATS server as it
//	           is deployed, which is another, and PostgreSQL
//
// Stories in testdata/apart are of what only processes can do: one is away while
// the others work. A process that ends by itself fails the story.
//
//	signal KIND [tenant=T] [users=1..101] [at=-5m] [field=value …]   tell of things a monitor saw
//	ticket TENANT ID opened 'subject' 'body' [field=value …]         a customer opens a ticket
//	ticket TENANT ID note KIND 'text'                                somebody writes on it
//	ticket TENANT ID status STATUS
//	echo TENANT ID KIND ['own words']                                what the requester was told comes back as a note of KIND's, which moves nothing; or an answer quotes it
//	poison SUBJECT 'bytes'                                           something that is no event
//	repeat                                                           send every signal and ticket event again
//	redeliver STREAM                                                 every event of a stream again, under new message ids
//	await condition SCOPE REASON [field=value …]
//	await case TENANT [state=S] [tickets=N] [conditions=N] [recommendation=R] [promise=kept]
//	await deadletter CONSUMER ['part of the reason']
//	case TENANT ACTION [by=NAME] [eta=2h] [ground=G] [note='…']      leadership acts on the tenant's case
//	split TICKET [by=NAME] [note='…']                                leadership parts a ticket from its case
//	merge TICKET INTO [by=NAME] [note='…']                           the case of one ticket goes on in that of another
//	settled                                                          wait until nothing is under way
//	cases TENANT N                                                   so many cases of the tenant, exactly
//	notified AUDIENCE [times=N] [ticket=ID] [kind=K] [language=L] [says='…']   so many notifications, exactly
//	kill | stop | start [SERVICE|nats]                               kill -9, end in order, run again: the services, or one; together the whole program
package flowtest
