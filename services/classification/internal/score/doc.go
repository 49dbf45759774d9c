// Package score reads a note with a learned model beside the rules.
//
//	text.Read ──→ claims, findings, facts              by rules
//	  features ──→ stems, pairs of them, pieces of words, meanings, what the rules found
//	    linear.Model ──→ how likely: a request, urgent, … , each kind of trouble
//	      correct ──→ the reading, with what the model adds and takes away
//
// The rules are among the features, so the model has learned where they are
// right, and corrects them where the words say otherwise. Structure, polarity,
// numbers and durations stay with the rules. What the model adds quotes the
// sentence that speaks for it most; Explain lists the features behind it.
//
// The model is trained from the labelled notes in services/classification/notes
// and embedded. The package is pure.
package score
