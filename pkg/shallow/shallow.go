// Package shallow says whether a YAML file is one that a parser reads with time and
// memory that fit its size. Parsers take the square of what is nested, and a few
// hundred bytes of aliases can stand for gigabytes; a file of settings needs neither.
//
// It promises that a file which Check lets pass is of a bounded size, opens a bounded
// number of lists and blocks in one another where they need no indentation to do so, and
// has no alias. Whether it is YAML, and what it means, is its reader's to say.
package shallow

import (
	"fmt"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// deepest is how many lists and blocks may be open at once in a file of settings: far
// more than people write, and far less than hurts a parser.
const deepest = 500

// A Problem is why a file is not read, and where, counted from 1.
type Problem struct {
	Line, Column int
	Text         string
}

// Check says what keeps a file from being read, or nil. Its size is at most so many
// bytes.
func Check(data []byte, longest int) *Problem {
	if len(data) > longest {
		return &Problem{1, 1, fmt.Sprintf("the file has %d bytes; at most %d are read", len(data), longest)}
	}
	tokens := lexer.Tokenize(string(data))
	if at := TooDeep(tokens, deepest); at != nil {
		return &Problem{at.Line, at.Column, "too many lists inside lists"}
	}
	for _, t := range tokens {
		if t.Type == token.AliasType || t.Type == token.AnchorType {
			return &Problem{t.Position.Line, t.Position.Column, "anchors and aliases (&name, *name) are not read here; write the value out, or put it in quotes if it begins so"}
		}
	}
	return nil
}

// TooDeep is where more than so many lists and blocks are open in one another without
// indentation: inside brackets, and in a row on one line; nil if nowhere. Reading tokens
// takes time and memory by their number alone.
func TooDeep(tokens token.Tokens, most int) *token.Position {
	brackets, row, line := 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			row, line = 0, tk.Position.Line
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType:
			row++
		}
		if brackets > most || row > most {
			return tk.Position
		}
	}
	return nil
}
