// Package second asks a second reader, a language model of the operator's
// choice, what the words of a ticket mean under the policy, and compares.
//
//	notes ── Question ──→ bodies without personal data, as data beside the policy
//	  ── gate ──→ not while the endpoint is down     (hold, breaker)
//	  ── purse ──→ not beyond the caps of note and day
//	  ── Endpoint ──→ an answer in a fixed form      (package chat)
//	  ── parse ──→ known ids; quotes that stand in the notes
//	  ── compare ──→ agrees, or what is seen differently
//
// The second reader is shown words only: no ids, no tenant, no fields, no
// conditions, no attachments, no quoted mail and no signatures; package redact
// takes out whom and what the words name. So it is compared with what the own
// method makes of the words alone.
//
// What it says is advice and has no power: it is one of the known ids, or a
// quote that stands in the notes, or it is not taken. Nothing here reaches an
// assessment. The package promises that nobody is asked beyond the caps, that
// one question is under way at a time, and that a failure has a name (Outcome).
// It leaves HTTP to package chat, keeping count of money to package purse, and
// who hears of the result to package events.
package second
