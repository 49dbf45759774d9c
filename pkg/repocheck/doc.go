// Package repocheck holds the rules of this repository that a compiler does
// not, as tests.
//
// A rule reads the tree (Read) and reports findings; a finding says where, what
// it saw, and what to do instead, because whoever meets it has usually not read
// the rule before. TestRepository applies every rule to this repository, and
// each rule has a test of its own that shows it a tree which breaks it.
//
// It parses and never type-checks, so that it answers in a second. It leaves
// formatting and the shape of single functions to gofumpt and golangci-lint.
package repocheck
