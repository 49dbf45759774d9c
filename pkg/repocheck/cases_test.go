package repocheck_test

import "strings"

// A testCase is a tree of a few files and the places where it breaks a rule,
// in the order of the tree.
type testCase struct {
	rule, name string
	files      map[string]string
	want       string
}

func cases() []testCase {
	return append(importCases(), fileCases()...)
}

func importCases() []testCase {
	const (
		pure     = "a pure room knows values only"
		adapters = "an adapter does not know its siblings"
		layers   = "imports point downwards"
		topology = "a name of the topology stands in the topology"
	)
	one := func(rule, name, path, source, want string) testCase {
		return testCase{rule, name, map[string]string{path: source}, want}
	}
	detect := "services/monitoring/internal/detect/a.go"
	return []testCase{
		one(pure, "the policy, text libraries and each other", "services/classification/internal/classify/a.go",
			"package classify\nimport (\n\"time\"\n\"golang.org/x/text/unicode/norm\"\n\"tocsin/pkg/policy\"\n\"tocsin/services/classification/internal/text\")\nvar _ = time.UTC", ""),
		one(pure, "the bus", detect, "package detect\nimport \"github.com/nats-io/nats.go\"", detect+":2"),
		one(pure, "generated messages", detect, "package detect\nimport \"tocsin/proto/gen/ingress/v1\"", detect+":2"),
		one(pure, "HTTP", detect, "package detect\nimport \"net/http\"", detect+":2"),
		one(pure, "addresses as text", detect, "package detect\nimport \"net/url\"", ""),
		one(pure, "a neighbour that is not pure", detect, "package detect\nimport \"tocsin/services/monitoring/internal/shard\"", detect+":2"),
		one(pure, "a clock under another name", detect, "package detect\nimport clock \"time\"\nvar at = clock.Now()", detect+":3"),
		one(pure, "a goroutine, in a folder below", "services/monitoring/internal/detect/oracle/a.go",
			"package oracle\nfunc f() {\n\tgo f()\n}", "services/monitoring/internal/detect/oracle/a.go:3"),
		one(pure, "a test may read files and use rapid", "services/monitoring/internal/detect/a_test.go",
			"package detect\nimport (\n\"os\"\n\"pgregory.net/rapid\")", ""),
		one(pure, "a test may not use the bus", "services/monitoring/internal/detect/a_test.go",
			"package detect\nimport \"tocsin/pkg/bus\"", "services/monitoring/internal/detect/a_test.go:2"),
		one(pure, "events may", "services/monitoring/internal/events/a.go",
			"package events\nimport (\n\"time\"\n\"tocsin/pkg/bus\")\nvar at = time.Now()", ""),

		one(adapters, "two doors", "services/intake/internal/doors/zendesk/a.go",
			"package zendesk\nimport \"tocsin/services/intake/internal/doors/jira\"", "services/intake/internal/doors/zendesk/a.go:2"),
		one(adapters, "two ledgers", "services/review/internal/ledger/sqlite/a.go",
			"package sqlite\nimport \"tocsin/services/review/internal/ledger/postgres\"", "services/review/internal/ledger/sqlite/a.go:2"),
		one(adapters, "what is above and a conformance suite", "services/review/internal/ledger/sqlite/a_test.go",
			"package sqlite\nimport (\n\"tocsin/services/review/internal/ledger\"\n\"tocsin/services/review/internal/ledger/ledgertest\")", ""),

		one(layers, "pkg knows a service", "pkg/flowtest/a.go",
			"package flowtest\nimport \"tocsin/services/tocsin\"", "pkg/flowtest/a.go:2"),
		one(layers, "a service knows another", "services/review/a.go",
			"package review\nimport \"tocsin/services/intake\"", "services/review/a.go:2"),
		one(layers, "the one binary knows roots", "services/tocsin/a.go",
			"package tocsin\nimport \"tocsin/services/intake\"", ""),
		one(layers, "the one binary knows an inside", "services/tocsin/a.go",
			"package tocsin\nimport \"tocsin/services/intake/doors\"", "services/tocsin/a.go:2"),
		one(layers, "proto knows pkg", "proto/a.go", "package proto\nimport \"tocsin/pkg/bus\"", "proto/a.go:2"),

		one(topology, "a subject", "services/review/a.go",
			"package review\nconst s = \"review.v1.case_changed.>\"", "services/review/a.go:2"),
		one(topology, "a message's full name is no subject", "services/review/a.go",
			"package review\nconst s = \"review.v1.CaseChanged\"", ""),
		{topology, "a stream and a consumer", map[string]string{
			"pkg/topology/a.go":    "package topology\nvar Cases = Stream{Name: \"CASES\"}\nvar C = Consumer{Name: \"review-x\"}",
			"services/review/a.go": "package review\nconst a = \"CASES\"\nconst b = `review-x`",
		}, "services/review/a.go:2 services/review/a.go:3"},
		one(topology, "a test may state what the world sees", "services/review/a_test.go",
			"package review\nconst s = \"review.v1.case_changed.acme.1\"", ""),
	}
}

func fileCases() []testCase {
	const (
		comment  = "a package introduces itself"
		named    = "a package is named for what it does"
		version  = "one Go version"
		modules  = "a module's path is its folder"
		length   = "a file fits in the head"
		noInit   = "nothing happens before main"
		noSleep  = "a test awaits a fact, not a time"
		theirs   = "what others wrote is a dependency"
		machines = "the tree names no machine"
	)
	long := strings.Repeat("//\n", 401)
	return []testCase{
		{comment, "one file of the package is enough", map[string]string{"a/a.go": "package a", "a/doc.go": "// Package a does.\npackage a"}, ""},
		{comment, "none", map[string]string{"a/a.go": "package a"}, "a"},
		{comment, "generated", map[string]string{"a/a.go": "// Code generated by x. DO NOT EDIT.\n\npackage a"}, ""},
		{named, "util", map[string]string{"a/util/a.go": "package util", "a/b/b.go": "package b"}, "a/util/a.go:1"},
		{version, "two parts", map[string]string{"go.work": "go 1.26\n"}, "go.work"},
		{version, "another in one module", map[string]string{"go.work": "go 1.26.8\n", "pkg/go.mod": "module tocsin/pkg\n\ngo 1.26.7\n"}, "pkg/go.mod"},
		{modules, "all in use, deploy and tools alone", map[string]string{
			"go.work":    "go 1.26.8\n\nuse (\n\t./pkg\n\t./services/review\n)\n",
			"pkg/go.mod": "module tocsin/pkg\n", "services/review/go.mod": "module tocsin/services/review\n",
			"deploy/go.mod": "module tocsin/deploy\n", "pkg/tools/lint/go.mod": "module tocsin/pkg/tools/lint\n",
		}, ""},
		{modules, "a tool in use, and a service left out", map[string]string{
			"go.work":               "go 1.26.8\n\nuse ./pkg/tools/lint\n",
			"pkg/tools/lint/go.mod": "module tocsin/pkg/tools/lint\n", "services/review/go.mod": "module tocsin/services/review\n",
		}, "go.work"},
		{modules, "a path that is not its folder", map[string]string{"pkg/go.mod": "module example.com/pkg\n"}, "pkg/go.mod"},
		{modules, "a module of its own", map[string]string{"pkg/bus/go.mod": "module tocsin/pkg/bus\n"}, "pkg/bus/go.mod"},
		{length, "401 lines", map[string]string{"a/a.sql": long}, "a/a.sql"},
		{length, "401 lines that a generator wrote", map[string]string{"a/a.go": "// Code generated by x. DO NOT EDIT.\n" + long + "package a"}, ""},
		{noInit, "init", map[string]string{"a/a.go": "package a\nfunc init() {}"}, "a/a.go:2"},
		{noInit, "a method of that name", map[string]string{"a/a.go": "package a\nfunc (t T) init() {}"}, ""},
		{noSleep, "in a test", map[string]string{"a/a_test.go": "package a\nimport \"time\"\nfunc f() { time.Sleep(1) }"}, "a/a_test.go:3"},
		{noSleep, "in a suite", map[string]string{"a/a.go": "package ledgertest\nimport \"time\"\nfunc f() { time.Sleep(1) }"}, "a/a.go:3"},
		{noSleep, "on virtual time", map[string]string{"a/a_test.go": "package a\nimport (\n\"time\"\n\"testing/synctest\")\nfunc f() { time.Sleep(1) }"}, ""},
		{theirs, "a bundle, a font, a licence", map[string]string{
			"a/x.min.js": "x", "a/x.woff2": "\x00", "a/y.css": "/* @license MIT */", "a/z.css": "a{}",
		}, "a/x.min.js a/x.woff2 a/y.css"},
		{machines, "a home folder", map[string]string{"a/README.md": "see\n" + "/" + "root/x"}, "a/README.md:2"},
	}
}
