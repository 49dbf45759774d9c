package mapping

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"tocsin/services/intake/internal/lenient"
)

// A want is what an expression is to give.
type want struct {
	is form
	// words are those that it may give; nil is any. They are in upper case.
	words []string
}

// form is the form of a value.
type form int

// The forms: a text; how many people or things; texts; yes or no; yes, no or why;
// a number; a time.
const (
	word form = iota
	count
	list
	yes
	reason
	number
	moment
)

// called is what people call a form.
func (f form) called() string {
	return [...]string{"a text", "a whole number", "a list of texts", "true or false", "true, false or a reason", "a number", "a time"}[f]
}

// takes says whether a value of a type that is known at load may be of the form.
func (f form) takes(t *types.Type) bool {
	switch t.Kind() {
	case types.DynKind, types.AnyKind, types.NullTypeKind:
		return true
	case types.StringKind:
		return f == word || f == count || f == list || f == reason || f == number || f == moment
	case types.IntKind, types.UintKind, types.DoubleKind:
		return f == word || f == count || f == number || f == moment
	case types.BoolKind:
		return f == yes || f == reason
	case types.ListKind:
		return f == list && word.takes(t.Parameters()[0])
	case types.TimestampKind:
		return f == moment
	case types.OpaqueKind:
		return t.TypeName() == "optional_type" && f.takes(t.Parameters()[0])
	default:
		return false
	}
}

// A value is what an expression gave, in the form that was wanted; what is not set
// is zero.
type value struct {
	set    bool
	word   string
	count  *uint32
	list   []string
	yes    bool
	number float64
	at     time.Time
}

// read is a value in the form that is wanted; nothing is not set.
func (w want) read(v ref.Val) (value, error) {
	out := value{set: true}
	if v == types.NullValue || v == nil {
		return value{}, nil
	}
	var err error
	switch w.is {
	case word:
		if out.word, err = wordOf(v); err != nil || out.word == "" {
			return value{}, err
		}
		if w.words != nil {
			out.word = strings.ToUpper(out.word)
			err = w.known(out.word)
		}
	case count:
		var n float64
		if n, err = numberOf(v); err == nil && (n < 0 || n > math.MaxUint32 || n != math.Trunc(n)) {
			err = fmt.Errorf("%v is no whole number from 0 to %d", n, uint32(math.MaxUint32))
		}
		if err == nil {
			whole := uint32(n)
			out.count = &whole
		}
	case list:
		out.list, err = listOf(v)
	case yes, reason:
		out.word, out.yes, err = answer(v, w.is)
	case number:
		out.number, err = numberOf(v)
	case moment:
		out.at, err = momentOf(v)
	}
	if err != nil {
		return value{}, err
	}
	return out, nil
}

func (w want) known(said string) error {
	if slices.Contains(w.words, said) {
		return nil
	}
	return fmt.Errorf("%.40q is none of %s", said, strings.Join(w.words, ", "))
}

func wordOf(v ref.Val) (string, error) {
	switch v.(type) {
	case types.String, types.Int, types.Uint, types.Double:
		return strings.TrimSpace(textOf(v)), nil
	}
	return "", fmt.Errorf("it gives %s, not %s", v.Type().TypeName(), word.called())
}

func numberOf(v ref.Val) (float64, error) {
	switch v.(type) {
	case types.String, types.Int, types.Uint, types.Double:
		n, err := strconv.ParseFloat(strings.TrimSpace(textOf(v)), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return 0, fmt.Errorf("%.40q is no number", textOf(v))
		}
		return n, nil
	}
	return 0, fmt.Errorf("it gives %s, not %s", v.Type().TypeName(), number.called())
}

// listOf is a list, or one text as a list of it.
func listOf(v ref.Val) ([]string, error) {
	if one, err := wordOf(v); err == nil {
		return parts(one, ","), nil
	}
	of, is := v.(traits.Lister)
	if !is {
		return nil, fmt.Errorf("it gives %s, not %s", v.Type().TypeName(), list.called())
	}
	all := []string{}
	for it := of.Iterator(); it.HasNext() == types.True; {
		one, err := wordOf(unwrapped(it.Next()))
		if err != nil {
			return nil, fmt.Errorf("in its list %w", err)
		}
		if len(all) >= mostParts {
			return nil, fmt.Errorf("its list has over %d texts", mostParts)
		}
		if one != "" {
			all = append(all, one)
		}
	}
	return all, nil
}

// answer is yes or no, or yes with a reason.
func answer(v ref.Val, f form) (why string, yes bool, err error) {
	if b, is := v.(types.Bool); is {
		return "", bool(b), nil
	}
	if s, is := v.(types.String); is && f == reason {
		why = strings.TrimSpace(string(s))
		return why, why != "", nil
	}
	return "", false, fmt.Errorf("it gives %s, not %s", v.Type().TypeName(), f.called())
}

func momentOf(v ref.Val) (time.Time, error) {
	if at, is := v.(types.Timestamp); is {
		return at.UTC(), nil
	}
	text, err := wordOf(v)
	if err != nil {
		return time.Time{}, fmt.Errorf("it gives %s, not %s", v.Type().TypeName(), moment.called())
	}
	if text == "" {
		return time.Time{}, nil
	}
	return lenient.Text(text).Time()
}

// shown is a value as people are shown it, and as JSON has it; nil is none.
func (v value) shown(w want) any {
	if !v.set {
		return nil
	}
	switch w.is {
	case word:
		return v.word
	case count:
		return *v.count
	case list:
		return v.list
	case number:
		return v.number
	case moment:
		return v.at
	case reason:
		if v.word != "" {
			return v.word
		}
		return v.yes
	default:
		return v.yes
	}
}
