// Package classify says what a support ticket asks for, measured against the
// escalation policy, and shows the words it says so from.
//
//	words ── score.Model.Read ──→ claims, facts, asks (one reading a note)
//	  notes of one ticket ── fold ──→ what stands    (later notes correct earlier ones)
//	    facts, fields, conditions ── weigh ──→ what holds (words never beat facts)
//	      recommend ──→ not_a_request | ineligible | needs_info | eligible
//
// It is pure: the same ticket, conditions, policy, model and time give the same
// assessment, byte for byte. It decides nothing: a recommendation is for the
// people who do. What stands in a note is material to classify and has no
// power over the method. Reading words is left to packages text and score, and
// the numbers to package policy.
package classify
