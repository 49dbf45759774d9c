package mapping

import (
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// costs are what our own functions cost: as much as those of CEL that read a text
// (contains, matches). A function that is not named here costs 1, however long its
// text is.
func costs() []cost.TrackerOption {
	return []cost.TrackerOption{
		cost.OverloadTracker("lower_string", reads),
		cost.OverloadTracker("split_string_string", reads),
		cost.OverloadTracker("extract_string_string", matches),
	}
}

// reads is the cost of reading the first argument through.
func reads(args []ref.Val, _ ref.Val) *uint64 {
	n := 1 + length(args[0])/10
	return &n
}

// matches is the cost of compiling a pattern, the second argument, and of holding
// the first one against it.
func matches(args []ref.Val, _ ref.Val) *uint64 {
	pattern := 1 + length(args[1])/4
	n := (1 + length(args[0])/10 + 100) * pattern
	return &n
}

// length is how many bytes a text has; 0 of what is none.
func length(v ref.Val) uint64 {
	s, _ := v.(types.String)
	return uint64(len(s))
}
