// Package plain reads and writes signals that are written in the plain way, at a
// fraction of what the generated code and the schema's engine cost.
//
// Whatever it says, they would say: Sound is the schema's verdict, Batch what the
// generated code reads, JSON what the JSON reader reads, Append what the generated
// code writes. What is unusual (a field twice, an escape in a text, a rare kind) is
// left to them: a function that reports false has said nothing, and its signal is
// not to be used. Fuzz tests hold each of the four against its original, and a test
// fails when the schema gets a field that is not known here.
//
// Who refuses a signal, and in which words, is left to others.
package plain
