// Package events translates between what is said on the bus and what the rules
// read and state. It decides nothing.
package events
