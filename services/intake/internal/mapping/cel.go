package mapping

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

const (
	// costly is what evaluating one expression may cost, in CEL's units: some
	// milliseconds.
	costly = 1_000_000
	// longestExpression is how many bytes one may have, longestPattern what extract
	// reads by, mostParts how many split gives.
	longestExpression = 8 << 10
	longestPattern    = 512
	mostParts         = 1000
)

// environment is what expressions may name.
func environment() (*cel.Env, error) {
	str, dyn := cel.StringType, cel.DynType
	return cel.NewEnv(
		cel.Variable("it", cel.MapType(str, dyn)),
		cel.OptionalTypes(),
		cel.ParserRecursionLimit(100),
		cel.ASTValidators(
			cel.ValidateRegexLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateDurationLiterals(), cel.ValidateComprehensionNestingLimit(2),
		),
		cel.Function("text", cel.Overload("text_dyn", []*cel.Type{dyn}, str, cel.UnaryBinding(func(v ref.Val) ref.Val {
			return types.String(textOf(v))
		}))),
		cel.Function("lower", cel.Overload("lower_string", []*cel.Type{str}, str, cel.UnaryBinding(func(v ref.Val) ref.Val {
			return types.String(strings.ToLower(string(v.(types.String))))
		}))),
		cel.Function("split", cel.Overload("split_string_string", []*cel.Type{str, str}, cel.ListType(str), cel.BinaryBinding(func(s, by ref.Val) ref.Val {
			return types.DefaultTypeAdapter.NativeToValue(parts(string(s.(types.String)), string(by.(types.String))))
		}))),
		cel.Function("extract", cel.Overload("extract_string_string", []*cel.Type{str, str}, str, cel.BinaryBinding(func(s, by ref.Val) ref.Val {
			return extract(string(s.(types.String)), string(by.(types.String)))
		}))),
	)
}

// parts are those of s without white space around them; empty ones are left out.
func parts(s, by string) []string {
	all := []string{}
	for _, part := range strings.SplitN(s, by, mostParts+1) {
		if part = strings.TrimSpace(part); part != "" && len(all) < mostParts {
			all = append(all, part)
		}
	}
	return all
}

// extract is the first group of what a pattern matches, or all of it where it has no
// group; empty where it matches nothing.
func extract(s, pattern string) ref.Val {
	if len(pattern) > longestPattern {
		return types.NewErr("the pattern of extract has %d bytes; at most %d are read", len(pattern), longestPattern)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return types.NewErr("extract: %v", err)
	}
	m := re.FindStringSubmatch(s)
	switch {
	case m == nil:
		return types.String("")
	case len(m) > 1:
		return types.String(m[1])
	}
	return types.String(m[0])
}

// textOf is a text, number or boolean as a text; empty for none, lists and objects.
func textOf(v ref.Val) string {
	switch v := unwrapped(v).(type) {
	case types.String:
		return string(v)
	case types.Int:
		return strconv.FormatInt(int64(v), 10)
	case types.Uint:
		return strconv.FormatUint(uint64(v), 10)
	case types.Double:
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	case types.Bool:
		return strconv.FormatBool(bool(v))
	case types.Timestamp:
		return string(v.ConvertToType(types.StringType).(types.String))
	}
	return ""
}

// unwrapped is what an optional value holds; null where it holds nothing.
func unwrapped(v ref.Val) ref.Val {
	for range 8 {
		o, is := v.(*types.Optional)
		if !is {
			return v
		}
		if !o.HasValue() {
			return types.NullValue
		}
		v = o.GetValue()
	}
	return types.NullValue
}

// An expression is one that was compiled.
type expression struct {
	name, says string
	program    cel.Program
}

// eval is what the expression gives for an item; null for none.
func (e *expression) eval(it map[string]any) (ref.Val, error) {
	v, _, err := e.program.Eval(map[string]any{"it": it})
	if err != nil {
		text := err.Error()
		if strings.Contains(text, "cost limit exceeded") {
			text = "it costs too much on this item"
		}
		return nil, errors.New(text)
	}
	return unwrapped(v), nil
}

// native is an item as expressions see it: whole numbers are int, as people write them.
func native(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, of := range v {
			out[k] = native(of)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = native(v[i])
		}
		return out
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	}
	return v
}
