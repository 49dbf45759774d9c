// Package proto holds the schemas of everything that is said: one folder per
// owner and version. The Go code in gen is generated from them by `make generate`.
package proto
