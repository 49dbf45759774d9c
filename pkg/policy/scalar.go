package policy

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// flag reads true or false.
func (r *reader) flag(node ast.Node, into reflect.Value, s slot) {
	b, ok := node.(*ast.BoolNode)
	if !ok {
		r.wrong(node, s, "true or false")
		return
	}
	into.SetBool(b.Value)
}

// number reads a whole number between the tags min (1 where absent) and max
// (2147483647).
func (r *reader) number(node ast.Node, into reflect.Value, s slot) {
	literal, ok := node.(*ast.IntegerNode)
	if !ok {
		r.wrong(node, s, "a whole number")
		return
	}
	var n int64
	switch v := literal.Value.(type) {
	case int64:
		n = v
	case uint64:
		n = int64(min(v, math.MaxInt64))
	}
	least, most := limit(s.tag, "min", 1), limit(s.tag, "max", math.MaxInt32)
	if n < least || n > most {
		r.problem(s.at, s.path, fmt.Sprintf("is %d; it must be %s", n, between(n, least, most)))
		return
	}
	into.SetInt(n)
}

// duration reads a duration above zero, or from zero on where min is 0.
func (r *reader) duration(node ast.Node, into reflect.Value, s slot) {
	const want = `a duration such as "24h", "10m" or "90s"`
	text, ok := node.(*ast.StringNode)
	if !ok {
		r.wrong(node, s, want)
		return
	}
	d, err := time.ParseDuration(text.Value)
	if err != nil {
		r.problem(s.at, s.path, fmt.Sprintf("is %q; it must be %s", text.Value, want))
		return
	}
	if s.tag.Get("min") == "0" && d < 0 {
		r.problem(s.at, s.path, fmt.Sprintf("is %s; it must not be below zero", text.Value))
		return
	}
	if s.tag.Get("min") != "0" && d <= 0 {
		r.problem(s.at, s.path, fmt.Sprintf("is %s; it must be above zero", text.Value))
		return
	}
	into.SetInt(int64(d))
}

// text reads a text that is not empty and, for a choice, one of its values.
func (r *reader) text(node ast.Node, into reflect.Value, s slot) {
	var text string
	switch n := node.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	default:
		r.wrong(node, s, "text")
		return
	}
	text = strings.TrimSpace(text)
	if text == "" {
		r.problem(s.at, s.path, "is empty")
		return
	}
	if all, closed := r.choices(into.Type()); closed && !slices.Contains(all, text) {
		r.problem(s.at, s.path, fmt.Sprintf("is %q; it must be one of %s", text, strings.Join(all, ", ")))
		return
	}
	into.SetString(text)
	if e, ok := into.Interface().(Entry); ok {
		if wrong := e.wrong(); wrong != "" {
			r.problem(s.at, s.path, wrong)
		}
	}
}

// wrong says that a node is of another kind than wanted.
func (r *reader) wrong(node ast.Node, s slot, want string) {
	r.problem(s.at, s.path, fmt.Sprintf("is %s; it must be %s", kind(node), want))
}

// kind names what stands in the file, for people.
func kind(node ast.Node) string {
	switch n := node.(type) {
	case nil:
		return "empty"
	case *ast.NullNode:
		return "empty"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a block of keys"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "an anchor, alias or tag, which this file does not use"
	case *ast.StringNode:
		return strconv.Quote(n.Value)
	}
	text, _, more := strings.Cut(node.String(), "\n")
	if more || len(text) > 40 {
		return "something else"
	}
	return text
}

func limit(tag reflect.StructTag, name string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(tag.Get(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

func between(n, least, most int64) string {
	if most == math.MaxInt32 && n < least {
		return fmt.Sprintf("%d or more", least)
	}
	if most == math.MaxInt32 {
		return fmt.Sprintf("%d or more and at most %d", least, most)
	}
	if most == least {
		return strconv.FormatInt(least, 10)
	}
	return fmt.Sprintf("from %d to %d", least, most)
}
