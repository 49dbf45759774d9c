// Package explain says why a condition changed, and how near one is to being
// raised, from a second execution of the rules.
//
// A Tracer watches the engine step by step. It knows which change is asked for
// and keeps what led to it: the changes of the episode, the signal or the
// deadline that made each, the signals that were counted. A Change is what it has
// found, for machines as JSON and for people as text; a Nearness is the same for
// a rule that stands still.
//
// It decides nothing and knows no threshold of its own: numbers come from the
// engine, and the words for each reason stand in words.go alone.
package explain
