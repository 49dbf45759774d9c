package mapping

import (
	"fmt"
	"regexp"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// A wanted is an expression with what it is to give.
type wanted struct {
	expression
	want want
}

// of is what the expression makes of an item. On hears of it.
func (e *wanted) of(it map[string]any, on func(Step)) (value, error) {
	if e == nil {
		return value{}, nil
	}
	raw, err := e.eval(it)
	var out value
	if err == nil {
		out, err = e.want.read(raw)
	}
	if err != nil {
		err = fmt.Errorf("map.%s: %w", e.name, err)
	}
	if on != nil {
		step := Step{Name: e.name, Says: e.says, Value: out.shown(e.want)}
		if err != nil {
			step.Wrong = strings.TrimPrefix(err.Error(), "map."+e.name+": ")
		}
		on(step)
	}
	return out, err
}

// expression compiles the text at a path; nil where there is none, or it is wrong,
// which is noted.
func (c *checker) expression(path, name, text string, w want) *wanted {
	switch {
	case strings.TrimSpace(text) == "":
		return nil
	case len(text) > longestExpression:
		c.wrong(path, "the expression has %d bytes; at most %d are read", len(text), longestExpression)
		return nil
	}
	compiled, issues := c.env.Compile(text)
	if issues != nil && issues.Err() != nil {
		for _, e := range issues.Errors() {
			c.wrongWithin(path, e.Location.Line(), e.Location.Column(), taught(e.Message))
		}
		return nil
	}
	if t := compiled.OutputType(); !w.is.takes(t) {
		c.wrong(path, "it gives %s, not %s", cel.FormatCELType(t), w.is.called())
		return nil
	}
	if !c.literals(path, compiled, w) {
		return nil
	}
	program, err := c.env.Program(compiled, cel.CostLimit(costly), cel.CostTrackerOptions(costs()...), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		c.wrong(path, "%v", err)
		return nil
	}
	return &wanted{expression{name, strings.TrimSpace(text), program}, w}
}

// literals says whether the words that the expression gives as they stand, alone or
// as the ends of conditions, are those that are wanted.
func (c *checker) literals(path string, compiled *cel.Ast, w want) bool {
	sound, source := true, compiled.NativeRep().SourceInfo()
	var look func(e ast.Expr)
	look = func(e ast.Expr) {
		switch {
		case e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.Conditional:
			look(e.AsCall().Args()[1])
			look(e.AsCall().Args()[2])
		case e.Kind() == ast.LiteralKind && e.AsLiteral() != types.NullValue:
			if _, err := w.read(e.AsLiteral()); err != nil {
				at := source.GetStartLocation(e.ID())
				c.wrongWithin(path, at.Line(), at.Column(), err.Error())
				sound = false
			}
		}
	}
	look(compiled.NativeRep().Expr())
	return sound
}

var undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)

// taught is what CEL says of a mistake, with what to do where people make it often.
func taught(said string) string {
	if m := undeclared.FindStringSubmatch(said); m != nil {
		return fmt.Sprintf("there is no %s: the vendor's item is it, as in text(it.?%s), and a word stands in quotes, as %q", m[1], m[1], m[1])
	}
	return said
}
