package policy

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A reader fills a Policy from a file's nodes by the yaml tags of its fields.
// Unlike a decoder it goes on after a problem, and it remembers where each
// value stood, so that what the checks find later can be shown there.
type reader struct {
	problems []Problem
	places   map[string]place // of what was read, by path
	wrongs   map[string]bool  // paths with a problem
	own      []ReasonID       // reasons beside the sixteen, in the file's order
}

type place struct{ line, column int }

// A slot is where one value goes: its path in the file, where it or its key
// stands, and the tags of its field.
type slot struct {
	path string
	at   place
	tag  reflect.StructTag
}

// key is the key in the file of a field of the struct that goes here; false if
// it has none.
func (s slot) key(field reflect.StructField) (string, bool) {
	key := field.Tag.Get("yaml")
	return key, key != "" && key != "-" && key != s.tag.Get("without")
}

// choice is a text that can only be one of a few.
type choice interface{ choices() []string }

// choices are the texts that one of the type can be; false if any.
func (r *reader) choices(typ reflect.Type) ([]string, bool) {
	if typ == reflect.TypeFor[ReasonID]() {
		return append(texts(ReasonIDs()), texts(r.own)...), true
	}
	if c, closed := reflect.Zero(typ).Interface().(choice); closed {
		return c.choices(), true
	}
	return nil, false
}

func newReader() *reader {
	return &reader{places: map[string]place{}, wrongs: map[string]bool{}}
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
	r.wrongs[path] = true
	r.problems = append(r.problems, Problem{Line: at.line, Column: at.column, Path: path, Text: text})
}

// value reads one node into one Go value.
func (r *reader) value(node ast.Node, into reflect.Value, s slot) {
	if node != nil && node.Type() != ast.NullType && !isMapping(node) {
		s.at = where(node.GetToken(), s.at)
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
		r.flag(node, into, s)
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
		key, ok := s.key(field)
		if !ok {
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
	if s.path == "reasons" {
		r.ownReasons(pairs)
	}
	keys, closed := r.choices(into.Type().Key())
	if closed {
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

// ownReasons takes the reasons beside the sixteen for ones that the operator
// added.
func (r *reader) ownReasons(pairs map[string]pair) {
	for key, p := range pairs {
		id := ReasonID(key)
		switch {
		case slices.Contains(ReasonIDs(), id):
			continue
		case !ownID.MatchString(key):
			r.problem(p.at, "reasons."+key, "is no id for a reason of your own; it must be of 3 to 40 small letters, digits and _, a letter first")
		}
		r.own = append(r.own, id)
	}
	slices.SortFunc(r.own, func(a, b ReasonID) int {
		x, y := pairs[string(a)].at, pairs[string(b)].at
		return cmp.Or(cmp.Compare(x.line, y.line), cmp.Compare(x.column, y.column))
	})
	if len(r.own) > maxOwn {
		r.problem(pairs[string(r.own[maxOwn])].at, "reasons."+string(r.own[maxOwn]), fmt.Sprintf("is one too many; a policy has at most %d reasons of your own", maxOwn))
	}
}

// maxOwn is how many reasons an operator may add.
const maxOwn = 32

var ownID = regexp.MustCompile(`^[a-z][a-z0-9_]{2,39}$`)

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
		at := where(v.Key.GetToken(), s.at)
		key, ok := v.Key.(*ast.StringNode)
		if !ok || key.Value == "" {
			r.problem(at, s.path, fmt.Sprintf("the key %s is not plain text", kind(v.Key)))
			continue
		}
		if first, twice := out[key.Value]; twice {
			r.problem(at, join(s.path, key.Value), fmt.Sprintf("stands here and in line %d", first.at.line))
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

// where is a token's place, or otherwise.
func where(tk *token.Token, otherwise place) place {
	if tk == nil || tk.Position == nil {
		return otherwise
	}
	return place{tk.Position.Line, tk.Position.Column}
}

// start is the place of a node's first key, item or word.
func start(node ast.Node) place {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return start(n.Values[0])
		}
	case *ast.MappingValueNode:
		return where(n.Key.GetToken(), place{1, 1})
	}
	return where(node.GetToken(), place{1, 1})
}

func isMapping(node ast.Node) bool {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
