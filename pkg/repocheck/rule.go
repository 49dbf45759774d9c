package repocheck

// A Rule is one thing that holds everywhere in this repository.
type Rule struct {
	// Name is the rule as a sentence.
	Name string
	// Check finds every place that breaks it.
	Check func(Tree) []Finding
}

// Rules are all rules: who may know whom, how packages introduce themselves,
// what holds the modules together, what keeps tests and files honest.
func Rules() []Rule {
	return []Rule{
		{"a pure room knows values only", pureRooms},
		{"an adapter does not know its siblings", adapters},
		{"imports point downwards", layers},
		{"a name of the topology stands in the topology", topology},
		{"a package introduces itself", packageComments},
		{"a package is named for what it does", packageNames},
		{"one Go version", goVersions},
		{"a module's path is its folder", modules},
		{"a file fits in the head", fileLength},
		{"nothing happens before main", noInit},
		{"a test awaits a fact, not a time", noSleep},
		{"what others wrote is a dependency", noThirdParty},
		{"the tree names no machine", noMachine},
	}
}
