// Package door answers producers over HTTP: POST /v1/tickets and /v1/signals,
// OTLP's /v1/logs, and the vendors' hooks.
//
// It answers 202 (OTLP: 200) only when the stream has acknowledged. One object or array is
// all or nothing; NDJSON is taken as it streams, and the answer lists the lines
// that were rejected. A refusal is a problem document (RFC 9457) that names
// every field (OTLP: a google.rpc.Status). After a 503 all may be sent again with the same ids.
package door
