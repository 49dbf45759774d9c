package lenient

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Fields are the plain values of a body that its sender wrote himself, by name in
// one spelling: "alert_id", "alertId" and "$ALERT_ID" under {"alert": …} are all
// "alertid". A value within an object has the names of both, the outer one first; a
// list of plain values is one text with commas between. What is empty is not there.
type Fields map[string]string

// deepest is how deep within objects a value may lie; what lies deeper is left out.
const deepest = 4

// errNoFields says that a body is neither an object nor a form.
var errNoFields = errors.New("it is neither a JSON object nor a form")

// ReadFields reads a JSON object, or a form (application/x-www-form-urlencoded). The
// second result is the body as JSON reads it.
func ReadFields(body []byte) (Fields, map[string]any, error) {
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '{' {
		return readForm(string(body))
	}
	var native, exact map[string]any
	if err := json.Unmarshal(body, &native); err != nil {
		return nil, nil, err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // ids of 19 digits are no floating point numbers
	if err := d.Decode(&exact); err != nil {
		return nil, nil, err
	}
	f := Fields{}
	f.add("", exact, deepest)
	return f, native, nil
}

// readForm reads a form as an object of texts.
func readForm(body string) (Fields, map[string]any, error) {
	form, err := url.ParseQuery(body)
	if err != nil || !strings.Contains(body, "=") {
		return nil, nil, errNoFields
	}
	f, native := Fields{}, map[string]any{}
	for name, values := range form {
		native[name] = strings.Join(values, ",")
	}
	f.add("", native, 1)
	return f, native, nil
}

// add takes in the values of an object. Of two names with one spelling the first in
// order of the alphabet stands.
func (f Fields) add(prefix string, of map[string]any, depth int) {
	if depth == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		key := prefix + spelled(name)
		if inner, is := of[name].(map[string]any); is {
			f.add(key, inner, depth-1)
			continue
		}
		if text := strings.TrimSpace(plain(of[name])); text != "" && f[key] == "" {
			f[key] = text
		}
	}
}

// plain is a value that JSON has read as text; of a list, its plain values.
func plain(v any) string {
	list, is := v.([]any)
	if !is {
		raw, err := json.Marshal(v)
		if _, object := v.(map[string]any); object || err != nil {
			return ""
		}
		return Plain(raw)
	}
	var all []string
	for _, one := range list {
		if _, inner := one.([]any); inner {
			continue
		}
		if text := plain(one); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, ",")
}

// spelled is a name in small letters, without what stands between its words.
func spelled(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// First is the first of the fields that is there.
func (f Fields) First(names ...string) Text {
	for _, name := range names {
		if f[name] != "" {
			return Text(f[name])
		}
	}
	return ""
}
