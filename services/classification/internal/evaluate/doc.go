// Package evaluate measures assessments against labels that people gave.
//
//	results (a labelled note, and what was said of it)
//	  Of ──→ Report       shares, precision, recall, F1, facts, calibration, the worst mistakes
//	  Compare(a, b) ──→ Comparison   two methods on the same notes, note by note
//
// It is pure and answers the same each time: what is drawn by lot (the bootstrap
// of macro-F1) is drawn from a fixed seed. Every share carries its 95 % interval,
// because a part of a few hundred notes says less than three digits promise. How
// a report looks is left to package show.
//
// What is missing counts only where needs_info is recommended, as labels have it:
// an assessment also asks for more where it recommends something else.
package evaluate
