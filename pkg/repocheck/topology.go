package repocheck

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
)

// A subject starts with its owner and its version; what follows is a fact in
// snake case. (The full name of a protobuf message goes on in upper case.)
var subject = regexp.MustCompile(`^(ingress|intake|classification|monitoring|review|notification|deadletter)\.v[0-9]+\.[a-z_*>]`)

// topology forbids names of subjects, streams and consumers outside
// pkg/topology. A test may state them: it says what the world outside sees.
func topology(t Tree) []Finding {
	var found []Finding
	names := topologyNames(t)
	for _, f := range t.written() {
		if f.Dir() == "pkg/topology" || f.Test() {
			continue
		}
		ast.Inspect(f.Go, func(n ast.Node) bool {
			text, ok := literal(n)
			if ok && (names[text] || subject.MatchString(text)) {
				found = append(found, Finding{
					t.at(n), "the name " + strconv.Quote(text) + " of a subject, stream or consumer",
					"use the value of package topology, or add one there: a name that is said once can be changed, found and permitted",
				})
			}
			return true
		})
	}
	return found
}

// topologyNames are the values of the fields called Name in pkg/topology.
func topologyNames(t Tree) map[string]bool {
	names := map[string]bool{}
	for _, f := range t.written() {
		if f.Dir() != "pkg/topology" || f.Test() {
			continue
		}
		ast.Inspect(f.Go, func(n ast.Node) bool {
			field, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			if key, ok := field.Key.(*ast.Ident); ok && key.Name == "Name" {
				if text, ok := literal(field.Value); ok {
					names[text] = true
				}
			}
			return true
		})
	}
	return names
}

func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
