package policy

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A leaf is one value of a policy with its path in the file. A list is one
// leaf.
type leaf struct {
	path  string
	value reflect.Value
}

// leaves are all values of a policy: structs in the file's order, maps by key.
func leaves(p *Policy) []leaf {
	return collect(nil, reflect.ValueOf(p).Elem(), slot{})
}

func collect(out []leaf, v reflect.Value, s slot) []leaf {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if key, ok := s.key(v.Type().Field(i)); ok {
				out = collect(out, v.Field(i), slot{path: join(s.path, key), tag: v.Type().Field(i).Tag})
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, key := range keys {
			out = collect(out, v.MapIndex(key), slot{path: join(s.path, key.String())})
		}
	default:
		out = append(out, leaf{s.path, v})
	}
	return out
}

// String is the value as the file writes it.
func (l leaf) String() string {
	switch v := l.value.Interface().(type) {
	case time.Duration:
		return duration(v)
	case string:
		return strconv.Quote(v)
	}
	if l.value.Kind() != reflect.Slice {
		return fmt.Sprint(l.value.Interface())
	}
	items := make([]string, l.value.Len())
	for i := range items {
		items[i] = l.value.Index(i).String()
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// change is how a value became the one after it.
func (l leaf) change(after leaf) string {
	a, words := l.value.Interface().([]Entry)
	b, _ := after.value.Interface().([]Entry)
	if !words {
		return fmt.Sprintf("%s → %s", l, after)
	}
	var parts []string
	added, removed := changed(texts(a), texts(b))
	for _, e := range added {
		parts = append(parts, "+ "+e)
	}
	for _, e := range removed {
		parts = append(parts, "- "+e)
	}
	if len(parts) == 0 {
		return "in another order"
	}
	return strings.Join(parts, ", ")
}

// duration writes 24h0m0s as 24h.
func duration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// list joins names for a sentence; "none" where there are none.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
