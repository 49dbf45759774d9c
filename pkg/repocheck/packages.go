package repocheck

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// vague are names that say nothing about what a package does.
var vague = []string{
	"base", "common", "helper", "helpers", "impl", "lib", "manager", "misc", "model", "models",
	"service", "shared", "types", "util", "utils",
}

func packageComments(t Tree) []Finding {
	introduced := map[string]bool{}
	var dirs []string
	for _, f := range t.written() {
		if !slices.Contains(dirs, f.Dir()) {
			dirs = append(dirs, f.Dir())
		}
		if f.Go.Doc != nil && f.Go.Doc.Text() != "" {
			introduced[f.Dir()] = true
		}
	}
	var found []Finding
	for _, dir := range dirs {
		if !introduced[dir] {
			found = append(found, Finding{
				dir, "no package comment",
				"begin one file with // Package " + path.Base(dir) + " …: what it is for, what it promises, what it leaves to others; draw its states if it has any",
			})
		}
	}
	return found
}

func packageNames(t Tree) []Finding {
	var found []Finding
	for _, f := range t.written() {
		name := strings.TrimSuffix(f.Go.Name.Name, "_test")
		if slices.Contains(vague, name) || slices.Contains(vague, path.Base(f.Dir())) {
			found = append(found, Finding{
				t.at(f.Go.Name), "package " + name + " is named for no job",
				"name it for what it does or what it wraps: a verb for a pure room, the technology for an adapter; if it does many things, let each live where it is used",
			})
		}
	}
	return found
}

func noInit(t Tree) []Finding {
	var found []Finding
	for _, f := range t.written() {
		for _, decl := range f.Go.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				found = append(found, Finding{
					t.at(fn), "an init function",
					"build it where it is used and pass it on; a table that never changes is a var with a literal, or a sync.OnceValue",
				})
			}
		}
	}
	return found
}

// noSleep lets a test sleep in a bubble of testing/synctest, where time is a value.
func noSleep(t Tree) []Finding {
	var found []Finding
	for _, f := range t.written() {
		bubble := slices.ContainsFunc(f.Go.Imports, func(s *ast.ImportSpec) bool { return imported(s) == "testing/synctest" })
		if !f.Test() && !strings.HasSuffix(f.Go.Name.Name, "test") || bubble {
			continue
		}
		for _, call := range f.calls("time", "Sleep") {
			found = append(found, Finding{
				t.at(call), "a test sleeps",
				"await the fact itself (a message, a closed channel, a row) with a deadline, or run on the virtual time of testing/synctest",
			})
		}
	}
	return found
}
