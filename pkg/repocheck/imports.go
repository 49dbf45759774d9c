package repocheck

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// rooms are the packages that hold rules and nothing else: below the internal
// folder of a service, a folder of such a name and all under it is pure.
var rooms = []string{"receive", "classify", "score", "linear", "text", "detect", "oracle", "decide", "deliver", "pulse", "route", "ladder", "oncall"}

// What pure rooms may import beside the standard library and each other.
var (
	textLibraries = []string{
		"github.com/agnivade/levenshtein",
		"github.com/blevesearch/snowballstem",
		"github.com/clipperhouse/uax29/v2",
		"github.com/goccy/go-yaml",
		"golang.org/x/text",
	}
	testLibraries = []string{
		"github.com/google/go-cmp",
		"go.uber.org/goleak",
		"pgregory.net/rapid",
	}
)

// What pure rooms may not import of the standard library: it reaches outside,
// or answers differently each time.
var outside = []string{
	"crypto/rand", "database/sql", "log", "math/rand", "net", "os", "plugin", "syscall",
}

// What is below one of outside and only reads and writes text.
var inside = []string{"net/mail", "net/netip", "net/textproto", "net/url"}

// clock are the parts of package time that ask or await the wall clock.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

func pureRooms(t Tree) []Finding {
	var found []Finding
	for _, f := range t.written() {
		service, room := home(f.Dir())
		if !room {
			continue
		}
		for _, spec := range f.Go.Imports {
			if name := imported(spec); !mayEnter(name, service, f.Test()) {
				found = append(found, Finding{
					t.at(spec), "the pure room " + f.Dir() + " imports " + name,
					"a pure room takes values and a time and gives values and an error; let events, an adapter or the service's root talk to the world and hand over plain values",
				})
			}
		}
		if f.Test() {
			continue
		}
		for _, call := range f.calls("time", clock...) {
			found = append(found, Finding{
				t.at(call), "the pure room " + f.Dir() + " asks the clock",
				"take the time as a value (at time.Time), so that a replay gives the same answer as the first run",
			})
		}
		ast.Inspect(f.Go, func(n ast.Node) bool {
			if _, ok := n.(*ast.GoStmt); ok {
				found = append(found, Finding{
					t.at(n), "the pure room " + f.Dir() + " starts a goroutine",
					"return the values and let the caller decide what runs beside what; the order of results must not hang on the scheduler",
				})
			}
			return true
		})
	}
	return found
}

// home says which service a folder belongs to, and whether it is a pure room of it.
func home(dir string) (service string, room bool) {
	parts := strings.Split(dir, "/")
	if len(parts) < 2 || parts[0] != "services" {
		return "", false
	}
	if len(parts) < 4 || parts[2] != "internal" {
		return parts[1], false
	}
	return parts[1], slices.ContainsFunc(parts[3:], func(p string) bool { return slices.Contains(rooms, p) })
}

func mayEnter(name, service string, test bool) bool {
	if within(name, textLibraries...) || within(name, "tocsin/pkg/policy", "tocsin/pkg/shallow") {
		return true
	}
	if dir, ours := strings.CutPrefix(name, "tocsin/"); ours {
		owner, room := home(dir)
		return owner == service && (room || test) // a test may read what it judges by
	}
	if test && within(name, testLibraries...) {
		return true
	}
	if first, _, _ := strings.Cut(name, "/"); strings.Contains(first, ".") {
		return false
	}
	return test || within(name, inside...) || !within(name, outside...)
}

// adapters never know each other: one folder of these for each technology.
func adapters(t Tree) []Finding {
	var found []Finding
	for _, f := range t.written() {
		kind, self := adapter(f.Dir())
		if kind == "" {
			continue
		}
		for _, spec := range f.Go.Imports {
			dir, _ := strings.CutPrefix(imported(spec), "tocsin/")
			if k, other := adapter(dir); k == kind && other != self {
				found = append(found, Finding{
					t.at(spec), "the adapter " + kind + "/" + self + " imports its sibling " + other,
					"put what both need into the package above them (" + kind + "), or say it twice: one technology must be removable without the other",
				})
			}
		}
	}
	return found
}

// adapter splits services/x/doors/zendesk/... into the folder of its kind and
// its name. Conformance suites (doortest, ledgertest) are for all of a kind.
func adapter(dir string) (kind, name string) {
	parts := strings.Split(dir, "/")
	for i, p := range parts[:len(parts)-1] {
		next := parts[i+1]
		if parts[0] != "services" || strings.HasSuffix(next, "test") {
			continue
		}
		if p == "doors" || p == "channel" || p == "ledger" && (next == "postgres" || next == "sqlite") {
			return path.Join(parts[:i+1]...), next
		}
	}
	return "", ""
}

func layers(t Tree) []Finding {
	var found []Finding
	for _, f := range t.written() {
		for _, spec := range f.Go.Imports {
			if why := climbs(f.Dir(), imported(spec)); why != "" {
				found = append(found, Finding{t.at(spec), f.Dir() + " imports " + imported(spec), why})
			}
		}
	}
	return found
}

// climbs says why a folder may not import a package of ours, or nothing.
func climbs(dir, name string) string {
	target, ours := strings.CutPrefix(name, "tocsin/")
	if !ours {
		return ""
	}
	top, _, _ := strings.Cut(dir, "/")
	service, _ := home(dir)
	other, _ := home(target)
	switch {
	case top == "proto" && !within(target, "proto"):
		return "proto says what is said and knows nobody; move the code to who needs it"
	case top == "pkg" && other != "":
		return "pkg is what all services stand on and knows none of them; take an interface, or drive the binary from outside as pkg/flowtest does"
	case service == "" || other == "" || other == service:
		return ""
	case service == "tocsin" && target == "services/"+other:
		return ""
	case service == "tocsin":
		return "the one binary uses a service through its root package only (Config, Run, offline commands); export there what is missing"
	}
	return "services meet in events and nowhere else: subscribe to what " + other + " says (proto/" + other + ")"
}

// within says whether name is one of roots or below one.
func within(name string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return name == root || strings.HasPrefix(name, root+"/")
	})
}
