// Package events translates between the bus and the pure room classify: tickets
// in, assessments out, with the conditions that monitoring has raised, and what it
// counts, in view. A shadow model sees what was assessed, and a second reader may
// be asked about it; neither changes an assessment.
//
// The first assessment stored for a ticket revision stands: it is published with
// the expected sequence of its subject, and a revision that is there already is
// done. A condition never triggers a new assessment; review matches again.
package events
