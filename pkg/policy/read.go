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

// A reader fills a Policy from a file's nodes by the yaml tags of its fields.
// Unlike a decoder it goes on after a problem, and it remembers where each
// value stood, so that what the checks find later can be shown there.
type reader struct {
	problems []Problem
	places   map[string]place // by path
}

type place struct{ line, column int }

// A slot is where one value goes: its path in the file, where it or its key
// stands, and the tags of its field.
type slot struct {
	path string
	at   place
	tag  reflect.StructTag
}

// choice is a text that can only be one of a few.
type choice interface{ choices() []string }

func newReader() *reader {
	return &reader{places: map[string]place{}}
}

// read fills the whole policy.
func (r *reader) read(root ast.Node, p *Policy) {
	r.value(root, reflect.ValueOf(p).Elem(), slot{at: place{1, 1}})
}

// sorted gives the problems in the file's order.
func (r *reader) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return r.problems
}

func (r *reader) problem(at place, path, text string) {
	r.problems = append(r.problems, Problem{Line: at.line, Column: at.column, Path: path, Text: text})
}

// value reads one node into one Go value.
func (r *reader) value(node ast.Node, into reflect.Value, s slot) {
	if tk := node.GetToken(); tk != nil && tk.Position != nil && !isMapping(node) {
		s.at = place{tk.Position.Line, tk.Position.Column}
	}
	r.places[s.path] = s.at
	if into.Type() == reflect.TypeFor[time.Duration]() {
		r.duration(node, into, s)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		r.object(node, into, s)
	case reflect.Map:
		r.table(node, into, s)
	case reflect.Slice:
		r.list(node, into, s)
	case reflect.Int:
		r.number(node, into, s)
	case reflect.Bool:
		b, ok := node.(*ast.BoolNode)
		if !ok {
			r.wrong(node, s, "true or false")
			return
		}
		into.SetBool(b.Value)
	case reflect.String:
		r.text(node, into, s)
	default:
		panic("policy: no way to read a " + into.Type().String()) // a field of the wrong type, found by any test
	}
}

// object reads a mapping whose keys are a struct's fields, all of them.
func (r *reader) object(node ast.Node, into reflect.Value, s slot) {
	pairs, ok := r.pairs(node, s)
	if !ok {
		return
	}
	var keys []string
	for i := range into.NumField() {
		field := into.Type().Field(i)
		key := field.Tag.Get("yaml")
		if key == "" || key == "-" {
			continue
		}
		keys = append(keys, key)
		pair, given := pairs[key]
		if !given {
			if field.Tag.Get("optional") == "" {
				r.problem(s.at, join(s.path, key), "is missing")
			}
			continue
		}
		r.value(pair.node, into.Field(i), slot{join(s.path, key), pair.at, field.Tag})
	}
	r.unknown(pairs, keys, s)
}

// table reads a mapping into a map. A map of a choice has all of its values as
// keys, and no other.
func (r *reader) table(node ast.Node, into reflect.Value, s slot) {
	pairs, ok := r.pairs(node, s)
	if !ok {
		return
	}
	var keys []string
	if c, closed := reflect.Zero(into.Type().Key()).Interface().(choice); closed {
		keys = c.choices()
		for _, key := range keys {
			if _, given := pairs[key]; !given {
				r.problem(s.at, join(s.path, key), "is missing")
			}
		}
		r.unknown(pairs, keys, s)
	} else {
		for key := range pairs {
			keys = append(keys, key)
		}
		slices.Sort(keys)
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, key := range keys {
		pair, given := pairs[key]
		if !given {
			continue
		}
		element := reflect.New(into.Type().Elem()).Elem()
		r.value(pair.node, element, slot{path: join(s.path, key), at: pair.at})
		into.SetMapIndex(reflect.ValueOf(key).Convert(into.Type().Key()), element)
	}
}

// list reads a sequence; an empty one only where min is 0.
func (r *reader) list(node ast.Node, into reflect.Value, s slot) {
	seq, ok := node.(*ast.SequenceNode)
	if !ok {
		r.wrong(node, s, "a list")
		return
	}
	if len(seq.Values) == 0 && s.tag.Get("min") != "0" {
		r.problem(s.at, s.path, "needs at least one entry")
	}
	seen := map[any]bool{}
	into.Set(reflect.MakeSlice(into.Type(), len(seq.Values), len(seq.Values)))
	for i, v := range seq.Values {
		element, path := into.Index(i), fmt.Sprintf("%s[%d]", s.path, i)
		r.value(v, element, slot{path: path, at: s.at})
		if seen[element.Interface()] && !element.IsZero() {
			r.problem(r.places[path], path, fmt.Sprintf("%q is in the list twice", element.String()))
		}
		seen[element.Interface()] = true
	}
}

func (r *reader) number(node ast.Node, into reflect.Value, s slot) {
	var n int64
	literal, ok := node.(*ast.IntegerNode)
	if !ok {
		r.wrong(node, s, "a whole number")
		return
	}
	switch v := literal.Value.(type) {
	case int64:
		n = v
	case uint64:
		n = int64(min(v, math.MaxInt64))
	}
	least, most := limit(s.tag, "min", 1), limit(s.tag, "max", math.MaxInt32)
	if n < least || n > most {
		r.problem(s.at, s.path, fmt.Sprintf("is %d; it must be %s", n, between(least, most)))
		return
	}
	into.SetInt(n)
}

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
	if d < 0 || d == 0 && s.tag.Get("min") != "0" {
		r.problem(s.at, s.path, fmt.Sprintf("is %s; it must be above zero", text.Value))
		return
	}
	into.SetInt(int64(d))
}

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
	if c, closed := into.Interface().(choice); closed && !slices.Contains(c.choices(), text) {
		r.problem(s.at, s.path, fmt.Sprintf("is %q; it must be one of %s", text, strings.Join(c.choices(), ", ")))
		return
	}
	into.SetString(text)
}

// wrong says that a node is of another kind than wanted.
func (r *reader) wrong(node ast.Node, s slot, want string) {
	r.problem(s.at, s.path, fmt.Sprintf("is %s; it must be %s", kind(node), want))
}

type pair struct {
	node ast.Node
	at   place // of its key
}

// pairs are the keys of a mapping with their values.
func (r *reader) pairs(node ast.Node, s slot) (map[string]pair, bool) {
	var values []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		r.wrong(node, s, "a block of keys")
		return nil, false
	}
	out := make(map[string]pair, len(values))
	for _, v := range values {
		pos := v.Key.GetToken().Position
		at := place{pos.Line, pos.Column}
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			r.problem(at, s.path, fmt.Sprintf("the key %s is not plain text", v.Key))
			continue
		}
		out[key.Value] = pair{v.Value, at}
	}
	return out, true
}

// unknown reports the keys that nobody reads.
func (r *reader) unknown(pairs map[string]pair, keys []string, s slot) {
	for key, p := range pairs {
		if !slices.Contains(keys, key) {
			r.problem(p.at, join(s.path, key), "unknown key; here belong "+strings.Join(keys, ", "))
		}
	}
}

func isMapping(node ast.Node) bool {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

// kind names what stands in the file, for people.
func kind(node ast.Node) string {
	switch n := node.(type) {
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
	return node.String()
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func limit(tag reflect.StructTag, name string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(tag.Get(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

func between(least, most int64) string {
	if most == math.MaxInt32 {
		return fmt.Sprintf("%d or more", least)
	}
	return fmt.Sprintf("from %d to %d", least, most)
}
