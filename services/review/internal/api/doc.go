// Package api serves cases, how the conditions stand, and what leadership says of
// how tickets were read, to programs: JSON over HTTP under /v1/cases,
// /v1/conditions and /v1/labels, the same for the command line and for anybody's
// scripts.
//
//	GET  /v1/cases?state=&tenant=&order=impact|time&limit=&cursor=
//	GET  /v1/cases/{id}                 the case, its audit, and what was told
//	POST /v1/cases/{id}/{action}        {"version":3,"note":"…","ground":"…","eta":"…"}
//	GET  /v1/conditions?tenant=&reason=&points=true
//	GET  /v1/cases/{id}/labels          all labels of the case's tickets
//	POST /v1/cases/{id}/labels          {"ticket":"T-1","tenant":"acme","revision":3,"comment":"…","label":{…}}
//	GET  /v1/labels?case=&source=decision|correction&since=&all=true&words=redacted|whole&limit=&cursor=
//	GET  /v1/labels/{id}?words=
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
// An answer about cases is the protobuf JSON of review.v1. A refusal is a problem document
// (RFC 9457): 403 who may not, 404 no such case, 409 with the current version
// where somebody was first, 422 what the rules do not allow. The header
// Idempotency-Key makes an action the same action when it is sent again.
package api
