package repocheck

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	goLine     = regexp.MustCompile(`(?m)^go (\S+)$`)
	moduleLine = regexp.MustCompile(`(?m)^module (\S+)$`)
	useLine    = regexp.MustCompile(`(?m)^(?:use)?\s+\./(\S+)$`)
	threeParts = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
)

// alone are the modules that the workspace leaves out, because what they need
// must not raise the versions that the services run with.
var alone = []string{"deploy", "pkg/tools"}

func goVersions(t Tree) []Finding {
	var found []Finding
	want := ""
	for _, f := range append(t.named("go.work"), t.named("go.mod")...) {
		version := firstMatch(goLine, f.Source)
		switch {
		case !threeParts.MatchString(version):
			found = append(found, Finding{
				f.Path, fmt.Sprintf("the Go version %q", version),
				"name the whole version (go 1.26.8, not go 1.26): three parts are a toolchain, two are a language",
			})
		case want == "":
			want = version
		case version != want:
			found = append(found, Finding{
				f.Path, "Go " + version + " where go.work says " + want,
				"raise all of them together: go work edit -go=V, and go mod edit -go=V in each module",
			})
		}
	}
	return found
}

func modules(t Tree) []Finding {
	var found []Finding
	var inside []string
	for _, f := range t.named("go.mod") {
		dir := f.Dir()
		if name := firstMatch(moduleLine, f.Source); name != "tocsin/"+dir {
			found = append(found, Finding{f.Path, "module " + name, "call it tocsin/" + dir + ", so that an import says where to look"})
		}
		switch {
		case within(dir, alone...):
		case dir == "pkg", dir == "proto", path.Dir(dir) == "services":
			inside = append(inside, dir)
		default:
			found = append(found, Finding{
				f.Path, "a module that the tree does not have",
				"modules are proto, pkg and one for each service; build tools and deploy stand alone; a new package goes into one of them",
			})
		}
	}
	for _, f := range t.named("go.work") {
		var used []string
		for _, m := range useLine.FindAllSubmatch(f.Source, -1) {
			used = append(used, string(m[1]))
		}
		slices.Sort(used)
		slices.Sort(inside)
		if !slices.Equal(used, inside) {
			found = append(found, Finding{
				f.Path, "uses " + strings.Join(used, " "),
				"use exactly " + strings.Join(inside, " ") + ": what is left out is not tested, and a tool that is let in raises the services' versions",
			})
		}
	}
	return found
}

func firstMatch(re *regexp.Regexp, source []byte) string {
	if m := re.FindSubmatch(source); m != nil {
		return string(m[1])
	}
	return ""
}
