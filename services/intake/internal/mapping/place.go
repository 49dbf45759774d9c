package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A Problem is what is wrong at one place of a file.
type Problem struct {
	Line, Column int
	Text         string
}

// String is line:column: text.
func (p Problem) String() string { return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Text) }

// A FileError is a file that is not understood. No retry mends it.
type FileError struct{ Problems []Problem }

// Error has a line for each problem.
func (e *FileError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// inOrder sorts problems by their place.
func (e *FileError) inOrder() {
	slices.SortStableFunc(e.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// located is an error of the parser at its place.
func located(err error) *FileError {
	p := Problem{1, 1, err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		p.Text = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
	}
	p.Text = strings.TrimSpace(p.Text)
	if strings.HasPrefix(p.Text, "mapping value is not allowed") {
		p.Text += "; put quotes around an expression that has a colon in it, or write it below a |"
	}
	return &FileError{[]Problem{p}}
}

// tokenAt is where a path such as $.doors.jira.map.tenant stands; where it is
// missing, what it is missing from; nil where nothing is known.
func (c *checker) tokenAt(path string) (at *token.Token, exact bool) {
	for exact = true; path != "$" && path != ""; exact = false {
		if node := nodeAt(c.tree, path); node != nil && node.GetToken() != nil && node.GetToken().Position != nil {
			return node.GetToken(), exact
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return nil, false
}

func nodeAt(tree *ast.File, path string) ast.Node {
	at, err := yaml.PathString(path)
	if err != nil {
		return nil
	}
	node, err := at.FilterFile(tree)
	if err != nil {
		return nil
	}
	return node
}

// wrong notes a problem at a path.
func (c *checker) wrong(path, format string, args ...any) {
	p := Problem{1, 1, fmt.Sprintf(format, args...)}
	if at, _ := c.tokenAt(path); at != nil {
		p.Line, p.Column = at.Position.Line, at.Position.Column
	}
	c.found.Problems = append(c.found.Problems, p)
}

// wrongWithin notes a problem at a line and column, from 1 and 0, of the expression
// at a path. Where the file folds the expression's lines, it is where that begins.
func (c *checker) wrongWithin(path string, line, column int, text string) {
	at, exact := c.tokenAt(path)
	if at == nil || !exact {
		c.wrong(path, "%s", text)
		return
	}
	p := Problem{at.Position.Line, at.Position.Column, text}
	folded := strings.Contains(strings.TrimSpace(at.Origin), "\n")
	switch {
	case at.Type == token.LiteralType:
		begins := at.Position.Line // the line below, counted from 0
		for begins < len(c.lines) && strings.TrimSpace(c.lines[begins]) == "" {
			begins++
		}
		if begins < len(c.lines) {
			indent := len(c.lines[begins]) - len(strings.TrimLeft(c.lines[begins], " "))
			p.Line, p.Column = begins+line, indent+column+1
		}
	case folded || line > 1:
	case at.Type == token.SingleQuoteType && !strings.Contains(at.Value, "'"),
		at.Type == token.DoubleQuoteType && !strings.Contains(at.Origin, `\`):
		p.Column += column + 1
	case at.Type != token.FoldedType && at.Type != token.SingleQuoteType && at.Type != token.DoubleQuoteType:
		p.Column += column
	}
	c.found.Problems = append(c.found.Problems, p)
}
