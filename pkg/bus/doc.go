// Package bus carries typed events over JetStream.
//
// Publish sends one protobuf message as a CloudEvent in binary mode: ce-*
// headers, W3C trace context, and the event's id as message id. Ids are derived
// from causes (see ID), so the same cause gives the same id for ever; readers
// drop repeats by id or version and never rely on the server's window.
//
// Consumer reads a durable consumer and settles each message in one place:
//
//	handler returns nil            → acknowledged
//	handler returns Permanent(err) → parked in DEADLETTER with the reason, the next message flows
//	handler returns Later(err, d)  → tried again, no sooner than after d
//	handler returns another error  → tried again with a growing delay, for as long as it takes
//	payload does not decode, or the handler panics → as Permanent
//
// BatchConsumer does the same for a handler that takes together what waits; TurnConsumer too,
// where nothing may be overtaken.
//
// What a publish has acknowledged is on disk. A failed publish may have been
// stored all the same: publish again with the same id.
package bus
