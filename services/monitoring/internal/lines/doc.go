// Package lines reads events, one JSON object a line: large parts of the input
// side by side, on all processors, in their order.
//
// A line is read by the rules of package forms. The plain form of the kinds that
// come in masses is read by a few lines of our own, many times faster; they take
// a line only where forms would take it, and read the same from it, which a
// fuzzer holds against them.
package lines
