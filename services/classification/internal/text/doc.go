// Package text reads a support note, English or German: words in, findings and
// facts out, each with the place in the original where it stands.
//
//	Clean      ── quoted mail, signatures, markup and what is said to the machine
//	              cut; every byte knows its origin
//	detect     ── the language, of the note and of each sentence
//	tokenize   ── words and numbers, sentences
//	mark       ── words → meanings, by the policy's words for things and by
//	              words/en.txt, words/de.txt for what is said of them
//	clauses    ── what is said of what: asserted, negated, over, hypothetical, asked
//	find       ── troubles (topics) in the clauses that are asserted
//	count, last, place, urge, ask  ── facts, and whether somebody asks for priority
//
// It promises that every span lies in the original text on byte offsets that
// cut no valid character, that the same text gives the same reading, and that
// its time grows linearly with the text, of which it reads a bounded part. It
// leaves to package classify what the findings mean for the policy: thresholds,
// grounds and recommendations are not known here. A text that is neither
// English nor German gives a reading without findings.
package text
