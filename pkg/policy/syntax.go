package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"

	"tocsin/pkg/shallow"
)

// A policy needs far less than these; beyond them the parser's time and memory
// grow with the square of what it is given.
const (
	maxBytes = 256 << 10
	maxDepth = 16
)

// syntax reads the file's one document, or says why it is none.
func syntax(data []byte) (ast.Node, *Problem) {
	if len(data) > maxBytes {
		return nil, &Problem{Line: 1, Column: 1, Text: fmt.Sprintf("the file has %d bytes; a policy has at most %d", len(data), maxBytes)}
	}
	// Editors on Windows write both; the lexer trips over them.
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	tokens := lexer.Tokenize(text)
	if at := shallow.TooDeep(tokens, maxDepth); at != nil {
		return nil, &Problem{Line: at.Line, Column: at.Column, Text: "not a policy: too many lists inside lists"}
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // the reader reports them
	if err != nil {
		return nil, syntaxProblem(err)
	}
	var root ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			at := start(doc.Body)
			return nil, &Problem{Line: at.line, Column: at.column, Text: "a second document begins here; a policy is one"}
		}
		root = doc.Body
	}
	if root == nil {
		return nil, &Problem{Line: 1, Column: 1, Text: "the file is empty"}
	}
	return root, nil
}

// syntaxProblem says where the file stops being YAML.
func syntaxProblem(err error) *Problem {
	problem := &Problem{Line: 1, Column: 1, Text: "not YAML: " + err.Error()}
	var located yaml.Error
	if errors.As(err, &located) {
		problem.Text = "not YAML: " + located.GetMessage()
		if tk := located.GetToken(); tk != nil && tk.Position != nil {
			problem.Line, problem.Column = tk.Position.Line, tk.Position.Column
		}
	}
	return problem
}
