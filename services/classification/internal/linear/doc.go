// Package linear holds linear models over hashed features: one logistic
// regression for each output, all over the same features.
//
//	Train ── examples → Model      deterministic: same examples, same bytes
//	Model.WriteTo, Read            the file: whole numbers, so it is the same everywhere
//	Model.Score ── features → one score (log-odds) for each output
//	Model.Weights ── what one feature says for every output
//
// A feature is the hash of its name; whoever knows the name can ask for its
// weight, so a score explains itself by the features that made it. The package
// knows nothing of notes: package feature makes the features, package classify
// uses the scores.
package linear
