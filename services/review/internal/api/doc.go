// Package api serves cases, how the conditions stand, the roster, reports, the
// audit, and what leadership says of how tickets were read, to programs: JSON over
// HTTP under /v1, the same for the command line and for anybody's scripts. It also
// mounts the service for Connect and gRPC (package rpc), which the paths of cases ask.
//
//	GET  /openapi.json                  each path with its parameters and schemas
//
// A route (route.go) is served with its description or not at all, and the document
// is made of these and of the schema of the service. Parameters, fields and paths
// that are not known are refused, with those that are. A list has pages: next is
// the cursor of the one after it.
//
// Of conditions there are the lists raised, flapping, near and undetermined, each
// with what presses most first, and blind: when monitoring did not see. Where
// known is false, that nothing is raised says nothing. With points=true each has
// its values over time.
//
// A label has what was read (was) and what is right (label), as labelled notes say
// it. One that is sent may leave fields out: they stay as they stand; what is
// missing is worked out. Lists hold the labels that stand, newest first; all=true
// gives the others too. With words each has its labelled note, without personal
// data, or as it was written; null where the ticket is not there any more.
//
// An answer about cases is the protobuf JSON of review.v1. A refusal is a problem
// document (package problem): 400 what makes no sense and where, 403 who may not,
// 404 no such case, 409 with the current version where somebody was first, 413 too
// much, 422 what the rules do not allow. The header Idempotency-Key makes an order
// the same order when it is sent again, and refuses another one.
package api
