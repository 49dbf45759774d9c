// Package rpc is review as a service for programs: review.v1.ReviewService, over
// Connect (JSON and protobuf), gRPC and gRPC-Web. The paths under /v1/cases ask the
// same methods (package api), so that one question has one answer.
//
// It promises:
//   - A request is read strictly: an unknown field, a wrong type, a word that a
//     field does not have, text that is no UTF-8 are refused, and the answer says
//     which. Nothing of a request that is refused is done.
//   - The JSON has the schema's own field names.
//   - An order with the header Idempotency-Key is the same order when it is sent
//     again; with other words in it the key is refused.
//   - What a case's version has run away from is aborted, with VersionConflict.
//
// Who asks is settled before (package who), what they see is what Cases and
// History give them (package wall), and what they may do is decide's.
package rpc
