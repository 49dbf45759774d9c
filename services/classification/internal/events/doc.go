// Package events translates between the bus and the pure room classify: tickets
// in, assessments out, with the conditions that monitoring has raised in view.
//
// The first assessment stored for a ticket revision stands: it is published with
// the expected sequence of its subject, and a revision that is there already is
// done. A condition never triggers a new assessment; review matches again.
package events
