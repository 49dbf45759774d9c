// Package api serves cases, and how the conditions stand, to programs: JSON over
// HTTP under /v1/cases and /v1/conditions, the same for the command line and for
// anybody's scripts.
//
//	GET  /v1/cases?state=&tenant=&order=impact|time&limit=&cursor=
//	GET  /v1/cases/{id}                 the case, its audit, and what was told
//	POST /v1/cases/{id}/{action}        {"version":3,"note":"…","ground":"…","eta":"…"}
//	GET  /v1/conditions?tenant=&reason=&points=true
//
// Of conditions there are the lists raised, flapping, near and undetermined, each
// with what presses most first, and blind: when monitoring did not see. Where
// known is false, that nothing is raised says nothing. With points=true each has
// its values over time.
//
// An answer about cases is the protobuf JSON of review.v1. A refusal is a problem document
// (RFC 9457): 403 who may not, 404 no such case, 409 with the current version
// where somebody was first, 422 what the rules do not allow. The header
// Idempotency-Key makes an action the same action when it is sent again.
package api
