package repocheck

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// longest is where a file is too long; 300 lines is the aim.
const longest = 400

// code are the kinds of file that people read from top to bottom.
var code = []string{".go", ".proto", ".sql", ".sh", ".js", ".css", ".html"}

func fileLength(t Tree) []Finding {
	var found []Finding
	for _, f := range t.Files {
		lines := bytes.Count(f.Source, []byte("\n"))
		if lines <= longest || f.Generated || !slices.Contains(code, path.Ext(f.Path)) {
			continue
		}
		found = append(found, Finding{
			f.Path, fmt.Sprintf("%d lines", lines),
			fmt.Sprintf("split it by what changes together: a type with its methods, a stage, a table; %d is the limit and 300 the aim", longest),
		})
	}
	return found
}

// Signs of files that others wrote: folders, endings, and words at the top.
var (
	theirFolders = []string{"vendor", "node_modules", "third_party"}
	theirEndings = []string{".min.js", ".min.css", ".woff", ".woff2", ".ttf", ".otf", ".wasm", ".jar", ".exe", ".so"}
	theirWords   = []string{"@license", "Licensed under the ", "All rights reserved"}
)

func noThirdParty(t Tree) []Finding {
	var found []Finding
	for _, f := range t.Files {
		sign := theirs(f)
		if sign == "" {
			continue
		}
		found = append(found, Finding{
			f.Path, "looks like somebody else's work (" + sign + ")",
			"require it as a Go module, or write the part that is needed; this tree holds its own words only, and test data too is made here",
		})
	}
	return found
}

func theirs(f File) string {
	for _, part := range strings.Split(path.Dir(f.Path), "/") {
		if slices.Contains(theirFolders, part) {
			return part
		}
	}
	for _, ending := range theirEndings {
		if strings.HasSuffix(f.Path, ending) {
			return ending
		}
	}
	if path.Dir(f.Path) == "pkg/repocheck" || !slices.Contains(code, path.Ext(f.Path)) {
		return ""
	}
	head := f.Source[:min(len(f.Source), 2048)]
	for _, word := range theirWords {
		if bytes.Contains(head, []byte(word)) {
			return word
		}
	}
	return ""
}

// machine are paths that exist on one machine only, written so that this file
// does not hold them.
var machine = []string{"/" + "work/", "/" + "root/"}

func noMachine(t Tree) []Finding {
	var found []Finding
	for _, f := range t.Files {
		for number, line := range bytes.Split(f.Source, []byte("\n")) {
			for _, word := range machine {
				if bytes.Contains(line, []byte(word)) {
					found = append(found, Finding{
						fmt.Sprintf("%s:%d", f.Path, number+1), "the path " + word + " of one machine",
						"use a path relative to the repository, a setting, or t.TempDir()",
					})
				}
			}
		}
	}
	return found
}
