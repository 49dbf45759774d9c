// Package linear holds linear models over hashed features: one logistic
// regression for each output, all over the same features.
//
//	Train ── examples → Model      deterministic: same examples, same bytes
//	Model.Bytes, Read              the file: whole numbers, so it is the same everywhere
//	Model.Add, AddSum ── features → one score (log-odds) for each output
//	Model.Weight ── what one feature says of an output
//
// A feature is the hash of its name; whoever knows the name can ask for its
// weight, so a score explains itself by the features that made it. The package
// knows nothing of notes: package score makes the features and uses the scores.
package linear
